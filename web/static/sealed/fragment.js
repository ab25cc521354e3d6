// What came behind "#" in the address: a sealed room's key. It is taken out of the
// address bar before anything else runs, and lives in this page's memory alone.
//
// Browsers note an address in their history before any page can act. So this
// server's own pages never put a key into one: they say "new", or "handover" to
// get the key from the page that opened this one, or "given", from the one around it.
//
// Where "#" came as "%23", the server was sent the key, as a part of the address.

const encoded = /\/s\/?%23(.*)$/i.exec(location.pathname);
const behind = encoded ? encoded[1] : location.hash.slice(1);
history.replaceState(null, "", encoded ? `${location.pathname.slice(0, encoded.index)}/s/` : location.pathname);

export const told = encoded !== null; // the server, which is to know no key

export const handed = behind === "handover"; // by the page that made the key just now
export const fragment = handed ? window.opener?.handOver?.() ?? "" : behind === "given" ? window.frameElement?.place?.take() ?? "" : behind;
window.opener = null;

// Another link was put into the address bar: begin anew with it. Whoever is asked
// whether to leave, and stays, has its key in the address no longer than that.
addEventListener("hashchange", () => {
  location.reload();
  setTimeout(() => history.replaceState(null, "", location.pathname));
});
