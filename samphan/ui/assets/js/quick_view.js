/* The quick view follows the cursor of the list. <aside data-quick-view="/customers/">: the record comes from
   /customers/ID/quick/. A click on a row opens it, J and K lead it along, its close button or Esc puts it away. */
import { on } from "./dom.js";

const wide = matchMedia("(min-width: 64rem)");
let asked = 0;

function show(panel, id) {
  clearTimeout(asked);
  // Held down, J passes many rows; only the one it stops at is fetched.
  asked = setTimeout(() => {
    panel.hidden = false;
    window.htmx.ajax("GET", `${panel.dataset.quickView}${id}/quick/`, { target: panel, swap: "innerHTML" });
  }, 60);
}

document.addEventListener("samphan:cursor", (event) => {
  const panel = document.querySelector("[data-quick-view]");
  if (panel && !panel.hidden) show(panel, event.detail.id);
});

on("click", "[data-list] tr[data-row]", (event, row) => {
  const panel = document.querySelector("[data-quick-view]");
  if (panel && wide.matches && !event.target.closest("a, button, input, label")) show(panel, row.dataset.row);
});

on("click", "[data-quick-close]", () => {
  clearTimeout(asked);
  const panel = document.querySelector("[data-quick-view]");
  if (!panel) return;
  panel.hidden = true;
  panel.replaceChildren();
});
