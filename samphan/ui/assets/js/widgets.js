/* Tom Select and SortableJS, for pages that have them. */
import Sortable from "sortablejs";
import TomSelect from "tom-select/base";
import removeButton from "tom-select/dist/js/plugins/remove_button.js";
import { forEach, text } from "./dom.js";
import "./planner.js";

TomSelect.define("remove_button", removeButton);

/* <select data-combobox [data-create]>: search inside, several values, new values where the form allows them. */
forEach("select[data-combobox], input[data-combobox]", (field) => {
  if (field.tomselect) return;
  new TomSelect(field, {
    create: field.hasAttribute("data-create"),
    persist: false,
    maxOptions: 200,
    plugins: field.multiple || field.tagName === "INPUT" ? { remove_button: { title: text("remove") } } : {},
    placeholder: field.dataset.placeholder,
    render: {
      no_results: () => Object.assign(document.createElement("div"), { className: "no-results", textContent: text("nothing") }),
      option_create: (data, escape) => `<div class="create">${text("add")} <b>${escape(data.input)}</b></div>`,
    },
  });
});

/* <ul data-sortable="/url/">: children carry data-id; the new order goes to the URL as `order`, Alt and arrows do it by key. */
forEach("[data-sortable]", (list) => {
  const send = () => {
    const order = [...list.children].map((item) => item.dataset.id).filter(Boolean);
    list.dispatchEvent(new CustomEvent("samphan:sorted", { bubbles: true, detail: { order } }));
    if (list.dataset.sortable) window.htmx.ajax("POST", list.dataset.sortable, { source: list, swap: "none", values: { order: order.join(",") } });
  };
  Sortable.create(list, { animation: 120, handle: list.querySelector("[data-handle]") ? "[data-handle]" : undefined, onEnd: send });
  list.addEventListener("keydown", (event) => {
    const item = event.target.closest("[data-id]");
    if (!event.altKey || !item || !/^Arrow(Up|Down|Left|Right)$/.test(event.key)) return;
    event.preventDefault();
    if (event.key === "ArrowUp" || event.key === "ArrowLeft") item.previousElementSibling?.before(item);
    else item.nextElementSibling?.after(item);
    event.target.focus();
    send();
  });
});
