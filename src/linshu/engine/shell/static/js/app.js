// The shell's behaviour: popovers, notices, the folded menu. Pages work without it; it makes them pleasant.

const page = () => document.getElementById("page");

document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details[data-pop][open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
  if (event.target.closest("[data-close]")) event.target.closest(".toast-note")?.remove();
  if (event.target.closest("[data-print]")) window.print();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of document.querySelectorAll("details[data-pop][open]")) {
    open.open = false;
    open.querySelector("summary").focus();
  }
  const fold = document.getElementById("fold");
  if (fold?.checked && window.innerWidth < 992) fold.checked = false;
});

// The menu stays folded where the viewer folded it; on phones it always starts closed.
const fold = document.getElementById("fold");
if (fold) {
  fold.checked = window.innerWidth >= 992 && localStorage.getItem("linshu-fold") === "1";
  fold.addEventListener("change", () => {
    if (window.innerWidth >= 992) localStorage.setItem("linshu-fold", fold.checked ? "1" : "0");
    window.dispatchEvent(new Event("resize"));
  });
}

// A language switch keeps the filters that were set since the page was loaded.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-keep-query]");
  if (!link) return;
  const name = link.dataset.keepQuery;
  const wanted = new URL(link.href).searchParams.get(name);
  const address = new URL(location.href);
  address.searchParams.set(name, wanted);
  link.href = address.href;
});

// Notices go by themselves; errors stay until they are closed.
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) {
      if (node.classList?.contains("toast-note") && !node.classList.contains("is-bad")) setTimeout(() => node.remove(), 6000);
    }
  }
}).observe(document.getElementById("toasts") ?? document.body, { childList: true });

// Which file was chosen.
document.addEventListener("change", ({ target }) => {
  const name = target.closest?.(".file")?.querySelector("[data-none]");
  if (name) name.textContent = target.files[0]?.name ?? name.dataset.none;
});

// A calendar is loaded when someone first wants one.
let calendar = null;
function loadCalendar(field) {
  const add = (tag, properties) => new Promise((done, failed) => {
    document.head.append(Object.assign(document.createElement(tag), properties, { onload: done, onerror: failed }));
  });
  calendar ??= add("link", { rel: "stylesheet", href: field.dataset.style })
    .then(() => add("script", { src: field.dataset.script }))
    .then(() => (field.dataset.words ? add("script", { src: field.dataset.words }) : null));
  return calendar;
}

document.addEventListener("toggle", async (event) => {
  const pop = event.target;
  const field = pop.querySelector?.("[data-calendar]");
  if (!field || !pop.open) return;
  const one = field.closest(".day")?.querySelector("input[name]");
  const { from, to } = field.form?.elements ?? {};
  const into = one ? [one] : [from, to];
  const written = () => into.map((input) => input.value).filter((text) => /^\d{4}-\d{2}-\d{2}$/.test(text));
  // The keyboard goes on in the calendar: arrows from day to day, Enter takes one, Esc leaves.
  const reach = () => {
    const day = one && (pop.querySelector(".flatpickr-day.selected") ?? pop.querySelector(".flatpickr-day:not(.flatpickr-disabled)"));
    if (!day) return;
    day.tabIndex = 0;
    day.focus();
  };
  if (field.dataset.ready) {
    field._flatpickr?.setDate(written());
    return reach();
  }
  field.dataset.ready = "1";
  await loadCalendar(field);
  window.flatpickr(field, {
    mode: one ? "single" : "range", inline: true, dateFormat: "Y-m-d", locale: { ...(field.dataset.words ? window.flatpickr.l10ns.zh : {}), firstDayOfWeek: 1, monthAriaLabel: words.month, yearAriaLabel: words.year },
    defaultDate: written(), maxDate: field.dataset.last || null,
    onChange: (days, _text, picker) => {
      if (days.length !== into.length) return;
      days.forEach((day, at) => { into[at].value = picker.formatDate(day, "Y-m-d"); });
      if (!one) return;
      one.dispatchEvent(new Event("change", { bubbles: true }));
      pop.open = false;
      pop.querySelector("summary").focus();
    },
  });
  reach();
}, true);

// After a part of the page was exchanged, the keyboard goes on from there and open popovers close.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target === page()) {
    // The entry with the longest path that leads here, as the server marks it.
    const path = (link) => new URL(link.href).pathname;
    const links = [...document.querySelectorAll(".menu-item")];
    const leading = links.filter((link) => `${location.pathname}/`.startsWith(`${path(link)}/`)).sort((one, other) => path(other).length - path(one).length);
    for (const link of links) {
      if (link === leading[0]) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }
});
// Paper is white: what is dark on the screen is drawn light for printing, charts included.
let onScreen = "";
addEventListener("beforeprint", () => { onScreen ||= document.documentElement.dataset.bsTheme; paint("light"); });
addEventListener("afterprint", () => { paint(onScreen); onScreen = ""; });

function paint(theme) {
  if (document.documentElement.dataset.bsTheme === theme) return;
  document.documentElement.dataset.bsTheme = theme;
  document.dispatchEvent(new Event("linshu:theme"));
}

// Whatever can be pushed sideways can be reached by the keyboard, to be pushed with its arrows.
function reachable() {
  for (const box of document.querySelectorAll(".table-wrap, pre, .chart-table")) {
    const needed = (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) && !box.querySelector("a, button, input, select, textarea");
    if (needed) box.tabIndex = 0;
    else if (box.tabIndex === 0 && !needed) box.removeAttribute("tabindex");
  }
}
reachable();
for (const happened of ["htmx:afterSettle", "toggle"]) document.addEventListener(happened, reachable, true);
window.addEventListener("resize", reachable);

// A part that says whether it is still coming says so truly.
for (const [happened, busy] of [["htmx:beforeRequest", "true"], ["htmx:afterRequest", "false"]]) {
  document.addEventListener(happened, ({ detail }) => detail.target?.hasAttribute("aria-busy") && detail.target.setAttribute("aria-busy", busy));
}

document.addEventListener("htmx:sendError", () => say("lost"));

export const words = JSON.parse(document.getElementById("words")?.textContent || "{}");

export function say(key) {
  const note = document.createElement("div");
  note.className = "toast-note";
  note.textContent = words[key] ?? key;
  document.getElementById("toasts").append(note);
}
