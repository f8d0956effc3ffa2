// Rows that are picked one by one or a page at once, and the sentence that says how many.

const boxes = () => [...document.querySelectorAll("[data-picks] [name=mark]")];

export function count() {
  const told = document.querySelector("[data-picked]");
  if (!told) return;
  const chosen = boxes().filter((box) => box.checked).length;
  told.textContent = chosen ? told.dataset.some.replace("N", chosen) : told.dataset.none;
  const every = document.querySelector("[data-picks] [data-every]");
  every.checked = chosen > 0 && chosen === boxes().length;
  every.indeterminate = chosen > 0 && !every.checked;
}

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-picks] [data-every], [data-picks] [name=mark]")) return;
  if (event.target.matches("[data-every]")) for (const box of boxes()) box.checked = event.target.checked;
  count();
});
