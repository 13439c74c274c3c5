/* The bell renews itself when something is seen, so the browser cannot give the focus back to it after the panel. */
document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.id !== "bell-panel" || event.newState !== "closed") return;
    const active = document.activeElement;
    if (active === document.body || event.target.contains(active)) document.querySelector(".bell-desk")?.focus();
  },
  true,
);
