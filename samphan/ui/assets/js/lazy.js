/* Bundles that few pages need are fetched by the pages that have their elements. */
import { forEach } from "./dom.js";

const asked = new Set();
function load(name) {
  const url = document.getElementById("ui-texts")?.dataset[name];
  if (!url || asked.has(name)) return;
  asked.add(name);
  const script = document.createElement("script");
  script.src = url;
  script.defer = true;
  document.head.append(script);
}

forEach("[data-chart]", () => load("charts"));
forEach("[data-combobox], [data-sortable], [data-planner]", () => load("widgets"));
