/* <input data-lookup="/url/">: what is typed is asked for there, and the records that come back are offered. */
import { on } from "./dom.js";

const listFor = (input) => {
  const list = Object.assign(document.createElement("datalist"), { id: `${input.id || "lookup"}-found` });
  input.after(list);
  input.setAttribute("list", list.id);
  return list;
};

let waiting;
let asked = 0;

on("input", "input[data-lookup]", (event, input) => {
  clearTimeout(waiting);
  const list = input.list ?? listFor(input);
  // One of those offered was chosen: there is nothing more to ask.
  if ([...list.options].some((option) => option.value === input.value)) return;
  waiting = setTimeout(async () => {
    const mine = ++asked;
    const answer = await fetch(`${input.dataset.lookup}?q=${encodeURIComponent(input.value)}`, { headers: { "HX-Request": "true" } });
    if (answer.ok && mine === asked) list.innerHTML = await answer.text();
  }, 200);
});
