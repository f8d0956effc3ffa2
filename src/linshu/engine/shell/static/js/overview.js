// The overview while it is open: the cut-off countdown, orders flowing in, parts renewed as data arrives.

import { listen, silentFor } from "./live.js";
import { write } from "./theme.js";
import { words } from "./app.js";
import "./renew.js";

const SHOWN = 7;

function two(number) {
  return String(Math.floor(number)).padStart(2, "0");
}

function countDown() {
  for (const clock of document.querySelectorAll("[data-until]")) {
    const left = Math.max(0, new Date(clock.dataset.until) - Date.now()) / 1000;
    clock.querySelector("b").textContent = `${two(left / 3600)}:${two((left / 60) % 60)}:${two(left % 60)}`;
    clock.classList.toggle("is-soon", left < 7200);
  }
}
setInterval(countDown, 1000);
document.addEventListener("htmx:load", countDown);
countDown();

// The company's wall clock, wherever the viewer sits.
function clock(moment, zone) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(new Date(moment));
}

function item(order, axis, zone) {
  const line = document.createElement("li");
  line.dataset.id = order.id;
  line.className = "is-new";
  line.title = [order.place, order.leader, order.goods].filter(Boolean).join(" · ");
  const cell = (tag, name, text) => Object.assign(document.createElement(tag), { className: name, textContent: text });
  const time = clock(order.at, zone);
  const goods = order.goods + (order.qty > 1 ? ` ×${order.qty}` : "") + (order.more > 0 ? ` +${order.more}` : "");
  line.append(cell("time", "", time), cell("span", "ticker-where", order.place), cell("span", "ticker-goods", goods), cell("b", "", write(order.fen, axis)));
  return line;
}

// A batch is let in one by one, so that a burst reads as a flow.
let queue = [];
function flow() {
  const list = document.getElementById("ticker");
  if (!list || !queue.length || document.hidden) return;
  const axis = JSON.parse(document.getElementById("ticker-axis").textContent);
  const order = queue.shift();
  if (queue.length > 20) queue = queue.slice(-20);
  if (list.querySelector(`[data-id="${CSS.escape(order.id)}"]`)) return;
  list.prepend(item(order, axis, list.dataset.zone));
  while (list.childElementCount > SHOWN) list.lastElementChild.remove();
}
setInterval(flow, 350);

function badge(tone, text) {
  const place = document.getElementById("freshness");
  if (!place) return;
  place.dataset.own = "yes";
  place.className = `badge-data is-${tone}`;
  place.querySelector("span").textContent = text;
}

function state(name, text) {
  for (const place of document.querySelectorAll("[data-live-state]")) {
    place.className = `live-state is-${name}`;
    place.textContent = text;
  }
}

let heard = 0;
const page = document.getElementById("overview");
if (page?.dataset.running === "yes") {
  listen([page.dataset.topic], (message) => {
    heard = Date.now();
    queue.push(...message.items);
    const time = clock(message.state.at ?? Date.now(), document.getElementById("ticker")?.dataset.zone);
    badge("live", `${words.live} ${time}`);
    state("open", words.live);
  }, (name) => {
    if (name === "lost") { state("lost", words.lost); badge("amber", words.lost); }
    else state("open", heard ? words.live : words.waiting);
  });
  // A stream that has gone quiet is not live any more.
  setInterval(() => { if (heard && silentFor() > 60_000) badge("amber", words.quiet); }, 5000);
}
