/**
 * Keeps what a visitor has chosen while an address fills the form with something else.
 *
 *   <form-memory back="Put my earlier choices back"><p data-filled>…</p> <form>…</form></form-memory>
 *
 * `/?seed=7` changes the seed alone, `/?primer=k545-1` the opening alone; any other
 * address leaves a seed that is locked as it is, unless it brings its own, and one that
 * says which piece it is out of has said what becomes of the seed. Where anything is
 * another for it, one button puts back all that was there before. Without this script the
 * browser's own way back does that.
 */
const PLACE = "form";
const ALONE = ["seed", "primer"]; // change nothing else
const PASSING = ["csrfmiddlewaretoken", "parent"];

class FormMemory extends HTMLElement {
  #form;

  connectedCallback() {
    this.#form = this.querySelector("form");
    const said = new URLSearchParams(location.search);
    const before = recall();
    // A page that the server answers with an error keeps what was sent.
    if (before && said.size && !this.querySelector("[aria-invalid=true]")) this.#merge(said, before);
    this.#form.addEventListener("input", () => this.#keep());
    this.#form.addEventListener("change", () => this.#keep());
    this.#form.addEventListener("submit", () => this.#keep());
  }

  #merge(said, before) {
    const had = Object.entries(before);
    const told = [...said.keys()].filter((name) => name !== "of"); // whose seed it is
    const alone = told.length === 1 && ALONE.find((name) => said.has(name));
    const isKept = (name) => (alone ? name !== alone : name === "seed" && !said.has("seed") && !said.has("parent"));
    this.#fill(had.filter(([name]) => isKept(name)));
    const now = this.#values();
    if (had.every(([name, value]) => now[name] === value)) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet form-memory__back";
    button.textContent = this.getAttribute("back");
    button.addEventListener("click", () => {
      this.#fill(had);
      this.#keep();
      (button.closest("[data-filled]") ?? button).remove(); // what it said is no more
      this.#form.elements.parent.value = "";
    });
    const line = this.querySelector("[data-filled]");
    if (line) line.append(button);
    else this.prepend(button);
  }

  /** Fill fields in the order of the page: which model it is decides what the others may be. */
  #fill(values) {
    for (const [name, value] of values) {
      const field = this.#form.elements[name];
      if (!field) continue;
      if (field.type === "checkbox") field.checked = value;
      else field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  #values() {
    const values = {};
    for (const field of this.#form.elements) {
      if (!field.name || field.type === "submit" || PASSING.includes(field.name)) continue;
      values[field.name] = field.type === "checkbox" ? field.checked : field.value;
    }
    // A seed that is drawn anew each time is none that the visitor had.
    if (this.querySelector("seed-field")?.dataset.state === "random") delete values.seed;
    return values;
  }

  #keep() {
    try {
      sessionStorage.setItem(PLACE, JSON.stringify(this.#values()));
    } catch {
      // Storage is shut: nothing is remembered, and the form works.
    }
  }
}

function recall() {
  try {
    return JSON.parse(sessionStorage.getItem(PLACE));
  } catch {
    return null;
  }
}

// The fields inside are elements of their own, and come first.
customElements.whenDefined("seed-field").then(() => customElements.define("form-memory", FormMemory));
