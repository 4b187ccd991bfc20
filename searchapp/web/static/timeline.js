// A stretch of the time line: drawn over the bars with a pointer, or set with two sliders that keys move.
// Without a script there are the bars' links, the table, and the two fields for days.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const bars = (drawing) => all("[data-first]", drawing);

function mark(drawing, from, to) {
  bars(drawing).forEach((bar, number) => bar.classList.toggle("within", number >= from && number <= to));
}

function fill(drawing, from, to) {
  const form = drawing.closest(".timeline").querySelector(".between");
  form.elements.from.value = bars(drawing)[from].dataset.first;
  form.elements.to.value = bars(drawing)[to].dataset.last;
}

// With a pointer.

let start = null;

const barAt = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-first]");

document.addEventListener("pointerdown", (event) => {
  const bar = event.button ? null : event.target.closest?.(".timeline [data-first]");
  if (bar) start = { drawing: bar.closest("[data-drawing]"), bar, last: bar };
});

document.addEventListener("pointermove", (event) => {
  const bar = start && barAt(event);
  if (!bar || !start.drawing.contains(bar)) return;
  start.last = bar;
  if (bar !== start.bar) mark(start.drawing, ...places());
});

function places() {
  const found = bars(start.drawing);
  return [found.indexOf(start.bar), found.indexOf(start.last)].sort((one, other) => one - other);
}

document.addEventListener("pointerup", () => {
  const drawn = start;
  if (!drawn || drawn.last === drawn.bar) return void (start = null); // a click, which the bar's link takes
  const [from, to] = places();
  start = null;
  fill(drawn.drawing, from, to);
  drawn.drawing.closest(".timeline").querySelector(".between").requestSubmit();
});

document.addEventListener("dragstart", (event) => {
  if (event.target.closest?.(".timeline")) event.preventDefault();
});

// With keys: a slider for each end, as wide as the bars are.

function slider(drawing, name, place) {
  const input = document.createElement("input");
  const found = bars(drawing);
  Object.assign(input, { type: "range", min: 0, max: found.length - 1, value: place, ariaLabel: drawing.dataset[name] });
  input.style.width = `${(100 * found.length * 10) / drawing.querySelector("svg").viewBox.baseVal.width}%`;
  const tell = () => { input.ariaValueText = found[input.value].dataset.name; };
  tell();
  input.addEventListener("input", () => {
    const [from, to] = all("input", drawing).map((one) => Number(one.value)).sort((one, other) => one - other);
    tell();
    mark(drawing, from, to);
    fill(drawing, from, to);
  });
  return input;
}

function prepare() {
  for (const drawing of all("[data-drawing]")) {
    const chosen = bars(drawing).map((bar) => bar.querySelector(".chosen") !== null);
    const [from, to] = [chosen.indexOf(true), chosen.lastIndexOf(true)];
    if (chosen.length > 1) drawing.append(slider(drawing, "from", Math.max(from, 0)), slider(drawing, "to", to < 0 ? chosen.length - 1 : to));
  }
}

document.addEventListener("shown", prepare);
prepare();
