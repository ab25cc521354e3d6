// Files that somebody drags over the page, drops on it or pastes.

// onCarried hands on what is carried, with how: dragenter, drop or paste.
export function onCarried(take) {
  for (const type of ["dragenter", "dragover", "drop", "paste"]) {
    addEventListener(type, (event) => {
      const carried = event.dataTransfer ?? event.clipboardData;
      if (!carried?.types.includes("Files") || carried.types.includes("text/plain")) return;
      event.preventDefault(); // a page that lets a file go opens it, and is gone
      if (type !== "dragover") take(type, [...carried.files]);
    });
  }
}
