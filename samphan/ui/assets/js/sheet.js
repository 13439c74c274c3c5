/* The list like a sheet. <table data-list data-sheet="/customers/" data-query="…" data-paste="/customers/cells/">; heads carry
   data-name, and data-edited where cells can be changed. Arrows move the marked cell, Shift marks a range, Enter, F2, a double
   click or typing edits, Tab and Enter save and go on, Escape takes back; Ctrl+A marks every cell shown, Ctrl+C copies, Ctrl+V
   pastes, Delete empties. */
import { csrfToken, forEach, isAtRest, isTyping, on, text } from "./dom.js";
import { cursorRow, rowsOf, setCursor, update } from "./list.js";
import { showToast } from "./toast.js";

const desk = matchMedia("(min-width: 48rem)");
const before = new WeakMap(); // what stood in a cell before its editor
let anchor = null; // where a range began: { row, column }
let byKeys = false; // the mark was moved by keys: letters are typed into the cell and are no commands
let whole = false; // every cell is marked
let loading = null; // letters typed while an editor is on its way

const sheetOf = (element) => element.closest("table[data-sheet]");
const headOf = (cell) => sheetOf(cell)?.tHead?.rows[0].cells[cell.cellIndex];
const nameOf = (cell) => headOf(cell)?.dataset.name;
const isEdited = (cell) => headOf(cell)?.hasAttribute("data-edited");
const marked = () => document.querySelector("table[data-sheet] td[data-cell]");
const first = (table) => [...table.tHead.rows[0].cells].findIndex((head) => head.dataset.name);

