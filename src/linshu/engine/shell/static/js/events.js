// Live events: the counts are asked for anew when events came, at most once a second, and by the minute when none do.

import { listen } from "./live.js";

let due = null;
const renew = () => { due ??= setTimeout(() => { due = null; document.body.dispatchEvent(new CustomEvent("events")); }, 1000); };
listen(["may.data.see"], renew, (state) => { if (state === "open") renew(); });
setInterval(renew, 60_000);
