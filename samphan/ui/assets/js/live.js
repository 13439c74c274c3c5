/* Live parts. Elements with data-live="topic" or "topic:id" get the event `live` when something of theirs changed, and
   fetch themselves again (hx-get, hx-trigger="live"). One stream per browser: a SharedWorker, or the tab that holds a
   lock; where a stream cannot get through, every part is fetched again from time to time. */
import { forEach } from "./dom.js";

const POLL_SECONDS = 20;
const FREE_SECONDS = 3;
const DEBOUNCE = 120;
const topics = new Set();
let port = null;
let source = null;
let polling = 0;
let pendingTopics = 0;
const channel = "BroadcastChannel" in window ? new BroadcastChannel("samphan-live") : null;

const url = () => document.documentElement.dataset.live;
const state = (value) => {
  document.documentElement.dataset.liveState = value;
};

const due = new Map();
function deliver({ topic, id }) {
  document.querySelectorAll("[data-live]").forEach((element) => {
    const [wanted, wantedId] = element.dataset.live.split(":");
    if (wanted !== topic || (wantedId && id && wantedId !== String(id))) return;
    clearTimeout(due.get(element));
    due.set(
      element,
      setTimeout(() => {
        due.delete(element);
        if (element.isConnected) window.htmx.trigger(element, "live");
      }, DEBOUNCE),
    );
  });
}

function refreshAll() {
  if (document.hidden) return;
  document.querySelectorAll("[data-live]").forEach((element) => window.htmx.trigger(element, "live"));
}

const isBegun = (field) =>
  field.matches("select")
    ? [...field.options].some((option) => option.selected !== option.defaultSelected && option.index > 0)
    : field.value !== field.defaultValue || field.checked !== field.defaultChecked;
/* Whoever is at work in a part keeps it as it is: words begun, a menu or a dialog open, something drawn elsewhere. */
const isAtWork = (part) =>
  part.querySelector(":popover-open, dialog[open], .sortable-chosen") !== null ||
  [...part.querySelectorAll("textarea, select, input:not([type=hidden])")].some((field) => field === document.activeElement || isBegun(field));

function catchUp(element) {
  if (!element.matches(":focus-within") && !isAtWork(element)) window.htmx.trigger(element, "live");
}

function whenFree(element, part) {
  if (!element.isConnected) return;
  if (isAtWork(part)) setTimeout(whenFree, FREE_SECONDS * 1000, element, part);
  else window.htmx.trigger(element, "live");
}

/* Work may have begun between the question and its answer: it stays, and the part is read again afterwards. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig } = event.detail;
  if (requestConfig?.triggeringEvent?.type !== "live" || !isAtWork(target)) return;
  event.detail.shouldSwap = false;
  setTimeout(whenFree, FREE_SECONDS * 1000, requestConfig.elt, target);
});

/* What reads itself again keeps the cursor where it was: htmx does so only for what has an id. */
let left = null;
const isSame = (element) => element.tagName === left.tag && element.getAttribute("href") === left.href && element.textContent === left.words;
document.addEventListener("htmx:beforeSwap", (event) => {
  const { activeElement: at } = document;
  const type = event.detail.requestConfig?.triggeringEvent?.type ?? "";
  if (!/^(live$|samphan:)/.test(type) || !event.detail.target?.contains(at) || at.id || !at.matches("a, button")) return;
  left = { tag: at.tagName, href: at.getAttribute("href"), words: at.textContent };
});
document.addEventListener("htmx:afterSettle", () => {
  const again = left && document.activeElement === document.body && [...document.querySelectorAll(left.tag)].find(isSame);
  left = null;
  if (again) again.focus({ preventScroll: true });
});

function poll(active) {
  if (active && !polling) {
    state("polling");
    polling = setInterval(refreshAll, POLL_SECONDS * 1000);
  } else if (!active && polling) {
    clearInterval(polling);
    polling = 0;
  }
}

function handle(message) {
  if (message.kind === "event") deliver(message);
  else if (message.kind === "open") {
    poll(false);
    state("live");
    if (message.again) refreshAll();
    /* What came between the making of this page and the opening of the stream was told to nobody. */
    else document.querySelectorAll("[data-live-at-open]").forEach(catchUp);
  } else if (message.kind === "lost") poll(true);
}

function startWorker() {
  const worker = new SharedWorker(document.documentElement.dataset.liveWorker, { name: "samphan-live" });
  worker.addEventListener("error", startLeader, { once: true });
  port = worker.port;
  port.addEventListener("message", (event) => handle(event.data));
  port.start();
  addEventListener("pagehide", () => port.postMessage({ kind: "leave" }));
  setInterval(() => port.postMessage({ kind: "here", topics: [...topics], url: url() }), 30000);
  send();
}

/* One tab holds the lock and the stream, and repeats what it hears to the others. */
function startLeader() {
  port = null;
  channel?.addEventListener("message", (event) => {
    if (event.data.kind === "topics") event.data.topics.forEach((topic) => addTopic(topic));
    else handle(event.data);
  });
  if (!navigator.locks) {
    openStream();
    return;
  }
  navigator.locks.request("samphan-live", () => {
    openStream();
    channel?.postMessage({ kind: "leader" });
    return new Promise(() => {});
  });
  send();
}

let failures = 0;
function openStream() {
  source?.close();
  if (!topics.size) return;
  source = new EventSource(`${url()}?topics=${encodeURIComponent([...topics].sort().join(","))}`);
  source.addEventListener("open", () => {
    tell({ kind: "open", again: failures > 0 });
    failures = 0;
  });
  source.addEventListener("error", () => {
    failures += 1;
    if (failures >= 3) tell({ kind: "lost" });
    if (source.readyState === EventSource.CLOSED) setTimeout(openStream, Math.min(60, 2 ** failures) * 1000);
  });
  source.addEventListener("message", (event) => tell({ kind: "event", ...JSON.parse(event.data) }));
  source.addEventListener("resync", () => tell({ kind: "open", again: true }));
}

function tell(message) {
  handle(message);
  channel?.postMessage(message);
}

function send() {
  if (port) port.postMessage({ kind: "here", topics: [...topics], url: url() });
  else if (source) openStream();
  else channel?.postMessage({ kind: "topics", topics: [...topics] });
}

function addTopic(topic) {
  if (topics.has(topic)) return;
  topics.add(topic);
  clearTimeout(pendingTopics);
  pendingTopics = setTimeout(begin, 0);
}

let begun = false;
function begin() {
  if (begun) {
    send();
    return;
  }
  begun = true;
  if (!url()) return;
  if (!("EventSource" in window)) poll(true);
  else if ("SharedWorker" in window) startWorker();
  else startLeader();
}

forEach("[data-live]", (element) => addTopic(element.dataset.live.split(":")[0]));
