// What is copied out of an article. Without a script, the address bar and the browser's own copying do.

const one = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const say = (button, text) => { one("[data-said]").textContent = button.textContent = text; };
const labels = new Map(all("[data-copied]").map((button) => [button, button.innerHTML]));

async function copy(button, text) {
  await navigator.clipboard.writeText(text);
  say(button, button.dataset.copied);
  setTimeout(() => { button.innerHTML = labels.get(button); }, 2000);
}

function copyQuote(button) {
  const words = String(getSelection()).replace(/\s+/g, " ").trim();
  const source = one("[data-citation]").textContent.trim().replace(/\.$/, "");
  if (words) copy(button, `“${words}” (${source})`);
  else say(button, button.dataset.selectFirst);
}

if (navigator.clipboard) {
  one("[data-copying]").hidden = false;
  one("[data-copy]").addEventListener("click", (event) => copy(event.currentTarget, new URL(event.currentTarget.dataset.copy, location).href));
  one("[data-quote]").addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
  one("[data-quote]").addEventListener("click", (event) => copyQuote(event.currentTarget));
  for (const button of all("[data-copy-citation]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button, button.parentElement.querySelector("[data-citation]").textContent.trim()));
  }
}
