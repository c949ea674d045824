/**
 * Joins what an address says with what a visitor had in the form.
 *
 * `/?seed=7` changes the seed alone, `/?primer=k545-1` the opening alone; any other address
 * leaves a seed that is locked as it is, unless it brings its own, or says out of which piece
 * it is: then it has said what becomes of the seed. Where anything is another for it, one
 * button puts back all that was there before. Without a script the browser's own way back
 * does that.
 */
import { keep, values } from "./form-memory.js";

const ALONE = ["seed", "primer"]; // change nothing else
const WHOSE = "of"; // which piece the seed is of

/** Fill the form inside of `memory`, where an address has `said` something, and `before` was there. */
export function fill(memory, said, before) {
  const form = memory.querySelector("form");
  const had = Object.entries(before);
  const told = [...said.keys()].filter((name) => name !== WHOSE);
  const alone = told.length === 1 && ALONE.find((name) => said.has(name));
  const isKept = (name) => (alone ? name !== alone : name === "seed" && !said.has("seed") && !said.has("parent"));
  put(form, had.filter(([name]) => isKept(name)));
  const now = values(form);
  if (had.some(([name, value]) => now[name] !== value)) offer(memory, form, had);
}

/** A way back, in the line that says what was filled in; it takes the line along. */
function offer(memory, form, had) {
  const line = memory.querySelector("[data-filled]");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--quiet form-memory__back";
  button.textContent = memory.getAttribute("back");
  button.addEventListener("click", () => {
    put(form, had);
    keep(form);
    form.elements.parent.value = "";
    (line ?? button).remove();
  });
  if (line) line.append(button);
  else memory.prepend(button);
}

/** Put values in, in the order of the page: which model it is decides what the others may be. */
function put(form, entries) {
  for (const [name, value] of entries) {
    const field = form.elements[name];
    if (!field) continue;
    if (field.type === "checkbox") field.checked = value;
    else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
