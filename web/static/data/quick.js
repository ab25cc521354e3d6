// The reactions that are one key or one touch away.
export const QUICK = ["👍", "❤️", "😂", "🎉", "👀", "🙏"];
