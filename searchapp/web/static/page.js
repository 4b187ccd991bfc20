// What the pages do better with JavaScript; each of them is complete without it.
// Parts: results in place, suggestions, matches of an article, keys.

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const worded = (name, values = {}) => document.body.dataset[name].replace(/{(\w+)}/g, (_, value) => values[value]);
const say = (text) => { one("[data-said]").textContent = text; };

// Results in place: the same address is fetched and its <main> takes the old one's place.

let showing = null;
let shown = location.pathname + location.search;
const home = new URL(one(".box").action).pathname;
const isInPlace = () => one(".found, .home .box") !== null;
const isSearch = (url) => url.origin === location.origin && url.pathname === home && url.search !== "";

async function show(url, { push = true, top = 0 } = {}) {
  showing?.abort();
  const mine = showing = new AbortController();
  try {
    const answer = await fetch(url, { signal: mine.signal, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = new URL(answer.url);
    if (!one("main", page) || !isSearch(found)) throw new Error("not a page of results");
    if (push) history.pushState(null, "", found);
    shown = found.pathname + found.search;
    document.title = page.title;
    document.body.className = page.body.className;
    for (const part of ["header.top", "main", ".languages"]) one(part).replaceWith(document.adoptNode(one(part, page)));
    prepareBox();
    document.dispatchEvent(new Event("shown"));
    scrollTo({ top, behavior: "instant" });
    say((one(".count") ?? one("h1")).textContent.replace(/\s+/g, " ").trim());
    return true;
  } catch (failure) {
    if (failure.name !== "AbortError") location.assign(url);
    return false;
  }
}

function rememberPlace() {
  history.replaceState({ top: scrollY }, "");
}

addEventListener("popstate", (event) => {
  if (location.pathname + location.search === shown) return; // another place in the same page
  show(new URL(location.href), { push: false, top: event.state?.top ?? 0 });
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || link.download || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const url = new URL(link.href.baseVal ?? link.href, location.href);
  if (!isSearch(url) || url.hash || !isInPlace()) return;
  event.preventDefault();
  rememberPlace();
  show(url).then((isShown) => isShown && one("main").focus({ preventScroll: true }));
});

document.addEventListener("submit", async (event) => {
  if (!event.target.matches(".box, .between") || !isInPlace()) return;
  event.preventDefault();
  rememberPlace();
  const url = new URL(event.target.action);
  url.search = new URLSearchParams(new FormData(event.target));
  closeSuggestions();
  if (await show(url)) (event.target.matches(".box") ? box() : one("main")).focus({ preventScroll: true });
});

// What folds open in place: another page's answer, fetched when it is first asked for.

async function unfold(fold) {
  const answer = await fetch(one("a", fold).href);
  const found = one("[data-folded]", new DOMParser().parseFromString(await answer.text(), "text/html"));
  if (found && !one("[data-folded]", fold)) one("p", fold).before(document.adoptNode(found));
}

document.addEventListener("toggle", (event) => {
  if (event.target.matches("[data-fold]") && event.target.open) unfold(event.target).catch(() => {}); // the link is there as well
}, true);

// Suggestions: the combobox pattern of the ARIA Authoring Practices, list only, nothing chosen by itself.

const box = () => one("#q");
const list = () => one("#suggestions");
let asked = null;
let waiting = 0;

function prepareBox() {
  const input = box();
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "suggestions" };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
}

function closeSuggestions() {
  clearTimeout(waiting);
  asked?.abort();
  list().hidden = true;
  box().setAttribute("aria-expanded", "false");
  box().removeAttribute("aria-activedescendant");
}

async function suggest() {
  asked?.abort();
  const mine = asked = new AbortController();
  const words = box().value;
  if (!words.trim()) return closeSuggestions();
  try {
    const url = `${document.body.dataset.suggest}?q=${encodeURIComponent(words)}`;
    const answer = await fetch(url, { signal: mine.signal });
    if (answer.ok && words === box().value) offer((await answer.json()).suggestions);
  } catch (failure) {
    if (failure.name !== "AbortError") closeSuggestions(); // a convenience: without it the box still searches
  }
}

function offer(suggestions) {
  list().replaceChildren(...suggestions.map(({ text, kind, words, page_url }, number) => {
    const option = document.createElement("li");
    Object.assign(option, { id: `suggestion-${number}`, role: "option", ariaSelected: "false" });
    option.dataset.words = words;
    if (page_url) option.dataset.page = page_url;
    const name = document.createElement("bdi");
    name.textContent = text;
    const sort = document.createElement("span");
    sort.textContent = list().dataset[kind];
    option.append(name, sort);
    return option;
  }));
  list().hidden = !suggestions.length;
  box().setAttribute("aria-expanded", String(suggestions.length > 0));
  box().removeAttribute("aria-activedescendant");
}

function move(step) {
  clearTimeout(waiting);
  asked?.abort(); // what is late must not take away what is being chosen from
  const options = all("[role=option]", list());
  const now = options.findIndex((option) => option.ariaSelected === "true");
  const next = now < 0 && step < 0 ? options.length - 1 : now + step;
  options.forEach((option, number) => { option.ariaSelected = String(number === next); });
  if (options[next]) box().setAttribute("aria-activedescendant", options[next].id);
  else box().removeAttribute("aria-activedescendant");
}

function choose(option) {
  if (option.dataset.page) return location.assign(option.dataset.page);
  box().value = option.dataset.words;
  closeSuggestions();
  box().form.requestSubmit();
}

document.addEventListener("input", (event) => {
  if (event.target !== box() || event.isComposing) return;
  clearTimeout(waiting);
  waiting = setTimeout(suggest, 60);
});
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest("[role=option]");
  if (option) { event.preventDefault(); choose(option); }
});
document.addEventListener("focusout", (event) => { if (event.target === box()) closeSuggestions(); });

