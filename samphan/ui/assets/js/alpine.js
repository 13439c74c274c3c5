/* Alpine (CSP build) holds only what the server need not know. Components have names; markup only names them. */
import Alpine from "@alpinejs/csp";

/* <div x-data="disclosure"> [x-on:click="toggle"] [x-show="open"] */
Alpine.data("disclosure", () => ({
  open: false,
  init() {
    this.open = this.$el.hasAttribute("data-open");
  },
  toggle() {
    this.open = !this.open;
  },
  close() {
    this.open = false;
  },
  get closed() {
    return !this.open;
  },
  get expanded() {
    return String(this.open);
  },
}));

/* <div x-data="chart_view">: the picture or the table behind it. */
Alpine.data("chart_view", () => ({
  table: false,
  flip() {
    this.table = !this.table;
  },
  get picture() {
    return !this.table;
  },
  get pressed() {
    return String(this.table);
  },
}));

/* <form x-data="changed" x-on:input="touch">: the save button works once something was typed. */
Alpine.data("changed", () => ({
  touched: false,
  touch() {
    this.touched = true;
  },
  get untouched() {
    return !this.touched;
  },
}));

/* <div x-data="copy" data-text="...">: copies and says so for two seconds. */
Alpine.data("copy", () => ({
  done: false,
  get waiting() {
    return !this.done;
  },
  async copy() {
    await navigator.clipboard.writeText(this.$root.dataset.text);
    this.done = true;
    setTimeout(() => {
      this.done = false;
    }, 2000);
  },
}));

window.Alpine = Alpine;
Alpine.start();
