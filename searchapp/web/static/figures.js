// What the pages that count, compare and quote do better with JavaScript; each of them is complete without it.

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// A chart as a picture: its styles are written into a copy, which is drawn at twice its size.

const chart = one(".chart > svg");
const png = one("[data-png]");

function styled(svg) {
  const copy = svg.cloneNode(true);
  const parts = all("line, text, rect, polyline, circle", svg);
  all("line, text, rect, polyline, circle", copy).forEach((part, number) => {
    const style = getComputedStyle(parts[number]);
    for (const name of ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-family", "text-anchor", "opacity"]) {
      part.setAttribute(name, style.getPropertyValue(name));
    }
  });
  copy.setAttribute("width", 1440);
  copy.setAttribute("height", 600);
  return copy;
}

function drawPng() {
  const source = new XMLSerializer().serializeToString(styled(chart));
  const picture = new Image();
  picture.onload = () => {
    URL.revokeObjectURL(picture.src);
    const canvas = Object.assign(document.createElement("canvas"), { width: 1440, height: 600 });
    const context = canvas.getContext("2d");
    context.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, 0, 0);
    canvas.toBlob((blob) => save(blob, "trends.png"), "image/png");
  };
  picture.src = URL.createObjectURL(new Blob([source], { type: "image/svg+xml" }));
}

if (chart && png) {
  png.hidden = false;
  png.addEventListener("click", drawPng);
}

// Judging: what is judged is kept in this browser, by search and seed, and the server works out the precision.

const judging = one("[data-judging]");

function judged() {
  const form = new FormData(judging);
  return new URLSearchParams([...form].filter(([, value]) => value !== ""));
}

function kept(value) {
  const name = `judged ${location.pathname} ${new URLSearchParams([...judged()].filter(([key]) => !key.startsWith("j.")))}`;
  try {
    if (value) localStorage.setItem(name, value);
    return localStorage.getItem(name);
  } catch (failure) {
    return null; // storage is off in this browser: it lasts as long as the page
  }
}

let counting = 0;

async function summarize() {
  const query = judged();
  kept(String(query));
  history.replaceState(history.state, "", `?${query}`);
  const mine = ++counting;
  const answer = await fetch(`?${query}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== counting || !answer.ok) return;
  one("[data-summary]").replaceWith(document.adoptNode(one("[data-summary]", page)));
  one("a[download]", judging).href = one("[data-judging] a[download]", page).href;
}

function restore() {
  if (new URLSearchParams(location.search).toString().includes("j.")) return;
  for (const [name, value] of new URLSearchParams(kept() ?? "")) {
    const radio = all("input[type=radio]", judging).find((input) => input.name === name && input.value === value);
    if (radio) radio.checked = true;
  }
  if (one("input[type=radio]:checked", judging)) summarize();
}

function judge(kind) {
  const hits = all(".hit", judging);
  const here = hits.findIndex((hit) => hit.contains(document.activeElement));
  const open = hits.findIndex((hit) => !one("input:checked", hit));
  const hit = hits[here >= 0 ? here : open];
  if (!hit) return;
  const radio = one(`input[value=${kind}]`, hit);
  radio.checked = true;
  const next = hits[hits.indexOf(hit) + 1];
  if (next) one("h2 a", next).focus();
  summarize();
}

if (judging) {
  one("[data-key-help]").hidden = false;
  judging.addEventListener("change", (event) => { if (event.target.type === "radio") summarize(); });
  document.addEventListener("letter", (event) => {
    const kind = { r: "r", x: "n", s: "u" }[event.detail];
    if (!kind) return;
    event.preventDefault();
    judge(kind);
  });
  restore();
}