function keyInBox(event) {
  const chosen = one("[role=option][aria-selected=true]", list());
  const isOpen = !list().hidden;
  if (event.key === "ArrowDown" && !isOpen) suggest();
  else if (event.key === "ArrowDown") move(1);
  else if (event.key === "ArrowUp" && isOpen) move(-1);
  else if (event.key === "Escape" && isOpen) closeSuggestions();
  else if (event.key === "Escape") return box().blur();
  else if (event.key === "Enter" && isOpen && chosen) choose(chosen);
  else return;
  event.preventDefault();
}

// Matches of an article.

const marks = all("mark[id]");
let here = marks.findIndex((mark) => `#${mark.id}` === location.hash);

function step(by) {
  if (!marks.length) return;
  marks[here]?.classList.remove("here");
  here = here < 0 && by < 0 ? marks.length - 1 : (here + by + marks.length) % marks.length;
  marks[here].classList.add("here");
  marks[here].scrollIntoView({ block: "center" });
  one("[data-place]").textContent = worded("match", { here: here + 1, all: marks.length });
}

if (marks.length) {
  one(".numbers").hidden = true;
  for (const button of all("[data-step]")) {
    button.hidden = false;
    button.addEventListener("click", () => step(Number(button.dataset.step)));
  }
}

// More like this: finding them takes a while, so they come after the article.

const more = one("[data-similar]");

async function showSimilar() {
  const answer = await fetch(more.href);
  const found = one(".others", new DOMParser().parseFromString(await answer.text(), "text/html"));
  if (found) more.closest("section").append(document.adoptNode(found));
}

if (more) showSimilar().catch(() => {}); // the link is there as well

// Keys: single letters, which a person can turn off (WCAG 2.1.4).

const dialog = one("#keys");
const toggle = one("[data-shortcuts]");
toggle.checked = remembered() !== "off";
toggle.addEventListener("change", () => remembered(toggle.checked ? "on" : "off"));
one("[data-keys]").hidden = false;
one("[data-keys]").addEventListener("click", () => dialog.showModal());

function remembered(value) {
  try {
    if (value) localStorage.setItem("keys", value);
    return localStorage.getItem("keys");
  } catch (failure) {
    return null; // storage is off in this browser: it lasts as long as the page
  }
}

function stepHit(by) {
  const hits = all(".hit h2 a");
  const now = hits.indexOf(document.activeElement);
  hits[now < 0 && by < 0 ? hits.length - 1 : Math.min(Math.max(now + by, 0), hits.length - 1)]?.focus();
}

const keys = {
  "/": () => { box().focus(); box().select(); },
  "?": () => dialog.showModal(),
  j: () => (one("article") ? one(".tools a[rel=next]")?.click() : stepHit(1)),
  k: () => (one("article") ? one(".tools a[rel=prev]")?.click() : stepHit(-1)),
  n: () => step(1),
  p: () => step(-1),
  u: () => one("a.back")?.click(),
};

// A keyboard that writes other letters is read by the places of its keys, as they are labelled in Latin letters.
function letter(event) {
  if (event.key.length !== 1 || event.key <= "~") return event.key;
  if (event.code === "Slash") return event.shiftKey ? "?" : "/";
  return event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return; // an input method is at work, or a key was taken already
  if (event.target === box()) return keyInBox(event);
  if (!toggle.checked || event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
  if (event.target.closest("input:not([type=radio]), textarea, select, [contenteditable]")) return;
  const key = letter(event);
  if (keys[key] && event.target.type !== "radio") keys[key]();
  else if (document.dispatchEvent(new CustomEvent("letter", { detail: key, cancelable: true }))) return;
  event.preventDefault();
});

prepareBox();
