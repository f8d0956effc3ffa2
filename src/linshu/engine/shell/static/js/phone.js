// Keeps an open page fresh: asks now and then while somebody looks, and an unchanged page answers with a few bytes.
const main = document.getElementById("page");
const pause = 1000 * Number(main?.dataset.poll ?? 0);
let known = "";

function isBusy() {
  return document.hidden || main.querySelector("details[open]") || main.contains(document.activeElement);
}

async function ask() {
  if (isBusy()) return;
  const lost = main.querySelector(".is-offline");
  try {
    const answer = await fetch(location.href, { cache: "no-cache", headers: { Accept: "text/html" } });
    if (answer.redirected || answer.status === 401) return location.reload();
    const tag = answer.headers.get("ETag") ?? "";
    lost.hidden = true;
    if (!answer.ok || tag === known) return;
    known = tag;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (isBusy()) return;
    for (const part of [".tabs", "#page"]) document.querySelector(part)?.replaceChildren(...(fresh.querySelector(part)?.childNodes ?? []));
  } catch {
    lost.hidden = false;
  }
}

if (pause) {
  setInterval(ask, pause);
  document.addEventListener("visibilitychange", ask);
}
