// Parts that show figures, <… data-renews="seconds">, are asked for anew when data came: not more often than said, not
// while somebody works in them, and without moving what they look at.

import { words } from "./app.js";
import { listen } from "./live.js";
import { motion } from "./theme.js";

const SETTLED = 16_000; // so long the server may still hand out what it made before the change
const AT_WORK = 3_000; // so long after a key or a click somebody is at work
const opened = Date.now();
const asked = new WeakMap(); // when a part was last asked for by us
const due = new Set(); // the addresses of parts that speak of older data
let changed = 0;
let acted = 0;

for (const act of ["pointerdown", "keydown", "wheel", "touchmove", "input"]) {
  document.addEventListener(act, () => { acted = Date.now(); }, { capture: true, passive: true });
}

const parts = () => document.querySelectorAll("[data-renews]");

// What a person ticked or typed and has not sent.
const typed = (field) => (field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked : "defaultValue" in field && field.value !== field.defaultValue);

// Somebody works here: has something open, marks text, ticked or typed, looks at the figures as a table, or did something
// just now.
function worked(part) {
  const chosen = getSelection();
  return Date.now() - acted < AT_WORK
    || document.querySelector("details[data-pop][open]") !== null
    || document.getElementById("point")?.hidden === false
    || part.querySelector("[data-twin][aria-pressed=true]") !== null
    || [...part.querySelectorAll("input, textarea")].some(typed)
    || (chosen.type === "Range" && part.contains(chosen.anchorNode));
}

function renew() {
  if (document.hidden || !changed) return;
  for (const part of parts()) {
    const before = asked.get(part) ?? opened;
    if (!due.has(part.id) || Date.now() - before < part.dataset.renews * 1000 || part.matches(".htmx-request") || worked(part)) continue;
    if (Date.now() - changed > SETTLED) due.delete(part.id);
    asked.set(part, Date.now());
    window.htmx.trigger(part, "refresh");
  }
}

listen(["data"], ({ state }) => {
  changed = Date.now();
  for (const part of parts()) due.add(part.id);
  const badge = document.getElementById("freshness");
  if (badge && !badge.dataset.own && state.tone) {
    badge.className = `badge-data is-${state.tone}`;
    badge.querySelector("span").textContent = state[document.documentElement.lang === "en" ? "en" : "zh"];
  }
  renew();
});
setInterval(renew, 1000);

// What one looks at stays where it is: scrolled tables, opened details, the place of the keyboard.
const BOXES = ".table-wrap, .chart-table";
let kept = null;

// How an element is found again after the exchange: by what it is called, and its place among those called so.
function named(element, part) {
  const known = ["data-key", "href", "id", "data-twin"].find((one) => element.getAttribute(one));
  if (!known) return null;
  const words = `[${known}="${CSS.escape(element.getAttribute(known))}"]`;
  return { words, place: [...part.querySelectorAll(words)].indexOf(element) };
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig, xhr } = event.detail;
  if (requestConfig?.triggeringEvent?.type !== "refresh" || !target.matches("[data-renews]")) return;
  const failed = xhr.status >= 400 || xhr.responseText.includes('role="alert"');
  target.querySelector(".is-stale")?.remove();
  if (failed && !target.querySelector("[role=alert]")) {
    event.detail.shouldSwap = false;
    const note = Object.assign(document.createElement("p"), { className: "note is-warn is-stale", textContent: words.stale });
    note.setAttribute("role", "status");
    target.prepend(note);
    due.add(target.id);
    return;
  }
  const focused = target.contains(document.activeElement) ? named(document.activeElement, target) : null;
  motion.still = true;
  kept = {
    target,
    boxes: [...target.querySelectorAll(BOXES)].map((box) => [box.scrollLeft, box.scrollTop]),
    open: [...target.querySelectorAll("details:not([data-pop])")].map((one) => one.open),
    focused,
  };
});

document.addEventListener("htmx:afterSettle", ({ detail: { target } }) => {
  if (!kept || kept.target !== target) return;
  target.querySelectorAll(BOXES).forEach((box, at) => { [box.scrollLeft, box.scrollTop] = kept.boxes[at] ?? [0, 0]; });
  target.querySelectorAll("details:not([data-pop])").forEach((one, at) => { one.open = kept.open[at] ?? one.open; });
  if (kept.focused) target.querySelectorAll(kept.focused.words)[kept.focused.place]?.focus({ preventScroll: true });
  [kept, motion.still] = [null, false];
});