function ask(url, options = {}) {
  return fetch(url, { ...options, headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true", Accept: "text/html" } }).catch(() => null);
}

function refused(answer) {
  if (answer?.status === 401) document.dispatchEvent(new CustomEvent("samphan:signed-out"));
  else showToast({ message: text(!answer ? "offline" : answer.status === 403 ? "refused" : answer.status === 404 ? "gone" : "failed"), tone: "bad" });
}

/* Marks */

function unmark() {
  const had = Boolean(marked());
  document.querySelectorAll("td[data-cell]").forEach((cell) => cell.removeAttribute("data-cell"));
  document.querySelectorAll("td[data-range]").forEach((cell) => cell.removeAttribute("data-range"));
  anchor = null;
  byKeys = false;
  whole = false;
  return had;
}

function mark(cell, { extend = false, keys = true } = {}) {
  if (!cell) return;
  const from = extend && anchor?.row.isConnected ? anchor : null;
  unmark();
  anchor = from ?? { row: cell.parentElement, column: cell.cellIndex };
  byKeys = keys;
  cell.setAttribute("data-cell", "");
  if (!cell.parentElement.hasAttribute("data-cursor")) setCursor(cell.parentElement);
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  for (const line of range(cell)) for (const one of line) if (one !== cell) one.setAttribute("data-range", "");
}

/** The cells between the anchor and the marked one, row by row. */
function range(cell = marked()) {
  if (!cell) return [];
  const rows = rowsOf(sheetOf(cell));
  if (whole) return rows.map((row) => [...row.cells].slice(first(sheetOf(cell))));
  const [top, bottom] = [rows.indexOf(anchor?.row ?? cell.parentElement), rows.indexOf(cell.parentElement)].sort((a, b) => a - b);
  const [left, right] = [anchor?.column ?? cell.cellIndex, cell.cellIndex].sort((a, b) => a - b);
  return rows.slice(Math.max(top, 0), bottom + 1).map((row) => [...row.cells].slice(left, right + 1));
}

/** Every cell that is shown; the marked one stays where it is. */
function markAll(cell) {
  mark(cell);
  whole = true;
  for (const line of range(cell)) for (const one of line) if (one !== cell) one.setAttribute("data-range", "");
}

function step(cell, down, right, options) {
  const rows = rowsOf(sheetOf(cell));
  const row = rows[Math.max(0, Math.min(rows.length - 1, rows.indexOf(cell.parentElement) + down))];
  const column = Math.max(first(sheetOf(cell)), Math.min(row.cells.length - 1, cell.cellIndex + right));
  mark(row.cells[column], options);
}

/* A list that reads itself again, after a paste or an undo, keeps what was marked. */
let kept = null;
const isBeingEdited = () => loading || document.querySelector("td [data-cell-form]") !== null;
let later = null; // what made the list read itself again while a cell was being edited
document.addEventListener("htmx:beforeSwap", (event) => {
  const cell = marked();
  const because = event.detail.requestConfig?.triggeringEvent;
  if (because?.type.startsWith("samphan:") && isBeingEdited() && event.detail.target?.querySelector?.("table[data-sheet]")) {
    event.detail.shouldSwap = false;
    later = because.type;
    return;
  }
  if (!cell || !event.detail.target?.contains?.(sheetOf(cell))) return;
  kept = { row: cell.parentElement.dataset.row, column: nameOf(cell), from: anchor && { row: anchor.row.dataset.row, column: nameOf(anchor.row.cells[anchor.column]) }, keys: byKeys, whole };
});
document.addEventListener("htmx:afterSettle", () => {
  const table = kept && !marked() && document.querySelector("table[data-sheet]");
  if (!table) return;
  const { row, column, from, keys, whole: all } = kept;
  kept = null;
  const rows = rowsOf(table);
  const find = (id, name) => rows.find((one) => one.dataset.row === id)?.cells[[...table.tHead.rows[0].cells].findIndex((head) => head.dataset.name === name)];
  const [cell, start] = [find(row, column), from && find(from.row, from.column)];
  if (!cell) return;
  if (all) return markAll(cell);
  if (start) mark(start, { keys });
  mark(cell, { extend: Boolean(start), keys });
});

function catchUp() {
  if (!later || isBeingEdited()) return;
  const type = later;
  later = null;
  document.body.dispatchEvent(new CustomEvent(type, { bubbles: true }));
}

/* Editing */

async function open(cell, typed = "") {
  if (!isEdited(cell) || loading || cell.querySelector("[data-cell-form]")) return;
  const table = sheetOf(cell);
  loading = { typed, then: null };
  const answer = await ask(`${table.dataset.sheet}cells/${cell.parentElement.dataset.row}/${nameOf(cell)}/?${table.dataset.query}`);
  const html = answer?.ok ? await answer.text() : "";
  const { typed: letters, then } = loading;
  loading = null;
  if (!html) {
    catchUp();
    return refused(answer);
  }
  before.set(cell, cell.innerHTML);
  put(cell, html);
  const field = cell.querySelector("[name=value]");
  cell.querySelector("form").dataset.was = field.value;
  if (letters && field.tagName === "INPUT") {
    field.value = letters;
    field.setSelectionRange(letters.length, letters.length);
  } else field.select?.();
  if (then) finish(cell.querySelector("form"), then);
}

function put(cell, html) {
  const was = cell.querySelector("form")?.dataset.was;
  cell.innerHTML = html;
  if (was !== undefined) cell.querySelector("form").dataset.was = was;
  cell.querySelector("[name=value]").focus();
}

function close(cell) {
  if (before.has(cell)) cell.innerHTML = before.get(cell);
  before.delete(cell);
  catchUp();
}

async function save(form, down = 0, right = 0) {
  const cell = form.closest("td");
  if (form.dataset.sending || !cell) return;
  const field = form.querySelector("[name=value]");
  const goOn = (row) => (down || right) && row && step(row.cells[cell.cellIndex] ?? cell, down, right);
  const row = cell.parentElement;
  const column = cell.cellIndex;
  if (field.value === form.dataset.was && !form.querySelector(".cell-reason")) {
    close(cell);
    goOn(row);
    return;
  }
  form.dataset.sending = "1";
  const values = new URLSearchParams(new FormData(form));
  if (row.querySelector("td.select")) values.set("select", "1");
  const answer = await ask(form.getAttribute("action"), { method: "POST", body: values });
  delete form.dataset.sending;
  if (answer?.status === 422) {
    put(cell, await answer.text());
    return;
  }
  if (!answer?.ok) {
    refused(answer); // what was typed stays in the cell
    field.focus();
    return;
  }
  const next = replaceRow(row, await answer.text());
  if (down || right) step(next.cells[column], down, right);
  next.dispatchEvent(new CustomEvent("samphan:row-changed", { bubbles: true, detail: { id: next.dataset.row } }));
  catchUp();
}

function replaceRow(row, html) {
  const made = document.createElement("template");
  made.innerHTML = html;
  const next = made.content.querySelector("tr");
  if (!next) return row;
  const at = [...row.cells].findIndex((cell) => cell.hasAttribute("data-cell"));
  if (row.hasAttribute("data-cursor")) next.setAttribute("data-cursor", "");
  if (at >= 0) next.cells[at]?.setAttribute("data-cell", "");
  if (anchor?.row === row) anchor.row = next;
  const box = row.querySelector("td.select > label");
  if (box) next.querySelector("td.select")?.append(box); // with its tick
  row.replaceWith(next);
  const table = sheetOf(next);
  update(table);
  cut(table);
  return next;
}

/** Read one row again, after its record was changed somewhere else. */
export async function refreshRow(id) {
  const row = document.querySelector(`table[data-sheet] tr[data-row="${CSS.escape(id)}"]`);
  if (!row || row.querySelector("[data-cell-form]")) return;
  const table = sheetOf(row);
  const select = row.querySelector("td.select") ? "&select=1" : "";
  const answer = await ask(`${table.dataset.sheet}rows/${id}/?${table.dataset.query}${select}`);
  if (answer?.ok && row.isConnected) replaceRow(row, await answer.text());
}

function finish(form, { key, shiftKey }) {
  const cell = form.closest("td");
  if (key === "Escape") {
    close(cell);
    mark(cell);
  } else if (key === "Enter") save(form, shiftKey ? -1 : 1, 0);
  else save(form, 0, shiftKey ? -1 : 1);
}

const ENDS = ["Escape", "Enter", "Tab"];

function take(event) {
  event.preventDefault();
  event.stopPropagation();
}

document.addEventListener(
  "keydown",
  (event) => {
    if (!desk.matches || event.isComposing) return;
    const target = event.target instanceof Element ? event.target : document.body;
    const form = target.closest("[data-cell-form]");
    if (form?.closest("td")) {
      if (!ENDS.includes(event.key)) return;
      take(event);
      finish(form, event);
      return;
    }
    if (loading) {
      // Who types fast does not wait for the editor: letters and the key that ends them are kept for it.
      if (event.key.length === 1 && !loading.then) loading.typed += event.key;
      else if (ENDS.includes(event.key)) loading.then ??= { key: event.key, shiftKey: event.shiftKey };
      take(event);
      return;
    }
    const table = document.querySelector("table[data-sheet]");
    if (!table || isTyping(target) || (!isAtRest(target) && !table.contains(target))) return;
    if (target.closest("[data-resize]") || document.querySelector("dialog[open], .float:popover-open")) return;
    if (command(event, table)) take(event);
  },
  true,
);

function command(event, table) {
  const cell = marked();
  const bare = !event.ctrlKey && !event.metaKey && !event.altKey;
  const way = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
  if (way && bare) {
    if (cell) return step(cell, ...way, { extend: event.shiftKey }), true;
    if (!cursorRow() || way[0]) return false;
    mark(cursorRow().cells[first(table) + (way[1] > 0 ? 1 : 0)]);
    return true;
  }
  if (!cell) return false;
  // By the place of the key: a keyboard left on Thai has another letter there.
  if (event.code === "KeyA" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) return markAll(cell), true;
  if ((event.key === "Delete" || event.key === "Backspace") && bare) return table.dataset.paste ? (send(table, { clear: "1", text: "" }), true) : false;
  if (event.key === "Escape") {
    const swallowed = byKeys;
    unmark();
    return swallowed; // a mark that a click left is no reason to keep the quick view
  }
  if (event.key === "Tab" && bare && byKeys) return step(cell, 0, event.shiftKey ? -1 : 1), true;
  if (event.key === "F2" || (event.key === "Enter" && bare)) {
    if (event.key === "Enter" && cell.cellIndex === first(table)) return false; // the name opens its record
    return isEdited(cell) && (open(cell), true);
  }
  if (byKeys && bare && event.key.length === 1 && event.key !== " " && isEdited(cell)) return open(cell, event.key), true;
  return false;
}

on("click", "[data-sheet] tbody td", (event, cell) => {
  if (!desk.matches || event.target.closest("a, button, input, label, select, textarea, form") || cell.classList.contains("select")) return;
  mark(cell, { extend: event.shiftKey, keys: false });
});
on("mousedown", "[data-sheet] tbody td", (event) => {
  if (event.shiftKey && !event.target.closest("input, select, textarea")) event.preventDefault(); // marks cells, not letters
});
on("dblclick", "[data-sheet] tbody td", (event, cell) => {
  if (!desk.matches || event.target.closest("a, button, input, label, form") || !isEdited(cell)) return;
  event.stopImmediatePropagation();
  open(cell);
}, true);
on("submit", "[data-cell-form]", (event, form) => {
  if (!form.closest("td")) return;
  event.preventDefault();
  save(form, 1, 0);
});
on("focusout", "[data-cell-form]", (event, form) => {
  if (form.contains(event.relatedTarget) || event.relatedTarget?.closest?.(".float") || !document.hasFocus()) return;
  setTimeout(() => {
    if (!form.isConnected || form.contains(document.activeElement) || document.querySelector(".float:popover-open") || !form.closest("td")) return;
    save(form);
  }, 0);
});

/* Copy and paste */

function said(cell) {
  // Of several telephones the first one: only that can be put into a cell again.
  const others = cell.querySelector(".nickname[title]")?.innerText ?? "";
  const exact = others ? null : cell.querySelector("[title]")?.title;
  const words = exact ?? (cell.querySelector(".clip") ?? cell).innerText.replace(others, "");
  const plain = words.trim() === "—" ? "" : words.trim();
  return cell.classList.contains("number") ? plain.replace(/[฿,]/g, "") : plain.replace(/[\t\n]+/g, " ");
}

document.addEventListener("copy", (event) => {
  const cell = marked();
  if (!cell || isTyping(document.activeElement) || !getSelection().isCollapsed) return;
  const lines = range();
  event.clipboardData.setData("text/plain", lines.map((line) => line.map(said).join("\t")).join("\n"));
  event.preventDefault();
  showToast({ message: text("copied", { count: (lines.length * lines[0].length).toLocaleString() }), seconds: 3 });
});

document.addEventListener("paste", (event) => {
  const cell = marked();
  if (!cell || isTyping(document.activeElement)) return;
  const table = sheetOf(cell);
  const pasted = event.clipboardData.getData("text/plain");
  if (!table.dataset.paste || !pasted) return;
  event.preventDefault();
  send(table, { text: pasted });
});

/** Write into the cells from the corner of the marked range on: a text of cells, or with `clear` nothing. */
function send(table, what) {
  const lines = range();
  const corner = lines[0][0];
  const rows = rowsOf(table);
  // A source of its own: of two requests from one element htmx drops the earlier that still waits.
  window.htmx.ajax("POST", table.dataset.paste, {
    source: table,
    target: "#bulk-dialog",
    swap: "innerHTML",
    values: {
      list: table.dataset.query,
      rows: rows.slice(rows.indexOf(corner.parentElement)).map((row) => row.dataset.row).join(","),
      columns: [...table.tHead.rows[0].cells].slice(corner.cellIndex).map((head) => head.dataset.name).join(","),
      high: lines.length,
      wide: lines[0].length,
      ...what,
    },
  });
}

/* Widths: dragged, by key, or fitted by a double click; they stand in the address. */

const NARROWEST = 48;
const WIDEST = 900;

function cut(table) {
  for (const head of table.tHead?.rows[0].cells ?? []) {
    const width = head.style.width;
    for (const row of table.tBodies[0]?.rows ?? []) {
      const cell = row.cells[head.cellIndex];
      if (!cell || cell.style.maxWidth === width) continue;
      cell.style.maxWidth = width;
      cell.classList.toggle("is-cut", Boolean(width));
    }
  }
}

function widen(head, width) {
  const pixels = Math.round(Math.max(NARROWEST, Math.min(WIDEST, width)));
  head.style.width = `${pixels}px`;
  head.style.maxWidth = `${pixels}px`;
  head.dataset.columnWidth = pixels;
  head.querySelector("[data-resize]")?.setAttribute("aria-valuenow", pixels);
  cut(sheetOf(head));
}

let keeping = 0;
function keepWidths(table) {
  clearTimeout(keeping);
  keeping = setTimeout(() => {
    const widths = [...table.tHead.rows[0].cells].filter((head) => head.dataset.columnWidth).map((head) => `${head.dataset.name}:${head.dataset.columnWidth}`);
    const state = new URLSearchParams(table.dataset.query);
    if (widths.length) state.set("widths", widths.join(","));
    else state.delete("widths");
    table.dataset.query = state.toString().replaceAll("%3A", ":").replaceAll("%2C", ",");
    const address = `${table.dataset.sheet}?${table.dataset.query}`;
    history.replaceState(history.state, "", address);
    const focused = document.activeElement?.closest?.("[data-resize]")?.closest("th").dataset.name;
    window.htmx.ajax("GET", address, { source: document.querySelector("[data-list-refresh]") }).then(() => {
      if (focused) table.querySelector(`th[data-name="${focused}"] [data-resize]`)?.focus();
    });
  }, 500);
}

on("pointerdown", "[data-resize]", (event, grip) => {
  event.preventDefault();
  const head = grip.closest("th");
  const [from, width] = [event.clientX, head.offsetWidth];
  let moved = false;
  const move = (next) => {
    moved = true;
    widen(head, width + next.clientX - from);
  };
  grip.setPointerCapture(event.pointerId);
  grip.addEventListener("pointermove", move);
  grip.addEventListener(
    "lostpointercapture",
    () => {
      grip.removeEventListener("pointermove", move);
      if (moved) keepWidths(sheetOf(head));
    },
    { once: true },
  );
});
on("dblclick", "[data-resize]", (event, grip) => {
  const head = grip.closest("th");
  delete head.dataset.columnWidth;
  head.style.width = "";
  head.style.maxWidth = "";
  cut(sheetOf(head));
  keepWidths(sheetOf(head));
});
on("click", "[data-resize]", (event) => event.preventDefault());
on("keydown", "[data-resize]", (event, grip) => {
  const change = { ArrowLeft: -16, ArrowRight: 16 }[event.key];
  const head = grip.closest("th");
  if (change) {
    widen(head, head.offsetWidth + change);
    keepWidths(sheetOf(head));
  } else if (event.key === "Enter") grip.dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
  else return;
  event.preventDefault();
  event.stopPropagation();
});

/* The grips are made here: eight of them written out would weigh as much as ten rows. */
forEach("table[data-sheet] th[data-name]", (head) => {
  if (!head.querySelector("[data-resize]")) {
    const grip = document.createElement("span");
    grip.className = "head-grip";
    grip.dataset.resize = "";
    grip.tabIndex = 0;
    const said = { role: "separator", "aria-orientation": "vertical", "aria-label": text("widthOf", { name: head.textContent.trim() }) };
    const values = { "aria-valuemin": NARROWEST, "aria-valuemax": WIDEST, "aria-valuenow": Math.round(head.offsetWidth) };
    for (const [name, value] of Object.entries({ ...said, ...values })) grip.setAttribute(name, value);
    head.append(grip);
  }
  if (!head.dataset.columnWidth) return;
  head.style.maxWidth = `${Number(head.dataset.columnWidth)}px`;
  head.style.width = head.style.maxWidth;
  cut(sheetOf(head));
});
document.addEventListener("htmx:afterSettle", () => document.querySelectorAll("table[data-sheet]").forEach(cut));
