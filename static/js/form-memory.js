/**
 * Keeps what a visitor has chosen while an address fills the form with something else.
 *
 *   <form-memory back="Put my earlier choices back"><p data-filled>…</p> <form>…</form></form-memory>
 *
 * What then stands in the form is told in form-filling.js, which is fetched for that alone.
 */
const PLACE = "form";
const PASSING = ["csrfmiddlewaretoken", "parent", "takes"]; // of one click alone

class FormMemory extends HTMLElement {
  async connectedCallback() {
    const form = this.querySelector("form");
    const said = new URLSearchParams(location.search);
    const before = recall();
    // A page that the server answers with an error keeps what was sent.
    if (before && said.size && !this.querySelector("[aria-invalid=true]")) {
      const { fill } = await import("./form-filling.js");
      fill(this, said, before);
    }
    for (const name of ["input", "change", "submit"]) form.addEventListener(name, () => keep(form));
  }
}

/** What stands in the form; a seed that is drawn anew each time is none that the visitor had. */
export function values(form) {
  const found = {};
  for (const field of form.elements) {
    if (!field.name || field.type === "submit" || PASSING.includes(field.name)) continue;
    found[field.name] = field.type === "checkbox" ? field.checked : field.value;
  }
  if (form.querySelector("seed-field")?.dataset.state === "random") delete found.seed;
  return found;
}

export function keep(form) {
  try {
    sessionStorage.setItem(PLACE, JSON.stringify(values(form)));
  } catch {
    // Storage is shut: nothing is remembered, and the form works.
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
