/* htmx under the strict policy. Its configuration stands in the meta tag of base.html. */
import htmx from "htmx.org";
import { csrfToken, text } from "./dom.js";
import { showToast } from "./toast.js";

window.htmx = htmx;

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});

let waiting = 0;
const count = (change) => {
  waiting = Math.max(0, waiting + change);
  document.documentElement.classList.toggle("is-waiting", waiting > 0);
};
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.detail.elt.closest("[data-quiet], [data-live]")) event.detail.xhr.samphanCounted = count(1) ?? true;
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.xhr?.samphanCounted) count(-1);
});

/* A refusal is said in the toast; what was typed stays where it is, because nothing is swapped. */
document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  if (status === 401 || event.detail.elt.closest("[data-live]")) return;
  const said = event.detail.xhr.getResponseHeader("X-Message");
  const key = status === 403 ? "refused" : status === 404 ? "gone" : status === 409 ? "conflict" : "failed";
  showToast({ message: said ? decodeURIComponent(said) : text(key), tone: "bad" });
});
document.addEventListener("htmx:sendError", (event) => {
  if (!event.detail.elt.closest("[data-live], [data-quiet]")) showToast({ message: text("offline"), tone: "bad" });
});

/* A swap that replaces the focused field gives the focus back to the field of the same name. */
let focused = null;
document.addEventListener("htmx:beforeSwap", () => {
  const active = document.activeElement;
  focused = active?.id ? null : active?.getAttribute?.("name");
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (!focused || document.activeElement !== document.body) return;
  event.detail.target.querySelector?.(`[name="${CSS.escape(focused)}"]`)?.focus();
});
