/* In the check of an import, Enter keeps a cell and moves to the next one that does not pass. */
document.addEventListener("keydown", (event) => {
  const cell = event.target;
  if (event.key !== "Enter" || event.isComposing || !(cell instanceof HTMLInputElement) || !cell.matches(".cell-edit")) return;
  event.preventDefault();
  const cells = [...document.querySelectorAll(".cell-edit")];
  const next = cells.slice(cells.indexOf(cell) + 1).find((one) => one.getAttribute("aria-invalid") === "true");
  // Leaving the field sends it: its form listens for the change.
  cell.blur();
  next?.focus();
});
