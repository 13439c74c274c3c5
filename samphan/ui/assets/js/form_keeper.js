/* Nothing typed is lost. A form's values are kept in this tab while it is on its way; if the answer was the sign-in page,
   an error or no answer at all, the page with the form offers them back. Passwords and files are never kept. */
import { on, text } from "./dom.js";
import { showToast } from "./toast.js";

const KEY = "samphan:typed";
const HOURS = 12;
const skip = "[type=password], [type=file], [type=hidden], [type=submit], [autocomplete=one-time-code], [data-not-kept]";

const formName = (form) => form.id || form.getAttribute("action") || form.getAttribute("hx-post") || "form";

function valuesOf(form) {
  const values = [];
  for (const field of form.elements) {
    if (!field.name || field.matches(skip)) continue;
    if (field.matches("[type=checkbox], [type=radio]")) {
      if (field.checked) values.push([field.name, field.value]);
    } else if (field.matches("select[multiple]")) {
      for (const option of field.selectedOptions) values.push([field.name, option.value]);
    } else values.push([field.name, field.value]);
  }
  return values;
}

function keep(form, interrupted = false) {
  if (form.matches("[data-not-kept]") || (form.method === "get" && !form.hasAttribute("hx-post"))) return;
  const values = valuesOf(form);
  if (!values.some(([, value]) => value.trim())) return;
  try {
    sessionStorage.setItem(
      KEY,
      JSON.stringify({ page: location.pathname + location.search, form: formName(form), values, interrupted, at: Date.now() }),
    );
  } catch {
    /* A full or forbidden store must not stop the form itself. */
  }
}

function kept() {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    return found && Date.now() - found.at < HOURS * 3600e3 ? found : null;
  } catch {
    return null;
  }
}

/** Address of the page whose typing is kept, "" for none. */
export const typedPage = () => kept()?.page ?? "";

const forget = () => sessionStorage.removeItem(KEY);
const markInterrupted = () => {
  const found = kept();
  if (found) sessionStorage.setItem(KEY, JSON.stringify({ ...found, interrupted: true }));
};

function fill(form, values) {
  const left = new Map();
  for (const [name, value] of values) left.set(name, [...(left.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (!field.name || field.matches(skip) || !left.has(field.name)) continue;
    const wanted = left.get(field.name);
    if (field.matches("[type=checkbox], [type=radio]")) field.checked = wanted.includes(field.value);
    else if (field.matches("select[multiple]")) {
      for (const option of field.options) option.selected = wanted.includes(option.value);
    } else field.value = wanted.length > 1 ? wanted.shift() : wanted[0];
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function offer(found) {
  const form = [...document.forms].find((candidate) => formName(candidate) === found.form);
  if (!form) {
    if (location.pathname + location.search !== found.page) {
      showToast({ message: text("typedElsewhere"), tone: "info", href: found.page, action: text("goBack"), seconds: 30 });
    }
    return;
  }
  const bar = document.createElement("div");
  bar.className = "restore-bar";
  bar.setAttribute("role", "status");
  const words = document.createElement("span");
  words.textContent = text("typedKept");
  const yes = document.createElement("button");
  yes.type = "button";
  yes.className = "button button-small";
  yes.textContent = text("restore");
  yes.addEventListener("click", () => {
    fill(form, found.values);
    forget();
    bar.remove();
    form.querySelector(".input, input:not([type=hidden])")?.focus();
  });
  const no = document.createElement("button");
  no.type = "button";
  no.className = "button button-bare button-small";
  no.textContent = text("discard");
  no.addEventListener("click", () => {
    forget();
    bar.remove();
  });
  bar.append(words, yes, no);
  form.before(bar);
}

document.addEventListener("submit", (event) => keep(event.target), true);
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt.closest("form");
  if (form && event.detail.requestConfig.verb !== "get") keep(form);
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.requestConfig.verb === "get") return;
  const signIn = document.documentElement.dataset.signIn ?? "";
  const landed = event.detail.xhr.responseURL ? new URL(event.detail.xhr.responseURL).pathname : "";
  const signedOut = event.detail.xhr.status === 401 || (signIn && landed === signIn);
  // Not htmx's own `successful`: an answer that redirects never gets it.
  const { status } = event.detail.xhr;
  if (signedOut || status < 200 || status >= 400) markInterrupted();
  else forget();
});

/* The session ended under our hands: to the sign-in page and back to this one. */
function signInAgain() {
  const signIn = document.documentElement.dataset.signIn;
  if (!signIn) return;
  markInterrupted();
  location.assign(`${signIn}?next=${encodeURIComponent(location.pathname + location.search)}`);
}
document.addEventListener("samphan:signed-out", signInAgain);
document.addEventListener("htmx:beforeSwap", (event) => {
  const signIn = document.documentElement.dataset.signIn;
  const landed = event.detail.xhr.responseURL ? new URL(event.detail.xhr.responseURL).pathname : "";
  if (signIn && landed === signIn && location.pathname !== signIn) {
    event.detail.shouldSwap = false;
    signInAgain();
  }
});

document.addEventListener("DOMContentLoaded", () => {
  const found = kept();
  if (!found) return;
  const page = document.documentElement.dataset.page;
  if (page === "sign-in" || page === "error") markInterrupted();
  else if (found.interrupted) offer(found);
  else forget();
});

/* Without a connection every way out of the page ends at the page that says so: what is half typed comes along. */
let typedIn = null;
on("input", "form", (event, form) => {
  typedIn = form;
});
on("submit", "form", () => {
  typedIn = null;
});
addEventListener("pagehide", () => {
  if (!navigator.onLine && typedIn?.isConnected) keep(typedIn, true);
});

/* Leaving a page with changed fields asks first where the form wishes it. */
on("input", "form[data-guard]", (event, form) => {
  form.dataset.changed = "1";
});
on("submit", "form[data-guard]", (event, form) => delete form.dataset.changed);
addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-guard][data-changed]")) event.preventDefault();
});
