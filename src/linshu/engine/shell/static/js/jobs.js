// Jobs that run: parts of the page with hx-trigger="jobs from:body" are asked for anew when a job changed, and when the
// connection opens, because what changed before that was not heard.

import { listen } from "./live.js";

const renew = () => document.body.dispatchEvent(new CustomEvent("jobs"));
listen(["may.jobs.see"], renew, (state) => { if (state === "open") renew(); });
