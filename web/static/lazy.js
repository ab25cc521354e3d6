// Modules that are fetched when somebody first asks for what they do. The page
// names each, with the content that it must have, in a <link rel="lazy">; what
// such a module needs beside those that are here already stands in its data-with.
//
// A module that was fetched with an integrity is the one that import() finds, so
// each is first asked for by a modulepreload of its own.

const asked = new Map(); // file name → promise of the module
const fetched = new Map(); // file name → promise that it is here

// lazy resolves to a module of this folder. It rejects when there is no
// connection, or when what came is not what the page named; asked again, it tries
// again.
export function lazy(name) {
  return once(asked, name, async () => {
    await here(name);
    return import(`./${name}`);
  });
}

function here(name) {
  return once(fetched, name, async () => {
    const named = document.querySelector(`link[rel="lazy"][href$="/${name}"]`);
    if (!named) throw new Error(`The page does not name ${name}.`);
    const needs = (named.dataset.with ?? "").split(" ").filter(Boolean);
    await Promise.all([preload(named), ...needs.map(here)]);
  });
}

function preload({ href, integrity }) {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    if (!link.relList.supports("modulepreload")) return resolve(); // nor did the page's own
    link.onload = resolve;
    link.onerror = () => {
      link.remove();
      reject(new Error("A part of this page could not be fetched."));
    };
    Object.assign(link, { rel: "modulepreload", integrity, href });
    document.head.append(link);
  });
}

// once remembers what succeeded.
function once(known, name, make) {
  if (!known.has(name)) known.set(name, make().catch((error) => { known.delete(name); throw error; }));
  return known.get(name);
}
