/* Date field: the server reads whatever is typed (21/11/2569, 21 พ.ย. 69, 2026-11-21, พรุ่งนี้); the calendar only helps.
   Weeks start on Sunday, as Thai calendars do. */
import { era, language, on } from "./dom.js";
import { showAt } from "./floating.js";

const locale = () => (language() === "th" ? "th-TH" : "en-GB") + "-u-nu-latn-ca-" + (era() === "be" ? "buddhist" : "gregory");
const format = (date, options) => new Intl.DateTimeFormat(locale(), options).format(date);
const shortMonths = { th: ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."], en: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] };
const monthsNow = () => shortMonths[language() === "th" ? "th" : "en"];

const written = (date) => `${date.getDate()} ${monthsNow()[date.getMonth()]} ${date.getFullYear() + (era() === "be" ? 543 : 0)}`;

/** The day a text means, or null; only what the field itself writes and plain numeric forms. */
export function readDate(value) {
  const words = value.trim();
  let match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(words);
  let year, month, day;
  if (match) [year, month, day] = [Number(match[1]), Number(match[2]) - 1, Number(match[3])];
  else if ((match = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(words))) [day, month, year] = [Number(match[1]), Number(match[2]) - 1, Number(match[3])];
  else if ((match = /^(\d{1,2})\s+(\S+)\s+(\d{4})$/.exec(words))) {
    month = [...shortMonths.th, ...shortMonths.en].indexOf(match[2]) % 12;
    if (month < 0) return null;
    [day, year] = [Number(match[1]), Number(match[3])];
  } else return null;
  if (year > 2300) year -= 543;
  const date = new Date(year, month, day);
  return date.getMonth() === month && date.getDate() === day ? date : null;
}

const sameDay = (a, b) => a && b && a.toDateString() === b.toDateString();
let input = null;
let shown = null;
let panel = null;

function makePanel() {
  panel = document.createElement("div");
  panel.className = "float calendar";
  panel.popover = "auto";
  panel.setAttribute("role", "dialog");
  document.body.append(panel);
  panel.addEventListener("keydown", steer);
}

function draw(focusDay = null) {
  const chosen = readDate(input.value);
  const today = new Date();
  const head = document.createElement("div");
  head.className = "calendar-head";
  const title = document.createElement("span");
  title.textContent = format(shown, { month: "long", year: "numeric" }).replace(/\s*(พ\.ศ\.|ค\.ศ\.|BE|AD)\s*/g, " ");
  const buttons = document.createElement("span");
  for (const [step, sign] of [
    [-1, "‹"],
    [1, "›"],
  ]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-bare button-icon button-small";
    button.textContent = sign;
    const target = new Date(shown.getFullYear(), shown.getMonth() + step, 1);
    button.setAttribute("aria-label", format(target, { month: "long", year: "numeric" }));
    button.addEventListener("click", () => {
      shown = target;
      draw();
    });
    buttons.append(button);
  }
  head.append(title, buttons);
  const grid = document.createElement("div");
  grid.className = "calendar-grid";
  const first = new Date(shown.getFullYear(), shown.getMonth(), 1);
  const start = new Date(first.getFullYear(), first.getMonth(), 1 - first.getDay());
  const thaiDays = ["อา", "จ", "อ", "พ", "พฤ", "ศ", "ส"];
  for (let day = 0; day < 7; day += 1) {
    const name = document.createElement("span");
    const date = new Date(start.getFullYear(), start.getMonth(), start.getDate() + day);
    name.textContent = language() === "th" ? thaiDays[day] : format(date, { weekday: "short" }).slice(0, 2);
    grid.append(name);
  }
  const weeks = Math.ceil((first.getDay() + new Date(shown.getFullYear(), shown.getMonth() + 1, 0).getDate()) / 7);
  for (let index = 0; index < weeks * 7; index += 1) {
    const date = new Date(start.getFullYear(), start.getMonth(), start.getDate() + index);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "calendar-day";
    button.classList.toggle("is-outside", date.getMonth() !== shown.getMonth());
    button.classList.toggle("is-today", sameDay(date, today));
    button.setAttribute("aria-selected", String(Boolean(sameDay(date, chosen))));
    button.setAttribute("aria-label", format(date, { dateStyle: "full" }));
    button.textContent = date.getDate();
    button.dataset.day = date.toDateString();
    button.addEventListener("click", () => {
      input.value = written(date);
      panel.hidePopover();
      input.focus();
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    grid.append(button);
  }
  panel.setAttribute("aria-label", title.textContent);
  panel.replaceChildren(head, grid);
  const focus = focusDay ?? chosen ?? today;
  (grid.querySelector(`[data-day="${focus.toDateString()}"]`) ?? grid.querySelector(".calendar-day"))?.focus();
}

function steer(event) {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
  const from = document.activeElement?.dataset?.day;
  if (!step || !from) return;
  event.preventDefault();
  const date = new Date(from);
  date.setDate(date.getDate() + step);
  shown = new Date(date.getFullYear(), date.getMonth(), 1);
  draw(date);
}

on("click", "[data-calendar]", (event, button) => {
  input = button.closest(".input-wrap")?.querySelector("input");
  if (!input) return;
  if (!panel) makePanel();
  shown = readDate(input.value) ?? new Date();
  showAt(panel, input);
  draw();
});
