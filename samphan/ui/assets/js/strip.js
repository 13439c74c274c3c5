/* Where one is stands in sight, also where a row of tabs is wider than the phone. */
import { forEach } from "./dom.js";

forEach(".tabs, .check-groups > ul", (strip) => {
  const here = strip.querySelector('[aria-current="page"]');
  if (!here || strip.scrollWidth <= strip.clientWidth) return;
  const [place, room] = [here.getBoundingClientRect(), strip.getBoundingClientRect()];
  if (place.left < room.left || place.right > room.right - 24) strip.scrollLeft += place.left - room.left - 24;
});
