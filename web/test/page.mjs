// As much of a page as lazy.js needs: it names the modules that it is given, and
// remembers what was asked for. Import it before anything is fetched.

export class FakePage {
  fetched = []; // {href, integrity}, in order
  offline = false;
  old = false; // a browser that knows no modulepreload
  documentElement = { dataset: {} };
  dispatchEvent() {}
  head = { append: (link) => this.#fetch(link) };
  #own;
  #modules;

  // modules: file name → what it needs, null names every module; own: those that the
  // page itself asked for.
  constructor(modules = null, own = []) {
    this.#own = own;
    this.#modules = modules;
  }

  querySelector(selector) {
    if (selector === 'link[rel="modules"]') return { href: "/assets/x/modules.json", integrity: "sum of modules.json" };
    const name = /\[rel="modulepreload"\]\[href\$="\/([^"]+)"/.exec(selector)?.[1];
    return this.#own.includes(name) ? {} : null;
  }

  createElement() {
    return { relList: { supports: () => !this.old }, remove() {} };
  }

  // catalogue is what fetch finds, as the server's.
  catalogue(name) {
    if (!this.#modules) return { integrity: `sum of ${name}` };
    return name in this.#modules ? { integrity: `sum of ${name}`, needs: this.#modules[name] } : undefined;
  }

  #fetch(link) {
    this.fetched.push({ ...(link.rel === "stylesheet" ? { rel: link.rel } : {}), href: link.href, integrity: link.integrity });
    queueMicrotask(() => (this.offline ? link.onerror() : link.onload()));
  }
}

globalThis.document ??= new FakePage();
globalThis.fetch = async (href, { integrity }) => {
  const page = document;
  if (page.offline || href !== "/assets/x/modules.json" || integrity !== "sum of modules.json") throw new TypeError("Failed to fetch");
  return { json: async () => new Proxy({}, { get: (_, name) => page.catalogue(name) }) };
};
globalThis.navigator ??= { languages: ["en"] }; // Node has one since 21
