/* Toasts: one sentence, and for 30 seconds a way back. The server sends them in the HX-Trigger header as "samphan:toast". */
import { csrfToken, forEach, on, text } from "./dom.js";

const PLAIN_SECONDS = 6;
const UNDO_SECONDS = 30;

const icons = { ok: "check", warn: "triangle-alert", bad: "circle-alert", info: "info" };

function icon(name) {
  const url = document.getElementById("ui-texts")?.dataset.icons ?? "";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${url}#${name}`);
  svg.append(use);
  return svg;
}

/** Show a toast. `undo` is a URL that takes a POST; `href` a page to go to with `action` as its words. */
export function showToast({ message, tone = "ok", undo = "", href = "", action = "", seconds = 0 }) {
  const region = document.getElementById("toasts");
  if (!region || !message) return null;
  const notice = document.createElement("div");
  notice.className = "notice";
  notice.dataset.seconds = seconds || (undo ? UNDO_SECONDS : PLAIN_SECONDS);
  const mark = icon(icons[tone] ?? "check");
  mark.classList.add(`is-${tone}`);
  const words = document.createElement("span");
  words.className = "notice-text";
  words.textContent = message;
  notice.append(mark, words);
  if (undo) {
    const left = document.createElement("span");
    left.className = "notice-time";
    left.dataset.left = "";
    left.setAttribute("aria-hidden", "true");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-small";
    button.dataset.undo = undo;
    button.textContent = text("undo");
    notice.append(left, button);
  } else if (href) {
    const link = document.createElement("a");
    link.className = "button button-small";
    link.href = href;
    link.textContent = action;
    notice.append(link);
  } else {
    const close = document.createElement("button");
    close.type = "button";
    close.className = "button button-bare button-icon button-small";
    close.dataset.dismiss = "";
    close.setAttribute("aria-label", text("close"));
    close.append(icon("x"));
    notice.append(close);
  }
  region.append(notice);
  run(notice);
  return notice;
}

function run(notice) {
  if (notice.dataset.running) return;
  notice.dataset.running = "1";
  let left = Number(notice.dataset.seconds) || PLAIN_SECONDS;
  const shown = notice.querySelector(".notice-time");
  const show = () => shown && (shown.textContent = text("seconds", { count: left }));
  show();
  /* The clock stands while somebody points at the toast or has the focus in it. */
  const timer = setInterval(() => {
    if (!notice.isConnected) return clearInterval(timer);
    if (notice.matches(":hover, :focus-within")) return undefined;
    left -= 1;
    show();
    if (left <= 0) {
      clearInterval(timer);
      notice.remove();
    }
    return undefined;
  }, 1000);
}

forEach("#toasts > .notice", run);

on("click", "[data-dismiss]", (event, button) => button.closest(".notice, .say, .restore-bar")?.remove());

on("click", "[data-undo]", async (event, button) => {
  event.preventDefault();
  button.disabled = true;
  const answer = await fetch(button.dataset.undo, {
    method: "POST",
    headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true", Accept: "text/html" },
  }).catch(() => null);
  button.closest(".notice")?.remove();
  if (!answer?.ok) {
    showToast({ message: text("failed"), tone: "bad" });
    return;
  }
  showToast({ message: text("undone") });
  const goes = answer.headers.get("HX-Redirect") ?? answer.headers.get("HX-Location");
  if (goes) location.assign(goes);
  else document.body.dispatchEvent(new CustomEvent("samphan:undone", { bubbles: true }));
  if (!goes && !document.querySelector("[hx-trigger*='samphan:undone']")) location.reload();
});

document.addEventListener("samphan:toast", (event) => showToast(event.detail));
