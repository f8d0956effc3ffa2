// Files dropped or chosen are sent one by one, each as the plain body of a request; the page shows how far each is.

const drop = document.getElementById("drop");
const spoken = drop?.dataset ?? {};
const waiting = [];
let sending = false;

function row(file) {
  const item = document.createElement("li");
  const head = document.createElement("div");
  const name = document.createElement("b");
  name.textContent = file.name;
  const state = document.createElement("span");
  state.className = "small muted";
  head.append(name, state);
  const bar = document.createElement("div");
  bar.className = "bar";
  bar.setAttribute("role", "progressbar");
  bar.setAttribute("aria-label", file.name);
  const fill = document.createElement("i");
  fill.style.width = "0";
  bar.append(fill);
  item.append(head, bar);
  document.getElementById("sent").append(item);
  return { item, state, bar, fill };
}

function failed(shown, text) {
  shown.bar.remove();
  shown.state.className = "small is-bad";
  shown.state.textContent = text;
}

function said(request) {
  try {
    const { error } = JSON.parse(request.responseText);
    return [error.what, error.where, error.mend].filter(Boolean).join(" ");
  } catch {
    return spoken.lost;
  }
}

function send(file, shown) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${spoken.to}?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRF-Token", spoken.token);
    shown.state.textContent = spoken.sending;
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      const share = Math.round((event.loaded / event.total) * 100);
      shown.fill.style.width = `${share}%`;
      shown.bar.setAttribute("aria-valuenow", share);
      shown.state.textContent = share < 100 ? `${spoken.sending} ${share}%` : spoken.sealing;
    });
    request.addEventListener("load", () => {
      if (request.status === 200) done(JSON.parse(request.responseText));
      else done(failed(shown, said(request)));
    });
    request.addEventListener("error", () => done(failed(shown, spoken.lost)));
    request.send(file);
  });
}

async function next() {
  if (sending) return;
  sending = true;
  let last = null;
  let count = 0;
  let whole = true;
  while (waiting.length) {
    const { file, shown } = waiting.shift();
    count += 1;
    if (file.size > Number(spoken.most)) {
      failed(shown, spoken.large);
      whole = false;
      continue;
    }
    const kept = await send(file, shown);
    whole = whole && Boolean(kept);
    if (!kept) continue;
    last = kept;
    shown.bar.remove();
    shown.state.textContent = spoken.ready;
    const on = document.createElement("a");
    on.href = kept.href;
    on.textContent = spoken.open;
    shown.item.firstChild.append(on);
  }
  sending = false;
  if (last && whole) location.href = count === 1 ? last.href : spoken.to;
}

function take(files) {
  for (const file of files) waiting.push({ file, shown: row(file) });
  next();
}

if (drop) {
  document.getElementById("files").addEventListener("change", (event) => {
    take([...event.target.files]);
    event.target.value = "";
  });
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("is-over");
    });
  }
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("is-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
}
