// The shelf of rows: one editor open at a time, mended rows gone.

import { say } from "./app.js";
import { count } from "./picks.js";

const boxes = () => [...document.querySelectorAll("[data-picks] [name=mark]")];

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-drop]")) event.target.closest("tr").remove();
});

// One editor at a time: another one closes the first; focus goes into the cell to be mended.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.closest("[data-edit]")) for (const open of document.querySelectorAll("[data-picks] .editor-row")) open.remove();
});
document.addEventListener("htmx:load", (event) => {
  const row = event.detail.elt;
  if (!row.matches?.(".editor-row")) return;
  row.querySelector("input:not([type=hidden])")?.focus();
  const mended = row.dataset.mended && boxes().find((box) => box.value === row.dataset.mended);
  if (mended) mended.closest("tr").remove();
  count();
});

// The mended workbook is sent as the plain body of a request, so that nothing of it is kept unsealed.
document.addEventListener("change", async (event) => {
  const field = event.target.closest?.("[data-mended-file]");
  if (!field?.files.length) return;
  const file = field.files[0];
  const progress = document.getElementById("progress");
  progress.classList.add("htmx-request");
  const headers = { "HX-Request": "true", "X-CSRF-Token": field.dataset.token, "Content-Type": "application/octet-stream" };
  try {
    const answer = await fetch(`${field.dataset.to}?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file, headers });
    const html = await answer.text();
    if (answer.ok) window.htmx.swap("#page", html, { swapStyle: "innerHTML" });
    else document.getElementById("toasts").insertAdjacentHTML("beforeend", html);
  } catch {
    say("lost");
  } finally {
    progress.classList.remove("htmx-request");
    field.value = "";
  }
});
