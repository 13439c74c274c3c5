/* The one stream of this browser. Pages tell their topics, the stream carries topic, id and version, never data. */
const STALE = 90000;
const pages = new Map();
let source = null;
let open = "";
let failures = 0;
let retry = 0;

function tell(message) {
  for (const [port, page] of pages) {
    if (message.kind !== "event" || page.topics.includes(message.topic)) port.postMessage(message);
  }
}

function wanted() {
  const topics = new Set();
  let url = "";
  const now = Date.now();
  for (const [port, page] of pages) {
    if (now - page.at > STALE) pages.delete(port);
    else {
      page.topics.forEach((topic) => topics.add(topic));
      url = page.url || url;
    }
  }
  return topics.size && url ? `${url}?topics=${encodeURIComponent([...topics].sort().join(","))}` : "";
}

function connect(force = false) {
  const address = wanted();
  if (address === open && !force) return;
  source?.close();
  clearTimeout(retry);
  open = address;
  if (!address) return;
  source = new EventSource(address);
  source.addEventListener("open", () => {
    tell({ kind: "open", again: failures > 0 });
    failures = 0;
  });
  source.addEventListener("message", (event) => {
    try {
      tell({ kind: "event", ...JSON.parse(event.data) });
    } catch {
      /* A comment or a keep-alive that is not ours. */
    }
  });
  /* The server lost sight of what we have seen: everything live is fetched once. */
  source.addEventListener("resync", () => tell({ kind: "open", again: true }));
  source.addEventListener("error", () => {
    failures += 1;
    if (failures >= 3) tell({ kind: "lost" });
    if (source.readyState === EventSource.CLOSED) retry = setTimeout(() => connect(true), Math.min(60, 2 ** failures) * 1000);
  });
}

self.addEventListener("connect", (connection) => {
  const [port] = connection.ports;
  port.addEventListener("message", ({ data }) => {
    if (data.kind === "leave") pages.delete(port);
    else pages.set(port, { topics: data.topics, url: data.url, at: Date.now() });
    connect();
  });
  port.start();
});
