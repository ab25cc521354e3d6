// Why there can be no voice in this browser: "" where there can, or what strings.js says
// of it behind "why.".

export function unable(sealed, { isSecureContext, navigator, RTCPeerConnection, RTCRtpScriptTransform, AudioContext } = globalThis) {
  if (!isSecureContext) return "insecure";
  if (!RTCPeerConnection || !AudioContext || !navigator?.mediaDevices?.getUserMedia) return "missing";
  return sealed && !RTCRtpScriptTransform ? "unsealable" : "";
}
