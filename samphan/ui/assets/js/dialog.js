/* Dialogs are native: focus stays inside, Esc closes, the page behind is inert. */
import { forEach, on } from "./dom.js";

on("click", "[data-opens]", (event, button) => {
  const dialog = document.getElementById(button.dataset.opens);
  if (!(dialog instanceof HTMLDialogElement)) return;
  event.preventDefault();
  if (!dialog.open) dialog.showModal();
});

on("click", "[data-closes]", (event, button) => {
  const dialog = button.closest("dialog");
  if (dialog) {
    event.preventDefault();
    dialog.close();
  }
});

/* A click on the shade closes; the box itself covers everything else. */
document.addEventListener("click", (event) => {
  if (event.target instanceof HTMLDialogElement && event.target.matches("[data-light-dismiss]")) event.target.close();
});

/* A dialog that htmx put on the page opens itself and leaves when it is closed. */
forEach("dialog[data-open]", (dialog) => {
  if (dialog.open) return;
  dialog.showModal();
  if (dialog.hasAttribute("data-leaves")) dialog.addEventListener("close", () => dialog.remove());
});

/* A question is answered once its form was taken. */
document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, successful } = event.detail;
  if (successful && elt.matches("dialog form") && event.detail.requestConfig.verb !== "get") elt.closest("dialog").close();
});

document.addEventListener("samphan:close-dialog", () => {
  document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
});

/* Whoever was sent a file stays on the page. The dialog goes after the form was read: its inputs may stand in it. */
document.addEventListener("submit", ({ submitter }) => {
  if (submitter?.matches("[data-downloads]")) setTimeout(() => submitter.closest("dialog")?.close(), 0);
});
