// Jobs that run: parts of the page with hx-trigger="jobs from:body" are asked for anew when a job changed.

import { listen } from "./live.js";

listen(["may.jobs.see"], () => document.body.dispatchEvent(new CustomEvent("jobs")));
