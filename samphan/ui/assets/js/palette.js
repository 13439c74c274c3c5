/* Ctrl K: find any record, go anywhere, do anything. The server answers with .menu-item links; arrows choose, Enter goes. */
import { on } from "./dom.js";
import { otherLayout } from "./kedmanee.js";

const GO = /^(?:ไปที่|ไปยัง|ไปหน้า|ไป|เปิดหน้า|เปิด|go to|goto|go|open)\s*/;

const dialog = () => document.getElementById("palette");
const field = () => dialog()?.querySelector("input");
const items = () => [...(dialog()?.querySelectorAll("[data-palette-results] .menu-item:not([hidden])") ?? [])];
const actions = () => [...(dialog()?.querySelectorAll("[data-palette-place]") ?? [])];

export function openPalette() {
  const palette = dialog();
  if (!palette || palette.open) return false;
  fetchPlaces();
  palette.showModal();
  const input = field();
  input.select();
  arrange();
  choose(0);
  /* What was opened lately changes with every page; the answer of last time stands until the new one is there. */
  ask();
  return true;
}

/* What can be done and where one can go comes once a page; it is found here, without asking again. */
async function fetchPlaces() {
  const home = dialog().querySelector("#palette-commands");
  if (home.dataset.asked) return;
  home.dataset.asked = "1";
  try {
    const answer = await fetch(home.dataset.url, { headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(String(answer.status));
    home.innerHTML = await answer.text();
  } catch {
    delete home.dataset.asked; // the next opening asks again; the search says by itself when nobody answers
    return;
  }
  actions().forEach((action, at) => {
    action.dataset.order = String(at);
    action.dataset.address = action.getAttribute("href");
    const label = action.querySelector("[data-label]");
    if (label) label.dataset.label = label.textContent;
  });
  const chosen = items().find((item) => item.getAttribute("aria-selected") === "true");
  arrange();
  choose(Math.max(0, items().indexOf(chosen)));
}

/* How well an action answers to a text: 0 its words begin so, 1 a word of them, 2 they hold it; null not at all. `rest` is
   what stands behind its words, for an action that takes something. */
function fit(action, typed) {
  const phrases = (action.dataset.words || action.textContent.toLowerCase()).split("|");
  let best = null;
  for (const phrase of phrases) {
    if (action.dataset.rest && typed.startsWith(phrase) && typed.length > phrase.length) {
      const rest = typed.slice(phrase.length).trim();
      if (rest) return { grade: 0, rest };
    }
    const at = phrase.indexOf(typed);
    if (at < 0) continue;
    const grade = at === 0 ? 0 : phrase[at - 1] === " " ? 1 : 2;
    if (!best || grade < best.grade) best = { grade, rest: "" };
  }
  return best;
}

/* Actions that answer to the text stand above what was found when they begin with it, else below; the others go. */
function arrange() {
  const raw = field().value.trim();
  const forms = [...new Set((raw.length > 2 ? [raw, otherLayout(raw)] : [raw]).flatMap((form) => [form.toLowerCase(), form.toLowerCase().replace(GO, "")]))];
  const best = dialog().querySelector("#palette-best");
  const rest = dialog().querySelector("#palette-commands");
  const found = [];
  actions().forEach((action) => {
    const fits = forms.filter(Boolean).map((form) => fit(action, form)).filter(Boolean);
    const one = fits.find((each) => each.rest) ?? fits.sort((left, right) => left.grade - right.grade)[0];
    const wanted = !raw || GO.test(`${raw.toLowerCase()} `) && forms.includes("");
    action.hidden = !wanted && !one;
    take(action, one?.rest ? typedRest(raw, one.rest) : "");
    found.push([raw && one ? one.grade : 3, Number(action.dataset.order), action]);
  });
  found.sort((left, right) => left[0] - right[0] || left[1] - right[1]);
  for (const [grade, , action] of found) (grade === 0 && raw.length > 2 ? best : rest).append(action);
  const nothing = dialog().querySelector("[data-nothing]");
  if (nothing) nothing.hidden = actions().some((action) => !action.hidden);
}

/* The rest as it was typed, not in lower case. */
function typedRest(raw, rest) {
  const at = raw.toLowerCase().lastIndexOf(rest);
  return at < 0 ? rest : raw.slice(at, at + rest.length);
}

function take(action, rest) {
  const label = action.querySelector("[data-label]");
  if (!action.dataset.rest || !label) return;
  label.textContent = rest ? `${label.dataset.label} “${rest}”` : label.dataset.label;
  const address = action.dataset.address;
  const glue = address.includes("?") ? "&" : "?";
  action.setAttribute("href", rest ? `${address}${glue}${action.dataset.rest}=${encodeURIComponent(rest)}` : address);
}

function choose(index) {
  const all = items();
  all.forEach((item, at) => {
    item.setAttribute("aria-selected", String(at === index));
    item.id = `palette-item-${at}`;
  });
  const chosen = all[index];
  chosen?.scrollIntoView({ block: "nearest" });
  const input = field();
  if (chosen) input?.setAttribute("aria-activedescendant", chosen.id);
  else input?.removeAttribute("aria-activedescendant");
}

/* The records come from the server. An answer to an older text is dropped, however late it comes; htmx would report each
   request that typing on gives up as an error. */
let asking = null;
let waiting = 0;
async function ask() {
  clearTimeout(waiting);
  asking?.abort();
  const { url } = field().dataset;
  if (!url) return;
  const mine = (asking = new AbortController());
  const place = dialog().querySelector("#palette-found");
  try {
    const answer = await fetch(`${url}?q=${encodeURIComponent(field().value)}`, {
      signal: mine.signal,
      headers: { "HX-Request": "true" },
    });
    if (answer.status === 401) return location.reload();
    if (!answer.ok) throw new Error(String(answer.status));
    const html = await answer.text();
    if (mine !== asking) return;
    place.innerHTML = html;
  } catch {
    if (mine !== asking || mine.signal.aborted) return;
    const failed = document.createElement("p");
    failed.className = "menu-heading";
    failed.textContent = place.dataset.failed;
    place.replaceChildren(failed);
  }
  arrange();
  /* Enter opens the best record; the way to others that are called so stands above it. */
  choose(Math.max(0, items().findIndex((item) => !("suggestion" in item.dataset))));
  say();
}

/* Told to those who do not see the list, once it stands still. */
let saying = 0;
function say() {
  clearTimeout(saying);
  saying = setTimeout(() => {
    const status = dialog()?.querySelector("[data-palette-status]");
    if (!status || !dialog().open) return;
    const count = items().length;
    status.textContent = count ? status.dataset.some.replace("{count}", String(count)) : status.dataset.none;
  }, 500);
}

on("click", "[data-palette]", (event) => {
  if (openPalette()) event.preventDefault();
});

on("input", "#palette input", () => {
  /* Actions are found here, records come from the server. */
  arrange();
  choose(0);
  say();
  clearTimeout(waiting);
  waiting = setTimeout(ask, 90);
});

on("keydown", "#palette input", (event) => {
  const all = items();
  const at = all.findIndex((item) => item.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") choose(Math.min(all.length - 1, at + 1));
  else if (event.key === "ArrowUp") choose(Math.max(0, at - 1));
  else if (event.key === "Enter") {
    if (event.isComposing || !all[Math.max(0, at)]) return;
    all[Math.max(0, at)].click();
  } else return;
  event.preventDefault();
});

on("mousemove", "#palette .menu-item", (event, item) => choose(items().indexOf(item)));
