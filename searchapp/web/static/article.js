// What is copied out of an article. Without a script, the address bar and the browser's own copying do.

const one = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const said = (name) => one("[data-copying]").dataset[name];

async function copy(button, text) {
  const before = button.dataset.label ??= button.innerHTML;
  await navigator.clipboard.writeText(text);
  one("[data-said]").textContent = button.textContent = said("copied");
  setTimeout(() => { button.innerHTML = before; }, 2000);
}

function copyQuote(event) {
  const button = event.currentTarget;
  const words = String(getSelection()).replace(/\s+/g, " ").trim();
  const source = one("[data-citation]").textContent.trim().replace(/\.$/, "");
  if (words) return copy(button, `“${words}” (${source})`);
  one("[data-said]").textContent = button.textContent = said("selectFirst");
}

if (navigator.clipboard) {
  one("[data-copying]").hidden = false;
  one("[data-copy]").addEventListener("click", (event) => copy(event.currentTarget, new URL(event.currentTarget.dataset.copy, location).href));
  one("[data-quote]").addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
  one("[data-quote]").addEventListener("click", copyQuote);
  for (const button of all("[data-copy-citation]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button, button.parentElement.querySelector("[data-citation]").textContent.trim()));
  }
}
