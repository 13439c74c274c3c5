/* What can be written on a record, at hand: the tab that was chosen waits with the cursor in its first field, a form that was
   saved with the cursor in the next one, and whoever dials finds the note of the call open when the call has ended. */
import { on } from "./dom.js";

const FIELDS = "textarea, input:not([type=hidden], [type=radio], [type=checkbox])";
const firstField = (root) => root?.querySelector(FIELDS);

on("click", ".composer-tab[aria-current]", (event, tab) => {
  event.preventDefault();
  event.stopImmediatePropagation(); // the panel is open already, and may hold words
  firstField(tab.closest(".composer"))?.focus();
}, true);

document.addEventListener("htmx:afterSettle", (event) => {
  const place = event.detail.target?.id;
  if (place !== "composer" && place !== "composer-panel") return;
  const panel = document.getElementById("composer-panel");
  (panel?.querySelector("[aria-invalid=true]") ?? firstField(panel))?.focus();
});

/* `data-then` names what the click opens besides. Words that somebody has begun to write stay. */
on("click", "[data-then]", (_event, element) => {
  const next = document.querySelector(element.dataset.then);
  const begun = [...(next?.closest(".composer")?.querySelectorAll(FIELDS) ?? [])].some((field) => field.value.trim());
  if (!begun) next?.click();
});
