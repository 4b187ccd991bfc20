// What has come for each saved search since this browser saw it last. Changes are numbered, so that no clock is trusted.
// What was seen is kept in this browser alone; without JavaScript, the page counts since a day.

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

const STORED = "searchapp.seen";
const table = one("[data-saved]");

function readSeen() {
  try {
    return JSON.parse(localStorage.getItem(STORED)) ?? {};
  } catch (failure) {
    return null; // storage is off in this browser
  }
}

function see(seen, names) {
  for (const name of names) seen[name] = { number: Number(table.dataset.last), moment: table.dataset.moment };
  localStorage.setItem(STORED, JSON.stringify(seen));
}

function newAddress(row, moment) {
  if (!moment) return one("[data-found]", row).href;
  return row.dataset.lately.replaceAll(encodeURIComponent("{moment}"), encodeURIComponent(moment));
}

function show(row, saved, seen) {
  const name = row.dataset.name;
  const count = saved.new.filter((number) => number > seen[name].number).length;
  const cell = one("[data-new]", row);
  if (!count) {
    const none = Object.assign(document.createElement("span"), { className: "quiet", textContent: table.dataset.noneNew });
    cell.replaceChildren(none);
    return;
  }
  const link = Object.assign(document.createElement("a"), { textContent: table.dataset.someNew.replace("{n}", count.toLocaleString(document.documentElement.lang)) });
  link.href = newAddress(row, seen[name].moment);
  link.addEventListener("click", () => see(seen, [name]));
  cell.replaceChildren(link);
}

async function count() {
  const seen = readSeen();
  if (!seen) return;
  const rows = all("[data-name]", table);
  const known = rows.filter((row) => row.dataset.name in seen); // of the others, the day's news stays as it is
  const last = Number(table.dataset.last);
  for (const before of known.map((row) => seen[row.dataset.name])) {
    if (before.number > last) Object.assign(before, { number: 0, moment: "" }); // the index was begun anew
  }
  see(seen, rows.map((row) => row.dataset.name).filter((name) => !(name in seen)));
  offerAllSeen(rows, seen);
  if (!known.length || new URLSearchParams(location.search).has("since")) return;
  const address = new URL(table.dataset.numbers, location.href);
  address.searchParams.set("since", Math.min(...known.map((row) => seen[row.dataset.name].number)));
  const answer = await fetch(address);
  if (!answer.ok) return;
  const found = new Map((await answer.json()).saved.map((saved) => [saved.name, saved]));
  for (const row of known) {
    if (found.has(row.dataset.name)) show(row, found.get(row.dataset.name), seen);
  }
}

function offerAllSeen(rows, seen) {
  const button = one("[data-all-seen]");
  button.hidden = one("[data-kept-here]").hidden = false;
  button.addEventListener("click", () => {
    see(seen, rows.map((row) => row.dataset.name));
    rows.forEach((row) => show(row, { new: [] }, seen));
  });
}

if (table) count();
