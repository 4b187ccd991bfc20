// <search-box src="https://articles.example.org"></search-box>
// A search box for other sites: asks the server named by `src`, shows the first titles, and leads to its pages.
// The server answers only origins that its operator lists: searchapp serve --origin https://www.example.org

const style = new CSSStyleSheet();
style.replaceSync(`
  :host { display: block; font: inherit; }
  form { display: flex; gap: .5em; }
  input { flex: 1; min-width: 0; }
  input, button { font: inherit; padding: .4em .7em; }
  ol { padding-inline-start: 1.4em; }
  [role=status] { margin: .5em 0; }
`);

class SearchBox extends HTMLElement {
  #root = this.attachShadow({ mode: "open" });

  connectedCallback() {
    this.#root.adoptedStyleSheets = [style];
    const form = document.createElement("form");
    form.action = new URL("/", this.getAttribute("src"));
    form.setAttribute("role", "search");
    const input = Object.assign(document.createElement("input"), { type: "search", name: "q", ariaLabel: "Words to search for" });
    const button = Object.assign(document.createElement("button"), { textContent: "Search" });
    const answer = Object.assign(document.createElement("div"), { role: "status" });
    form.append(input, button);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#search(form, input.value, answer);
    });
    this.#root.replaceChildren(form, answer);
  }

  async #search(form, words, answer) {
    const page = new URL(`?q=${encodeURIComponent(words)}`, form.action);
    try {
      const response = await fetch(new URL(`api/v1/search?size=5&q=${encodeURIComponent(words)}`, form.action));
      if (!response.ok) throw new Error(response.statusText);
      this.#show(await response.json(), page, answer);
    } catch (failure) {
      location.assign(page); // the server's own page says what is wrong
    }
  }

  #show(results, page, answer) {
    const hits = document.createElement("ol");
    for (const hit of results.hits) {
      const link = Object.assign(document.createElement("a"), { textContent: hit.title.text || hit.id });
      link.href = new URL(hit.page_url, page);
      const item = document.createElement("li");
      item.append(link);
      hits.append(item);
    }
    const more = Object.assign(document.createElement("a"), { href: page, textContent: `All ${results.total} found` });
    answer.replaceChildren(hits, more);
  }
}

customElements.define("search-box", SearchBox);
