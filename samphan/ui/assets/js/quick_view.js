/* The quick view follows the cursor of the list, and the list follows what is edited in it. <aside data-quick-view="/customers/">:
   the record comes from /customers/ID/quick/. A click on a row or Space opens it; J, K and its arrows lead it along; its close
   button or Esc puts it away and gives the focus back to the row. On the phone it covers the list. */
import { isAtRest, on, text } from "./dom.js";
import { cursorRow, moveCursor, rowsOf, setCursor } from "./list.js";
import { refreshRow } from "./sheet.js";

let asked = 0;
const panelOf = () => document.querySelector("[data-quick-view]");

function show(panel, id) {
  clearTimeout(asked);
  panel.dataset.shown = id;
  // Held down, J passes many rows; only the one it stops at is fetched.
  asked = setTimeout(() => {
    panel.hidden = false;
    window.htmx.ajax("GET", `${panel.dataset.quickView}${id}/quick/`, { source: panel, target: panel, swap: "innerHTML" }).then(() => say(panel));
  }, 60);
}

/* Escape also takes back a quick view that is about to open. */
document.addEventListener("keydown", (event) => event.key === "Escape" && clearTimeout(asked), true);

/* "2 of 1,284", where the rows on the page begin with the first of the list. */
function say(panel) {
  const row = document.querySelector(`[data-list] tr[data-row="${CSS.escape(panel.dataset.shown ?? "")}"]`);
  const list = row?.closest("[data-list]");
  const words = panel.querySelector("[data-position]");
  if (words && list?.hasAttribute("data-first")) {
    words.textContent = text("ofCount", { place: (rowsOf(list).indexOf(row) + 1).toLocaleString(), count: list.dataset.count });
  }
  panel.querySelectorAll("[data-quick-step]").forEach((button) => {
    const rows = list ? rowsOf(list) : [];
    button.disabled = !rows[rows.indexOf(row) + Number(button.dataset.quickStep)];
  });
}

function close() {
  clearTimeout(asked);
  const panel = panelOf();
  if (!panel || panel.hidden) return false;
  const inside = panel.contains(document.activeElement) || isAtRest();
  panel.hidden = true;
  panel.replaceChildren();
  delete panel.dataset.shown;
  if (inside) cursorRow()?.querySelector("a[href]")?.focus({ preventScroll: true });
  return true;
}

/** Space: the quick view of the cursor's row, or away with it. */
export function toggleQuickView() {
  const panel = panelOf();
  const row = cursorRow();
  if (!panel || !row) return false;
  if (!panel.hidden && panel.dataset.shown === row.dataset.row) return close();
  show(panel, row.dataset.row);
  return true;
}

document.addEventListener("samphan:cursor", (event) => {
  const panel = panelOf();
  if (panel && !panel.hidden && panel.dataset.shown !== event.detail.id) show(panel, event.detail.id);
});

on("click", "[data-list] tr[data-row]", (event, row) => {
  const panel = panelOf();
  if (!panel || event.shiftKey || event.target.closest("a, button, input, label, select, form")) return;
  if (panel.dataset.shown !== row.dataset.row) show(panel, row.dataset.row);
});

on("click", "[data-quick-step]", (event, button) => {
  const row = document.querySelector(`[data-list] tr[data-row="${CSS.escape(panelOf()?.dataset.shown ?? "")}"]`);
  if (row) setCursor(row);
  moveCursor(Number(button.dataset.quickStep));
});

on("click", "[data-quick-close]", close);

/* A cell edited in the list is new in the quick view, and a field edited here is new in the row. */
document.addEventListener("samphan:row-changed", (event) => {
  const panel = panelOf();
  if (panel && !panel.hidden && panel.dataset.shown === event.detail.id) show(panel, event.detail.id);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const panel = panelOf();
  if (!panel?.dataset.shown || event.detail.requestConfig.verb === "get" || event.detail.xhr.status >= 400) return;
  if (panel.contains(event.detail.target) || panel.contains(event.detail.elt)) refreshRow(panel.dataset.shown);
});

const opened = panelOf();
if (opened && !opened.hidden) say(opened);
