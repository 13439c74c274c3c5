/* @ in a text offers the members: <form data-mentions="/mentions/">. Arrows choose, Enter or Tab takes, Escape closes; the
   text keeps the focus, and a screen reader hears the chosen name through aria-activedescendant. */
import { on } from "./dom.js";
import { showAt } from "./floating.js";

let panel = null;
let field = null;
let asked = 0;

const options = () => [...panel.querySelectorAll("[role=option]")];
const chosen = () => panel?.querySelector("[aria-selected=true]");
const isOpen = () => Boolean(panel?.matches(":popover-open"));

/* What stands between the last @ and the caret; an @ behind a Latin letter is an e-mail address. */
function wanted(area) {
  const before = area.value.slice(0, area.selectionStart);
  return /(?:^|[^A-Za-z0-9])@([^@\n]{0,30})$/.exec(before)?.[1] ?? null;
}

function makePanel() {
  panel = document.createElement("div");
  panel.id = "mention-options";
  panel.className = "float";
  panel.popover = "manual";
  panel.setAttribute("role", "listbox");
  document.body.append(panel);
  // The text keeps the focus while a name is clicked.
  panel.addEventListener("pointerdown", (event) => event.preventDefault());
  panel.addEventListener("click", (event) => take(event.target.closest("[role=option]")));
}

function close() {
  clearTimeout(asked);
  if (isOpen()) panel.hidePopover();
  field?.removeAttribute("aria-activedescendant");
  field?.removeAttribute("aria-controls");
}

function choose(option) {
  options().forEach((one) => one.setAttribute("aria-selected", String(one === option)));
  if (!option) return;
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

async function offer(area, typed) {
  const url = area.closest("[data-mentions]").dataset.mentions;
  const answer = await fetch(`${url}?q=${encodeURIComponent(typed)}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || document.activeElement !== area || wanted(area) !== typed) return;
  const text = await answer.text();
  if (!panel) makePanel();
  panel.innerHTML = text;
  if (!options().length) return close();
  panel.setAttribute("aria-label", panel.firstElementChild.dataset.label);
  field = area;
  area.setAttribute("aria-controls", panel.id);
  if (!isOpen()) showAt(panel, area);
  choose(options()[0]);
}

function take(option) {
  if (!option) return;
  const end = field.selectionStart;
  const start = end - wanted(field).length;
  field.setRangeText(`${option.dataset.name} `, start, end, "end");
  close();
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

on("input", "[data-mentions] textarea", (event, area) => {
  clearTimeout(asked);
  const typed = wanted(area);
  if (typed === null) close();
  else asked = setTimeout(() => offer(area, typed), 120);
});

document.addEventListener(
  "keydown",
  (event) => {
    if (!isOpen() || event.target !== field || event.isComposing) return;
    const all = options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
    else if (event.key === "Enter" || event.key === "Tab") take(chosen());
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

on("focusout", "[data-mentions] textarea", close);
