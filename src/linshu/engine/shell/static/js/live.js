// Live updates: one connection for all tabs of a browser that hear the same topics. One tab holds the EventSource and
// passes on what it hears; when that tab closes, another takes over (the lock is freed by the browser itself).

const DATA = "data"; // that data came; every page that listens hears it
const tellers = new Set();
let channel = null;
let source = null;
let last = Date.now();

// A page listens once, to all its topics; its modules may ask one after the other while it loads.
const wanted = new Set([DATA]);
export function listen(topics, onMessage, onState = () => {}) {
  const teller = { topics, onMessage, onState };
  tellers.add(teller);
  for (const topic of topics) wanted.add(topic);
  setTimeout(begin);
  return () => tellers.delete(teller);
}

function begin() {
  if (channel) return;
  const topics = [...wanted].sort();
  const name = `linshu-live:${topics}`;
  channel = new BroadcastChannel(name);
  channel.onmessage = (event) => hear(event.data);
  if (navigator.locks) navigator.locks.request(name, () => hold(topics));
  else hold(topics);
}

// Resolves never: the lock is kept as long as the tab lives.
function hold(topics) {
  return new Promise(() => connect(topics, 1000));
}

function connect(topics, pause) {
  source?.close();
  source = new EventSource(`/live?topics=${encodeURIComponent(topics.join(","))}`);
  source.onopen = () => { pause = 1000; share({ kind: "state", state: "open" }); };
  source.onerror = () => {
    share({ kind: "state", state: "lost" });
    // The browser retries by itself; only when it has given up do we, ever more patiently.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => connect(topics, Math.min(pause * 2, 30000)), pause);
  };
  for (const topic of topics) source.addEventListener(topic, (event) => share({ kind: "message", ...JSON.parse(event.data) }));
}

function share(message) {
  hear(message);
  channel.postMessage(message);
}

function hear(message) {
  last = Date.now();
  for (const teller of tellers) {
    if (message.kind === "state") teller.onState(message.state);
    else if (teller.topics.includes(message.topic)) teller.onMessage(message);
  }
}

export const silentFor = () => Date.now() - last;
