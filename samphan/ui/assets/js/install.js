/* The installed product: its service worker, and the page that a device shows without a connection. */
import { typedPage } from "./form_keeper.js";
import { forEach } from "./dom.js";

const AGAIN_SECONDS = 5;

if ("serviceWorker" in navigator) {
  addEventListener("load", () => {
    /* A browser that refuses (private window, policy) loses the page without a connection and nothing else. */
    navigator.serviceWorker.register("/service-worker.js", { scope: "/", updateViaCache: "none" }).catch(() => {});
  });
}

forEach("[data-no-connection]", (page) => {
  const typed = typedPage();
  const again = page.querySelector("[data-again]");
  if (typed) {
    page.querySelectorAll("[data-typed]").forEach((words) => {
      words.hidden = false;
    });
    /* The address of a form that was sent cannot be opened; the page it stood on can. */
    again.href = typed;
  }
  /* Opened by its own address it stands for no other page, and would only open itself again. */
  if (location.pathname === "/offline/") {
    again.href = typed || "/";
    return;
  }
  /* The system says "online" when there is a network, which is not yet a way to the server. */
  const goOn = () => {
    fetch("/healthz", { cache: "no-store" }).then(
      () => location.replace(again.href),
      () => {},
    );
  };
  addEventListener("online", goOn);
  setInterval(goOn, AGAIN_SECONDS * 1000);
});
