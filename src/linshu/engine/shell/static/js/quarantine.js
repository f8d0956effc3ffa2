// The shelf of rows: how many are chosen, one editor open at a time, mended rows gone.

const shelf = () => document.querySelector("[data-shelf]");
const boxes = () => [...document.querySelectorAll("[data-shelf] [name=mark]")];

function count() {
  const told = document.querySelector("[data-picked]");
  if (!told) return;
  const chosen = boxes().filter((box) => box.checked).length;
  told.textContent = chosen ? told.dataset.some.replace("N", chosen) : told.dataset.none;
  const every = document.querySelector("[data-every]");
  every.checked = chosen > 0 && chosen === boxes().length;
  every.indeterminate = chosen > 0 && !every.checked;
}

document.addEventListener("change", (event) => {
  if (!shelf()) return;
  if (event.target.matches("[data-every]")) for (const box of boxes()) box.checked = event.target.checked;
  if (event.target.matches("[data-every], [name=mark]")) count();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-drop]")) event.target.closest("tr").remove();
});

// One editor at a time: another one closes the first; focus goes into the cell to be mended.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.closest("[data-edit]")) for (const open of document.querySelectorAll("[data-shelf] .editor-row")) open.remove();
});
document.addEventListener("htmx:load", (event) => {
  const row = event.detail.elt;
  if (!row.matches?.(".editor-row")) return;
  row.querySelector("input:not([type=hidden])")?.focus();
  const mended = row.dataset.mended && boxes().find((box) => box.value === row.dataset.mended);
  if (mended) mended.closest("tr").remove();
  count();
});
