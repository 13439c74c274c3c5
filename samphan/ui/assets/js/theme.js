/* Theme: an attribute on <html>; the server keeps the choice, this shows it at once. */
import { on } from "./dom.js";

on("click", "[data-set-theme]", (event, button) => {
  const root = document.documentElement;
  root.dataset.theme = button.dataset.setTheme;
  document.querySelectorAll("[data-set-theme]").forEach((other) => {
    other.setAttribute("aria-checked", String(other === button));
  });
  announce();
});

function announce() {
  document.dispatchEvent(new CustomEvent("samphan:theme"));
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", announce);

/** The colour of a token as the browser paints it in the place of `element`, such as "rgb(24, 24, 27)". */
export function tokenColour(name, element = document.body) {
  const probe = document.createElement("span");
  probe.hidden = true;
  probe.style.color = `var(--${name})`;
  element.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
