// The last searches, kept in this browser alone: listed on the first page, and recalled with the arrow up in an empty box.

const one = (selector) => document.querySelector(selector);
const MOST = 50;
const SHOWN = 5; // as many as there is room for, so that nothing moves

function stored(name, value) {
  try {
    if (value !== undefined) localStorage.setItem(name, JSON.stringify(value));
    return JSON.parse(localStorage.getItem(name));
  } catch (failure) {
    return null; // storage is off in this browser: nothing is kept
  }
}

const isKept = () => stored("keepSearches") !== false;
const searches = () => stored("searches") ?? [];

function remember() {
  const words = one(".results .found") && one("#q").value.trim();
  if (!words || !isKept()) return;
  const query = new URLSearchParams(location.search);
  query.delete("page");
  const others = searches().filter((search) => search.query !== String(query));
  stored("searches", [{ words, query: String(query) }, ...others].slice(0, MOST));
}

function list() {
  const section = one("[data-history]");
  if (!section) return;
  section.querySelector("ul").replaceChildren(...searches().slice(0, SHOWN).map(({ words, query }) => {
    const item = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { href: `?${query}`, dir: "auto", textContent: words });
    const filters = [...new URLSearchParams(query)].filter(([name]) => name !== "q").map(([, value]) => value);
    item.append(link, filters.length ? ` · ${filters.join(", ")}` : "");
    return item;
  }));
  section.querySelector("[data-keep-searches]").checked = isKept();
  section.querySelector("[data-forget]").hidden = !searches().length;
}

function offer() {
  const section = one("[data-history]");
  if (section && (searches().length || !isKept())) section.hidden = false;
}

document.addEventListener("click", (event) => {
  if (!event.target.matches("[data-forget]")) return;
  stored("searches", []);
  list();
  one("#q").focus();
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-keep-searches]")) return;
  stored("keepSearches", event.target.checked);
  if (!event.target.checked) stored("searches", []);
  list();
});

// In the box: up to what was asked before, down to what was asked after it, and to an empty box.

let recalled = -1;

document.addEventListener("keydown", (event) => {
  const box = one("#q");
  if (event.target !== box || event.isComposing || event.defaultPrevented) return;
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return void (recalled = -1);
  const past = searches();
  if (box.value === "") recalled = -1;
  else if (box.value !== past[recalled]?.words) return;
  const next = recalled + (event.key === "ArrowUp" ? 1 : -1);
  if (next < -1 || next >= past.length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  recalled = next;
  box.value = past[next]?.words ?? "";
});

for (const begin of [remember, list, offer]) {
  document.addEventListener("shown", begin);
  begin();
}
