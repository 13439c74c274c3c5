/* Widths and values that are known only at run time: the policy allows no style attribute, so they come as data. */
import { forEach } from "./dom.js";

forEach("[data-width]", (element) => {
  element.style.width = `${Math.max(0, Math.min(100, Number(element.dataset.width) || 0))}%`;
});
forEach("[data-height]", (element) => {
  element.style.height = `${Math.max(0, Math.min(100, Number(element.dataset.height) || 0))}%`;
});
forEach("[data-left]", (element) => {
  element.style.left = `${Math.max(0, Math.min(100, Number(element.dataset.left) || 0))}%`;
});
forEach("[data-column-width]", (element) => {
  element.style.width = `${Number(element.dataset.columnWidth)}px`;
});
forEach("input[data-indeterminate]", (element) => {
  element.indeterminate = true;
});
forEach("[data-autofocus]", (element) => {
  element.focus({ preventScroll: true });
  if (element.value && element.select) element.select();
});
