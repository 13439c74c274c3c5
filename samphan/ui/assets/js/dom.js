/* Small helpers that every module shares. */

/** Call `act` for each element that matches, now and whenever htmx brings new content. */
export function forEach(selector, act) {
  const visit = (root) => {
    if (root.matches?.(selector)) act(root);
    root.querySelectorAll?.(selector).forEach(act);
  };
  const start = () => visit(document);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
  document.addEventListener("htmx:load", (event) => visit(event.detail.elt));
  document.addEventListener("samphan:added", (event) => visit(event.target));
}

/** Delegated listener: `act(event, element)` for events inside elements that match. */
export function on(type, selector, act, options) {
  document.addEventListener(
    type,
    (event) => {
      const element = event.target instanceof Element ? event.target.closest(selector) : null;
      if (element) act(event, element);
    },
    options,
  );
}

/** Text of the page in the user's language, from `<template id="texts">` attributes of base.html. */
export function text(name, values = {}) {
  const source = document.getElementById("ui-texts")?.dataset[name] ?? "";
  return source.replace(/%\((\w+)\)s/g, (_, key) => values[key] ?? "");
}

export function isTyping(target) {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button])"))
  );
}

/** True when no control has the focus: a click into the page gives it to its middle. */
export const isAtRest = (element = document.activeElement) => !element || element === document.body || element.id === "content";

export const csrfToken = () => document.querySelector("meta[name=csrf-token]")?.content ?? "";

export const language = () => document.documentElement.lang || "th";
export const era = () => document.documentElement.dataset.era || "be";
