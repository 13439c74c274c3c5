/* The calendar: entries are drawn to another day by mouse and touch, moved by Alt and the arrows, or by the button that
   opens a form; a click on the free part of a day begins a task there. It comes with the bundle that has SortableJS. */
import Sortable from "sortablejs";
import { forEach, on } from "./dom.js";

const link = (entry) => entry.querySelector("a");
/* A task's day stands below its own address. */
const moveUrl = (entry) => entry.dataset.move || `${link(entry).getAttribute("href")}day/`;
const again = (planner) => window.htmx.trigger(planner, "live");

let followed = "";
let hasMoved = false; // the form has done it, and the cursor follows the entry
function move(entry, day) {
  const planner = entry.closest("[data-planner]");
  followed = link(entry).getAttribute("href");
  window.htmx
    .ajax("POST", moveUrl(entry), { source: entry, swap: "none", values: { due: day } })
    .catch(() => again(planner));
}
/* Refused: the entry goes back to where the server has it. */
document.addEventListener("htmx:responseError", (event) => {
  const planner = event.detail.elt.closest?.("[data-planner]");
  if (planner && event.detail.elt !== planner) again(planner);
});

function opener(entry, words) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "planned-move";
  button.textContent = "⋯";
  button.setAttribute("aria-label", `${words}: ${link(entry).textContent.trim()}`);
  button.setAttribute("aria-haspopup", "dialog");
  button.dataset.popover = "move-menu";
  button.setAttribute("hx-get", moveUrl(entry));
  button.setAttribute("hx-target", "#move-menu");
  button.setAttribute("hx-swap", "innerHTML");
  entry.append(button);
  window.htmx.process(button);
}

/* Written out by the server, the plus of each day would be a twelfth of the page. */
function adder(day, { add, addWords }) {
  const plus = document.createElement("a");
  plus.className = "planner-add";
  plus.href = `${add}?due=${day.dataset.day}`;
  plus.textContent = "+";
  plus.setAttribute("aria-label", `${addWords} ${day.querySelector(".planner-date").getAttribute("aria-label")}`);
  day.querySelector("p").append(plus);
}

forEach("[data-planner]", (planner) => {
  if ("ready" in planner.dataset) return;
  planner.dataset.ready = "";
  if (planner.dataset.add) planner.querySelectorAll("[data-day]").forEach((day) => adder(day, planner.dataset));
  const canMove = planner.querySelectorAll("[data-move]");
  canMove.forEach((entry) => opener(entry, planner.dataset.moveWords));
  planner.querySelectorAll("[data-day] > ul").forEach((list) => {
    Sortable.create(list, {
      group: "planner",
      draggable: "[data-move]",
      filter: ".planned-move",
      preventOnFilter: false,
      sort: false,
      animation: 120,
      delay: 200,
      delayOnTouchOnly: true,
      touchStartThreshold: 6,
      ghostClass: "is-drawn",
      onEnd: ({ item, from, to }) => {
        if (from !== to) move(item, to.closest("[data-day]").dataset.day);
      },
    });
  });
  // While the form is open, words are typed there: what others change must not take the cursor out of it.
  if (!followed || document.querySelector("#move-menu:popover-open")) return;
  planner.querySelector(`[data-move] > a[href="${CSS.escape(followed)}"]`)?.focus();
  followed = "";
});

on("keydown", "[data-planner] [data-move] > a", (event, anchor) => {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
  if (!event.altKey || !step) return;
  event.preventDefault();
  const day = new Date(`${anchor.closest("[data-day]").dataset.day}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + step);
  move(anchor.parentElement, day.toISOString().slice(0, 10));
});

on("click", ".planned-move", (event, button) => {
  followed = link(button.parentElement).getAttribute("href");
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id === "move-menu") event.detail.target.querySelector("[name=due]")?.focus();
});
document.addEventListener("samphan:tasks-changed", () => {
  const menu = document.getElementById("move-menu");
  if (!menu?.matches(":popover-open")) return;
  hasMoved = true;
  menu.hidePopover();
});
document.addEventListener("toggle", (event) => {
  if (event.target.id !== "move-menu" || event.newState !== "closed") return;
  if (!hasMoved) followed = "";
  hasMoved = false;
}, true);

on("click", "[data-planner] [data-day]", (event, day) => {
  if (event.target.closest("a, button")) return;
  day.querySelector(".planner-add")?.click();
});

/* A clipped entry says itself whole. */
on("mouseover", "[data-day] > ul > li > a", (event, anchor) => {
  if (anchor.scrollWidth > anchor.clientWidth && !anchor.title) anchor.title = anchor.textContent.trim();
});
