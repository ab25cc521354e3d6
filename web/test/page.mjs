// As much of a page as lazy.js needs: it names the modules that it is given, and
// remembers what was asked for. Import it before anything is fetched.

export class FakePage {
  fetched = []; // {href, integrity}, in order
  offline = false;
  old = false; // a browser that knows no modulepreload
  documentElement = { dataset: {} };
  head = { append: (link) => this.#fetch(link) };
  #named;

  // named: file name → data-with; null names every module.
  constructor(named = null) {
    this.#named = named;
  }

  querySelector(selector) {
    const name = /\$="\/([^"]+)"/.exec(selector)[1];
    if (this.#named && !(name in this.#named)) return null;
    return { href: `/assets/x/${name}`, integrity: `sum of ${name}`, dataset: { with: this.#named?.[name] } };
  }

  createElement() {
    return { relList: { supports: () => !this.old }, remove() {} };
  }

  #fetch(link) {
    this.fetched.push({ href: link.href, integrity: link.integrity });
    queueMicrotask(() => (this.offline ? link.onerror() : link.onload()));
  }
}

globalThis.document ??= new FakePage();
