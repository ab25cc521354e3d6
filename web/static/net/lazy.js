// Modules that are fetched when somebody first asks for what they do. The page names
// one file that names them all, with the content that each must have and what it
// needs.
//
// A module that was fetched with an integrity is the one that import() finds, so
// each is first asked for by a modulepreload of its own. A module that brings a
// stylesheet says so by exporting its path as style, and is not run before it is here.

const asked = new Map(); // file name → promise of the module
const fetched = new Map(); // file name → promise that it is here

// lazy resolves to a module, named by its path in the folder of all. It rejects when there is
// no connection, or when what came is not what the page named; asked again, it
// tries again.
export function lazy(name) {
  return once(asked, name, async () => {
    await here(name);
    return import(`../${name}`);
  });
}

function here(name) {
  return once(fetched, name, async () => {
    if (document.querySelector(`link[rel="modulepreload"][href$="/${name}"]`)) return; // the page's own
    const { base, modules } = await once(fetched, "", catalogue);
    if (!modules[name]) throw new Error(`The page knows no ${name}.`);
    const { integrity, needs = [] } = modules[name];
    await Promise.all([preload(base + name, integrity), ...needs.map(here)]);
  });
}

async function catalogue() {
  const { href, integrity } = document.querySelector('link[rel="modules"]');
  try {
    const modules = await (await fetch(href, { integrity })).json();
    return { base: href.slice(0, href.lastIndexOf("/") + 1), modules };
  } catch {
    throw unfetched();
  }
}

function preload(href, integrity) {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    if (!link.relList.supports("modulepreload") && !href.endsWith("css")) return resolve(); // nor did the page's own
    link.onload = resolve;
    link.onerror = () => {
      link.remove();
      reject(unfetched());
    };
    Object.assign(link, { rel: href.endsWith("css") ? "stylesheet" : "modulepreload", integrity, href });
    document.head.append(link);
  });
}

const unfetched = () => new Error("A part of this page could not be fetched.");

// once remembers what succeeded.
function once(known, name, make) {
  if (!known.has(name)) known.set(name, make().catch((error) => { known.delete(name); throw error; }));
  return known.get(name);
}
