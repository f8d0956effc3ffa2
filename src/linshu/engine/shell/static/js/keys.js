// The keyboard: / to the search, ? for what keys do, arrows through menus and open panels.

const REACHED = "a[href], button:not([disabled]), input:not([type=hidden]), select, summary";
const writing = (element) => element.closest("input, textarea, select, [contenteditable]");
const seen = (element) => element.checkVisibility();

function search() {
  const found = [...document.querySelectorAll("[data-search], input[type=search]")].find(seen);
  found?.focus();
  found?.select?.();
  return Boolean(found);
}

// One step through what a menu or an open panel holds; at its ends it goes round.
function step(event) {
  const box = event.target.closest(".menu, .pop-panel, details[data-pop][open]");
  if (event.target.closest(".flatpickr-calendar")) return; // a calendar goes by days and weeks itself
  if (!box || (writing(event.target) && event.target.type !== "checkbox")) return;
  const stops = [...box.querySelectorAll(REACHED)].filter(seen);
  const at = stops.indexOf(event.target);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[event.key];
  event.preventDefault();
  stops[(to + stops.length) % stops.length]?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) step(event);
  if (writing(event.target)) return;
  if (event.key === "/" && search()) event.preventDefault();
  if (event.key === "?") document.getElementById("keys")?.showModal();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]")) document.getElementById("keys").showModal();
  if (event.target.id === "keys" || event.target.closest("[data-keys-close]")) document.getElementById("keys").close();
});
