/* File field that also takes a file dropped on it, and says which file it has; several where the field takes several. */
import { on } from "./dom.js";

for (const type of ["dragenter", "dragover"]) {
  on(type, ".drop-zone", (event, zone) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
}
on("dragleave", ".drop-zone", (event, zone) => {
  if (!zone.contains(event.relatedTarget)) zone.classList.remove("is-over");
});
on("drop", ".drop-zone", (event, zone) => {
  event.preventDefault();
  zone.classList.remove("is-over");
  const input = zone.querySelector("input[type=file]");
  if (!input || !event.dataTransfer?.files.length) return;
  if (input.multiple || event.dataTransfer.files.length === 1) input.files = event.dataTransfer.files;
  else {
    const first = new DataTransfer();
    first.items.add(event.dataTransfer.files[0]);
    input.files = first.files;
  }
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
/* 12 kB, 3.4 MB */
const size = (bytes) => (bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} kB` : `${(bytes / 1048576).toFixed(1)} MB`);
on("change", ".drop-zone input[type=file]", (event, input) => {
  const name = input.closest(".drop-zone").querySelector("[data-file-name]");
  const file = input.files[0];
  if (name) name.textContent = file ? `${file.name} · ${size(file.size)}` : "";
  if (file && input.closest(".drop-zone").hasAttribute("data-sends")) input.form?.requestSubmit();
});
/* A file that misses the zone must not replace the page. */
for (const type of ["dragover", "drop"]) addEventListener(type, (event) => event.preventDefault());
