/* Ctrl K: find any record, go anywhere, do anything. The server answers with .menu-item links; arrows choose, Enter goes. */
import { on } from "./dom.js";

const dialog = () => document.getElementById("palette");
const items = () => [...(dialog()?.querySelectorAll("[data-palette-results] .menu-item:not([hidden])") ?? [])];

export function openPalette() {
  const palette = dialog();
  if (!palette || palette.open) return false;
  copyPlaces(palette);
  palette.showModal();
  const input = palette.querySelector("input");
  input.select();
  choose(0);
  return true;
}

/* Every place of the sidebar can be gone to from here; copying them keeps pages small. */
function copyPlaces(palette) {
  const list = palette.querySelector("[data-palette-results]");
  if (list.dataset.copied) return;
  list.dataset.copied = "1";
  document.querySelectorAll(".sidebar .place").forEach((place) => {
    const copy = place.cloneNode(true);
    copy.className = "menu-item";
    copy.removeAttribute("aria-current");
    copy.querySelector(".place-count")?.remove();
    copy.setAttribute("role", "option");
    copy.tabIndex = -1;
    copy.dataset.palettePlace = "";
    const end = document.createElement("span");
    end.className = "menu-item-end";
    end.textContent = list.dataset.go;
    copy.append(end);
    list.append(copy);
  });
}

function choose(index) {
  const all = items();
  all.forEach((item, at) => {
    item.setAttribute("aria-selected", String(at === index));
    item.id ||= `palette-item-${at}`;
  });
  const chosen = all[index];
  chosen?.scrollIntoView({ block: "nearest" });
  const input = dialog()?.querySelector("input");
  if (chosen) input?.setAttribute("aria-activedescendant", chosen.id);
  else input?.removeAttribute("aria-activedescendant");
}

on("click", "[data-palette]", (event) => {
  if (openPalette()) event.preventDefault();
});

on("input", "#palette input", (event, input) => {
  /* Places are on the page already: they are filtered here, records come from the server. */
  const wanted = input.value.trim().toLowerCase();
  dialog()
    .querySelectorAll("[data-palette-place]")
    .forEach((place) => {
      place.hidden = Boolean(wanted) && !place.textContent.toLowerCase().includes(wanted);
    });
  choose(0);
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
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.closest?.("#palette")) choose(0);
});
