/* Menus and popovers: the browser's popover attribute opens and closes them, this places them and moves the focus. */
import { on } from "./dom.js";

const GAP = 4;
let opener = null;

function place(panel, anchor) {
  const from = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const end = panel.dataset.align === "end";
  let left = end ? from.right - width : from.left;
  left = Math.max(8, Math.min(left, innerWidth - width - 8));
  let top = from.bottom + GAP;
  if (top + height > innerHeight - 8 && from.top - GAP - height > 8) top = from.top - GAP - height;
  panel.style.left = `${left}px`;
  panel.style.top = `${Math.max(8, Math.min(top, innerHeight - height - 8))}px`;
  if (panel.hasAttribute("data-same-width")) panel.style.width = `${from.width}px`;
}

document.addEventListener(
  "beforetoggle",
  (event) => {
    const panel = event.target;
    if (!(panel instanceof HTMLElement) || !panel.matches(".float[popover]") || event.newState !== "open") return;
    opener = document.querySelector(`[popovertarget="${CSS.escape(panel.id)}"]`);
    if (opener) requestAnimationFrame(() => place(panel, opener));
  },
  true,
);

document.addEventListener(
  "toggle",
  (event) => {
    const panel = event.target;
    if (!(panel instanceof HTMLElement) || !panel.matches(".float[popover]")) return;
    const button = document.querySelector(`[popovertarget="${CSS.escape(panel.id)}"]`);
    button?.setAttribute("aria-expanded", String(event.newState === "open"));
    if (event.newState !== "open") return;
    if (button) place(panel, button);
    if (panel.getAttribute("role") === "menu") items(panel)[0]?.focus();
    else if (!panel.contains(document.activeElement)) panel.querySelector("[autofocus], input:not([type=hidden]), button")?.focus();
  },
  true,
);

const items = (menu) => [...menu.querySelectorAll(".menu-item:not(:disabled)")].filter((item) => item.offsetParent);

on("keydown", ".float[role=menu]", (event, menu) => {
  const all = items(menu);
  const at = all.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) all[(at + step + all.length) % all.length]?.focus();
  else if (event.key === "Home") all[0]?.focus();
  else if (event.key === "End") all.at(-1)?.focus();
  else return;
  event.preventDefault();
});

on("click", ".float[role=menu] .menu-item", (event, item) => {
  if (!item.hasAttribute("data-stays")) item.closest("[popover]").hidePopover();
});

addEventListener("resize", () => document.querySelectorAll(".float:popover-open").forEach((panel) => panel.hidePopover()));

/** Show a popover that has no button of its own at an element. */
export function showAt(panel, anchor) {
  panel.showPopover();
  place(panel, anchor);
}

/* <a data-popover="id" hx-get hx-target="#id">: several buttons fill and open one popover, each beside itself. */
let filled = null;
on("click", "[data-popover]", (event, anchor) => {
  const panel = document.getElementById(anchor.dataset.popover);
  if (!panel) return;
  event.preventDefault();
  filled = { panel, anchor };
  if (panel.matches(":popover-open")) place(panel, anchor);
  else {
    panel.replaceChildren();
    showAt(panel, anchor);
  }
});
document.addEventListener("htmx:afterSettle", () => {
  if (!filled?.panel.matches(":popover-open") || !filled.anchor.isConnected) return;
  place(filled.panel, filled.anchor);
});
