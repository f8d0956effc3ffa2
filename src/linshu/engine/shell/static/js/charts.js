// Draws every <figure data-chart> of the page, and offers its figures as a table.

import { option, write, colours } from "./theme.js";
import { pie, scatter } from "./shares.js";

const PICTURES = { pie, scatter };

const drawn = new WeakMap();

function read(figure) {
  return JSON.parse(figure.querySelector("script[type='application/json']").textContent);
}

function draw(figure) {
  const box = figure.querySelector(".chart-box");
  if (!box || !window.echarts) return;
  const chart = drawn.get(figure) ?? window.echarts.init(box, null, { renderer: "canvas" });
  drawn.set(figure, chart);
  watched.observe(box);
  const data = read(figure);
  chart.setOption((PICTURES[data.kind] ?? option)(data), { notMerge: true });
}

// The table twin is written only when someone asks for it.
function table(figure) {
  const place = figure.querySelector(".chart-table");
  if (place.childElementCount) return;
  const chart = read(figure);
  const cell = (tag, text, number) => Object.assign(document.createElement(tag), { textContent: text, className: number ? "num" : "" });
  const made = Object.assign(document.createElement("table"), { className: "grid-table" });
  const head = made.createTHead().insertRow();
  head.append(cell("th", chart.first ?? ""), ...chart.series.map((one) => cell("th", one.name, true)));
  const body = made.createTBody();
  chart.labels.forEach((label, index) => {
    const row = body.insertRow();
    row.append(cell("td", chart.titles?.[index] ?? label), ...chart.series.map((one) => cell("td", write(one.values[index], one.axis ?? chart.axis, true), true)));
  });
  place.append(made);
}

export function sparks(root) {
  const fresh = [...root.querySelectorAll("svg[data-spark]:not([data-drawn])")];
  const colour = fresh.length && colours()[0]; // asked between two drawings, the page is styled anew for each
  for (const svg of fresh) {
    const values = JSON.parse(svg.dataset.spark);
    const known = values.filter((value) => value !== null);
    svg.dataset.drawn = "1";
    if (known.length < 2) continue;
    const [low, high] = [Math.min(...known), Math.max(...known)];
    const x = (index) => 2 + (index / (values.length - 1)) * 92;
    const y = (value) => (high === low ? 14 : 25 - ((value - low) / (high - low)) * 22);
    const path = values.map((value, index) => (value === null ? null : `${x(index).toFixed(1)},${y(value).toFixed(1)}`)).filter(Boolean);
    const last = values.length - 1;
    svg.innerHTML = `<path d="M${path[0]}L${path.join("L")}L${x(last)},28L2,28Z" fill="${colour}" opacity=".1"/><polyline points="${path.join(" ")}" fill="none" stroke="${colour}" stroke-width="1.6" stroke-linejoin="round"/><circle cx="${x(last)}" cy="${y(values[last] ?? known.at(-1))}" r="2.2" fill="${colour}"/>`;
  }
}

// Htmx tells of every element it brings, and of the whole page at the start: each chart is drawn at the first telling,
// those further down one by one once the page has been shown.
function drawNew(root = document) {
  const later = [];
  for (const figure of root.querySelectorAll("figure[data-chart]")) {
    if (drawn.has(figure)) continue;
    if (figure.getBoundingClientRect().top < innerHeight) draw(figure);
    else later.push(figure);
  }
  sparks(root);
  if (later.length) requestAnimationFrame(() => later.forEach((figure) => setTimeout(() => figure.isConnected && !drawn.has(figure) && draw(figure))));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-twin]");
  if (!button) return;
  const figure = document.getElementById(button.dataset.twin);
  const shown = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(shown));
  figure.querySelector(".chart-box").hidden = shown;
  figure.querySelector(".chart-table").hidden = !shown;
  if (shown) table(figure);
  else drawn.get(figure)?.resize();
});

document.addEventListener("htmx:load", (event) => drawNew(event.detail.elt.parentNode ?? document));
document.addEventListener("htmx:beforeCleanupElement", (event) => {
  const figure = event.target.closest?.("figure[data-chart]");
  if (!drawn.has(figure)) return;
  watched.unobserve(figure.querySelector(".chart-box"));
  drawn.get(figure).dispose();
  drawn.delete(figure);
});

document.addEventListener("linshu:theme", () => document.querySelectorAll("figure[data-chart]").forEach(draw));

// A chart follows its box: the window, the folded menu, a neighbour that grew.
const watched = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    const chart = drawn.get(target.closest("figure"));
    if (chart && target.clientWidth && (chart.getWidth() !== target.clientWidth || chart.getHeight() !== target.clientHeight)) chart.resize();
  }
});

drawNew();
