// Explore while it is open: points one can act on, lists that stay open while one chooses, and the keyboard in them.

import "./charts.js";
import "./renew.js";

const menu = () => document.getElementById("point");
let asker = null; // what the menu was opened from; the focus goes back there

function open(address, key, x, y, from) {
  const box = menu();
  if (!box || !key) return;
  asker = from;
  box.hidden = false;
  box.style.left = `${Math.max(8, Math.min(x, window.innerWidth - 300))}px`;
  box.style.top = `${Math.max(64, Math.min(y, window.innerHeight - 360))}px`;
  box.replaceChildren(Object.assign(document.createElement("div"), { className: "skeleton is-menu" }));
  window.htmx.ajax("GET", `${address}&key=${encodeURIComponent(key)}`, { target: box, swap: "innerHTML show:none" })
    .then(() => { if (!box.hidden) box.focus(); });
}

function close() {
  const box = menu();
  if (!box || box.hidden) return;
  box.hidden = true;
  if (asker?.isConnected) asker.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-key]");
  if (button) {
    const place = button.getBoundingClientRect();
    open(button.closest("[data-point]").dataset.point, button.dataset.key, place.left, place.bottom + 4, button);
    return;
  }
  if (event.target.closest("[data-point-close]") || !event.target.closest("#point, .chart-box")) close();
});

// Which series of several lines or areas lies under the pointer.
function nearest(chart, data, index, at) {
  let [best, far, height] = [0, Infinity, 0];
  data.series.forEach((one, number) => {
    const value = one.values[index];
    if (value === null || value === undefined) return;
    height = data.stack ? height + value : value;
    const distance = Math.abs(chart.convertToPixel({ seriesIndex: number }, [index, height])[1] - at[1]);
    if (distance < far) [best, far] = [number, distance];
  });
  return best;
}

function clickable(figure) {
  const chart = window.echarts?.getInstanceByDom(figure.querySelector(".chart-box"));
  if (!chart || figure.dataset.clickable) return;
  figure.dataset.clickable = "1";
  const data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
  const act = (index, number, event) => {
    const key = [data.groups[index], data.series[number]?.group].filter(Boolean).join("\n");
    open(figure.dataset.point, key, event.clientX, event.clientY, null);
  };
  if (data.kind === "pie" || data.kind === "scatter" || data.kind === "bar" && data.series.some((one) => one.group)) {
    chart.on("click", (what) => act(what.dataIndex, what.seriesIndex, what.event.event));
    return;
  }
  chart.getZr().on("click", (event) => {
    const at = [event.offsetX, event.offsetY];
    const [x, y] = chart.convertFromPixel({ gridIndex: 0 }, at);
    const index = Math.round(data.across ? y : x);
    if (index < 0 || index >= data.labels.length) return;
    act(index, data.series.some((one) => one.group) ? nearest(chart, data, index, at) : 0, event.event);
  });
}

function prepare(root) {
  for (const figure of root.querySelectorAll("figure[data-point]")) clickable(figure);
}
document.addEventListener("htmx:load", (event) => prepare(event.detail.elt.parentNode ?? document));

// A list stays open, with what was typed, while one chooses several things from it.
let kept = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id !== "page") return;
  const list = document.querySelector("details[data-stay][open]");
  const form = event.detail.requestConfig?.elt?.closest?.("form");
  kept = list && !form ? { id: list.id, typed: list.querySelector("[data-find]")?.value ?? "" } : null;
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "page" || !kept) return;
  const list = document.getElementById(kept.id);
  const field = list?.querySelector("[data-find]");
  if (field) field.value = kept.typed;
  if (list) list.open = true;
  kept = null;
});

// A filter's chip opens the list of its values at once; opened by itself, the list begins with what one can filter by.
let direct = "";
const fill = (list, address) => window.htmx.ajax("GET", address, { target: list.querySelector(".choices"), swap: "innerHTML show:none" });

document.addEventListener("toggle", (event) => {
  const list = event.target;
  if (!list.matches?.("details[data-stay]") || !list.open) return;
  const field = list.querySelector("[data-find]");
  if (direct) fill(list, direct);
  else if (list.querySelector(".values")) fill(list, field.getAttribute("hx-get"));
  field?.select();
}, true);
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!direct || event.detail.requestConfig.triggeringEvent?.type !== "toggle") return;
  event.preventDefault();
  direct = "";
});
document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-values]");
  if (!chip) return;
  const list = document.getElementById(chip.dataset.open);
  event.stopPropagation();
  if (list.open) { fill(list, chip.dataset.values); return; }
  direct = chip.dataset.values;
  list.open = true;
  setTimeout(() => { direct = ""; }, 300);
}, true);

// Enter takes what is found first for what stands in the field, also when it is pressed before that has arrived.
let awaited = null;
const take = (panel, typed) => {
  const asked = panel.querySelector("[data-asked]")?.dataset.asked;
  awaited = typed && asked !== typed ? { panel, typed } : null;
  if (awaited) return;
  const first = panel.querySelector("a.choice, button.choice, .values-list input");
  if (first?.matches(".choice")) first.click();
};
document.addEventListener("input", () => { awaited = null; });
document.addEventListener("htmx:afterSettle", () => {
  if (awaited) take(awaited.panel, awaited.typed);
});

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return; // Enter and the arrows belong to whoever writes pinyin
  if (event.key === "Escape") { awaited = null; close(); }
  const panel = event.target.closest?.(".pick-panel");
  if (!panel || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
  const lines = [...panel.querySelectorAll("a.choice, button.choice, .values-list input")];
  const here = lines.indexOf(document.activeElement);
  if (event.key === "Enter") {
    if (here === -1 && event.target.matches(".pick-panel > [data-find]")) { event.preventDefault(); take(panel, event.target.value); }
    return;
  }
  event.preventDefault();
  const next = event.key === "ArrowDown" ? here + 1 : here - 1;
  (next < 0 ? panel.querySelector("[data-find]") : lines[Math.min(next, lines.length - 1)])?.focus();
});

prepare(document);
