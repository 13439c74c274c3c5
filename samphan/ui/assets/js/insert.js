/* Buttons that write into a field at its cursor: [data-insert] inside [data-insert-into="id of the field"]. */
import { on } from "./dom.js";

on("click", "[data-insert]", (event, button) => {
  const holder = button.closest("[data-insert-into]");
  const field = holder && document.getElementById(holder.dataset.insertInto);
  if (!field) return;
  const start = field.selectionStart ?? field.value.length;
  field.setRangeText(button.dataset.insert, start, field.selectionEnd ?? start, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
