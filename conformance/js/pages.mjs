// The hosted pages without a browser: follows redirects by hand, keeps cookies, fills forms in.

const ENTITIES = { "&amp;": "&", "&#38;": "&", "&quot;": '"', "&#34;": '"', "&#39;": "'", "&lt;": "<", "&gt;": ">" };
const text = (html) => html.replace(/&(amp|quot|lt|gt|#3[489]);/g, (entity) => ENTITIES[entity]);
const attribute = (tag, name) => {
  const found = new RegExp(`\\b${name}="([^"]*)"`).exec(tag);
  return found ? text(found[1]) : undefined;
};

export class Pages {
  #cookies = new Map();

  async #request(url, init = {}) {
    const cookie = [...this.#cookies].map((pair) => pair.join("=")).join("; ");
    const response = await fetch(url, { ...init, redirect: "manual", headers: { ...init.headers, cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [name, value] = line.split(";", 1)[0].split(/=(.*)/s);
      if (value) this.#cookies.set(name, value);
      else this.#cookies.delete(name);
    }
    return { url, status: response.status, location: response.headers.get("location"), html: await response.text() };
  }

  /** Follows redirects until a page is shown or until one leaves for `callback`. */
  async #arrive(page, callback) {
    while (page.location) {
      const next = new URL(page.location, page.url);
      if (next.href.startsWith(callback)) return { ...page, landed: next };
      page = await this.#request(next.href);
    }
    return page;
  }

  async open(url, callback) {
    return this.#arrive(await this.#request(url), callback);
  }

  /** Sends the form whose action ends with `path`. */
  async submit(page, path, fields, callback) {
    const forms = page.html.match(/<form[\s\S]*?<\/form>/g) ?? [];
    const form = forms.find((each) => new URL(attribute(each, "action"), page.url).pathname.endsWith(path));
    if (!form) throw new Error(`no form for ${path} on ${page.url}:\n${page.html}`);
    const filled = new URLSearchParams();
    for (const tag of form.match(/<input[^>]*>/g) ?? []) {
      if (attribute(tag, "name")) filled.set(attribute(tag, "name"), attribute(tag, "value") ?? "");
    }
    for (const [name, value] of Object.entries(fields)) filled.set(name, value);
    const action = new URL(attribute(form, "action"), page.url).href;
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return this.#arrive(await this.#request(action, { method: "POST", headers, body: filled.toString() }), callback);
  }
}
