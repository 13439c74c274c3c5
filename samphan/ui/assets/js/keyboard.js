/* Keys that work everywhere. Physical keys, so that they do the same while the keyboard is on Thai. */
import { isAtRest, isTyping, on } from "./dom.js";
import { clearSelection, currentList, cursorRow, moveCursor, toggleRow } from "./list.js";
import { openPalette } from "./palette.js";
import { toggleQuickView } from "./quick_view.js";

const click = (selector, root = document) => {
  const element = root?.querySelector(selector);
  element?.click();
  return Boolean(element);
};

const keys = {
  KeyJ: () => moveCursor(1),
  KeyK: () => moveCursor(-1),
  KeyX: () => cursorRow() && (toggleRow(cursorRow()), true),
  KeyE: () => click("[data-key-edit]", cursorRow() ?? document) || click("[data-key-edit]"),
  KeyC: () => click("[data-key-create]"),
  KeyO: () => click("a[href]", cursorRow()),
  Enter: () => cursorRow() && isAtRest() && click("a[href]", cursorRow()),
  Space: (event) => !event.target.closest?.("button, input, summary, [role=button]") && cursorRow() && toggleQuickView(),
  Slash: (event) => (event.shiftKey ? help() : focusSearch()),
};

const inList = () => isAtRest() || Boolean(document.activeElement?.closest("[data-list]"));

function focusSearch() {
  const field = document.querySelector("[data-key-search]");
  if (!field) return openPalette();
  field.focus();
  field.select?.();
  return true;
}

/* The keys come when they are asked for first, and stay on the page then. */
let asking = false;
function help() {
  const dialog = document.getElementById("keyboard-help");
  const link = document.querySelector("[data-keys]");
  if (dialog && !dialog.open) dialog.showModal();
  else if (!dialog && link && !asking) {
    asking = true;
    window.htmx.ajax("GET", link.getAttribute("href"), { target: "body", swap: "beforeend" }).finally(() => (asking = false));
  }
  return Boolean(dialog ?? link);
}
on("click", "[data-keys]", (event) => {
  if (help()) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.code === "KeyK") {
    if (openPalette()) event.preventDefault();
    return;
  }
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
    const close = document.querySelector("[data-key-close]");
    if (isTyping(event.target)) {
      event.target.blur();
      click("[data-cancel]", event.target.closest("form"));
    }
    else if (!clearSelection() && close) close.click();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (event.target instanceof Element && event.target.closest("[popover]:popover-open, [role=menu]")) return;
  if (event.key === "?") {
    if (help()) event.preventDefault();
    return;
  }
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && currentList() && inList() && cursorRow()) {
    if (moveCursor(event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
    return;
  }
  if (keys[event.code]?.(event) || click(`[data-shortcut="${event.code}"]`)) event.preventDefault();
});
