/* Lists: a cursor row, selection with shift, select all, and the bulk bar that shows while anything is selected.
   <button data-choose> shows the boxes on a phone.
   <table data-list> rows <tr data-row="id">, check boxes <input data-select>, <input data-select-all>,
   bar <div data-bulk hidden> with [data-bulk-count]; the ids travel as <input name="ids"> in its forms. */
import { forEach, on, text } from "./dom.js";

export const rowsOf = (list) => [...list.querySelectorAll("tbody tr[data-row]")].filter((row) => row.offsetParent !== null);
/* Rows come with an empty first cell; a box without this script would do nothing. */
function addBoxes(list) {
  for (const cell of list.querySelectorAll("tbody td.select:empty")) {
    const label = document.createElement("label");
    label.className = "hit";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.className = "checkbox check";
    box.dataset.select = "";
    label.append(box);
    cell.append(label);
  }
}

const boxOf = (row) => row.querySelector("input[data-select]");
let anchor = null;

export const currentList = () => {
  const cursor = document.querySelector("[data-list] tr[data-cursor]");
  return cursor?.closest("[data-list]") ?? document.querySelector("[data-list]");
};

export function moveCursor(step) {
  const list = currentList();
  if (!list) return false;
  const rows = rowsOf(list);
  const at = rows.findIndex((row) => row.hasAttribute("data-cursor"));
  const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
  if (next) setCursor(next);
  return Boolean(next);
}

export function setCursor(row) {
  const list = row.closest("[data-list]");
  list.querySelectorAll("tr[data-cursor]").forEach((other) => other.removeAttribute("data-cursor"));
  row.setAttribute("data-cursor", "");
  row.scrollIntoView({ block: "nearest" });
  row.dispatchEvent(new CustomEvent("samphan:cursor", { bubbles: true, detail: { id: row.dataset.row } }));
}

export const cursorRow = () => document.querySelector("[data-list] tr[data-cursor]");

export function toggleRow(row) {
  const box = boxOf(row);
  if (!box) return;
  box.checked = !box.checked;
  update(row.closest("[data-list]"));
}

export function update(list) {
  if (!list) return;
  addBoxes(list);
  const rows = rowsOf(list);
  const chosen = rows.filter((row) => boxOf(row)?.checked);
  for (const row of rows) {
    const box = boxOf(row);
    row.setAttribute("aria-selected", String(box?.checked ?? false));
    // The box is named after its record here: an id and a reference in every row would be a tenth of the page.
    if (box && !box.labels?.[0]?.textContent.trim() && !box.ariaLabel) box.ariaLabel = row.querySelector("a .clip, a")?.textContent.trim() ?? "";
  }
  const all = list.querySelector("input[data-select-all]");
  if (all) {
    all.checked = chosen.length > 0 && chosen.length === rows.length;
    all.indeterminate = chosen.length > 0 && chosen.length < rows.length;
  }
  const bar = document.getElementById(list.dataset.bulkBar ?? "") ?? document.querySelector("[data-bulk]");
  if (!bar) return;
  bar.hidden = chosen.length === 0;
  const everything = bar.querySelector("[data-everything]");
  const words = bar.querySelector("[data-bulk-count]");
  if (words) words.textContent = text("selected", { count: chosen.length.toLocaleString() });
  if (everything) everything.hidden = !(all?.checked && everything.hasAttribute("data-everything"));
  const ids = chosen.map((row) => row.dataset.row);
  document.querySelectorAll("[data-ids]").forEach((holder) => {
    holder.replaceChildren(
      ...ids.map((id) => {
        const input = document.createElement("input");
        input.type = "hidden";
        input.name = "ids";
        input.value = id;
        return input;
      }),
    );
  });
}

on("click", "[data-list] input[data-select]", (event, box) => {
  const row = box.closest("tr");
  const list = row.closest("[data-list]");
  const rows = rowsOf(list);
  if (event.shiftKey && anchor && rows.includes(anchor)) {
    const [from, to] = [rows.indexOf(anchor), rows.indexOf(row)].sort((a, b) => a - b);
    for (const between of rows.slice(from, to + 1)) if (boxOf(between)) boxOf(between).checked = box.checked;
  }
  anchor = row;
  update(list);
});

on("change", "[data-list] input[data-select-all]", (event, box) => {
  const list = box.closest("[data-list]");
  for (const row of rowsOf(list)) if (boxOf(row)) boxOf(row).checked = box.checked;
  update(list);
});

on("click", "[data-clear-selection]", () => clearSelection());

/* On a phone the boxes come when they are asked for, and stay while the list reads itself anew. */
on("click", "[data-choose]", (event, button) => {
  button.ariaPressed = String(document.body.toggleAttribute("data-choosing"));
  if (button.ariaPressed === "false") clearSelection();
});

export function clearSelection() {
  let cleared = false;
  document.querySelectorAll("[data-list]").forEach((list) => {
    for (const row of rowsOf(list)) {
      const box = boxOf(row);
      cleared ||= Boolean(box?.checked);
      if (box) box.checked = false;
    }
    update(list);
  });
  return cleared;
}

/* All that the filter finds, not only the rows shown: the bar's forms then send all=1 instead of ids. */
on("click", "[data-everything]", (event, button) => {
  const bar = button.closest("[data-bulk]");
  document.querySelectorAll("[data-ids]").forEach((holder) => {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = "all";
    input.value = "1";
    holder.replaceChildren(input);
  });
  const words = bar.querySelector("[data-bulk-count]");
  if (words) words.textContent = button.dataset.everything || button.textContent;
  button.hidden = true;
});

/* A click on a row that is not on a control puts the cursor there; the link in the name opens the record. */
on("click", "[data-list] tr[data-row]", (event, row) => {
  if (event.target.closest("a, button, input, label, select, textarea")) return;
  setCursor(row);
});
on("dblclick", "[data-list] tr[data-row]", (event, row) => {
  if (!event.target.closest("a, button, input, label")) row.querySelector("a[href]")?.click();
});

forEach("[data-list]", update);
document.addEventListener("htmx:afterSwap", (event) => update(event.target.closest?.("[data-list]")));
