// A text area with the numbers of its lines; lines that something is wrong with are marked, and one click leads there.

function wrongLines() {
  return new Set([...document.querySelectorAll("[data-line]")].map((one) => Number(one.dataset.line)));
}

function number(editor) {
  const [gutter, area] = [editor.querySelector(".editor-lines"), editor.querySelector("textarea")];
  const wrong = wrongLines();
  gutter.replaceChildren(...Array.from({ length: area.value.split("\n").length }, (_, place) => {
    const line = Object.assign(document.createElement("div"), { textContent: place + 1 });
    line.classList.toggle("is-wrong", wrong.has(place + 1));
    return line;
  }));
  gutter.scrollTop = area.scrollTop;
}

const numberAll = () => document.querySelectorAll("[data-editor]").forEach(number);

function go(area, line, column = 0) {
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  area.focus();
  area.setSelectionRange(start + Math.max(0, column - 1), start + (lines[line - 1] ?? "").length);
  area.scrollTop = Math.max(0, (line - 4) * 20);
}

document.addEventListener("input", (event) => {
  const editor = event.target.closest("[data-editor]");
  if (editor) number(editor);
});
// A long list of tables is narrowed to those that hold what is typed, in their name or a column's.
document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-narrow]")) return;
  const typed = target.value.trim().toLowerCase();
  for (const one of document.querySelectorAll(target.dataset.narrow)) one.hidden = !one.textContent.toLowerCase().includes(typed);
});
document.addEventListener("scroll", (event) => {
  const editor = event.target.closest?.("[data-editor]");
  if (editor) editor.querySelector(".editor-lines").scrollTop = event.target.scrollTop;
}, true);
document.addEventListener("click", (event) => {
  const area = document.querySelector("[data-editor] textarea");
  const button = event.target.closest("[data-go]");
  if (button && area) go(area, Number(button.dataset.go), Number(button.dataset.column ?? 0));
  const word = event.target.closest("[data-insert]");
  if (word) document.querySelector(word.dataset.into).setRangeText(word.dataset.insert, area.selectionStart, area.selectionEnd, "end");
  const filled = event.target.closest("[data-fill]");
  if (filled) document.querySelector(filled.dataset.fill).value = filled.dataset.text ?? filled.textContent;
  if (word || filled) { area.focus(); numberAll(); }
  if (event.target.closest("[data-check]")) window.htmx.trigger(area, "check");
});
// What is written is sent by Ctrl+Enter, as everywhere.
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-editor]")?.closest("form");
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
document.addEventListener("htmx:afterSettle", numberAll);
numberAll();
