/**
 * A field for files that takes what is dropped on it, and says what it holds.
 *
 *   <drop-files hint="…or drop them here" heavy="That is more than 200 MB.">
 *     <input type="file" multiple data-most-bytes="200000000">
 *   </drop-files>
 *
 * Of a field for one file it is the first that was dropped. Without this script the field alone is there, and the server does the counting.
 */
class DropFiles extends HTMLElement {
  #input;
  #list;

  connectedCallback() {
    this.#input = this.querySelector("input[type=file]");
    this.#list = document.createElement("div");
    this.#list.setAttribute("role", "status");
    this.append(this.#list);
    this.#input.addEventListener("change", () => this.#tell());
    this.#tell(); // Files may be chosen before this script is here.
    for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
      this.addEventListener(name, (event) => this.#drag(event));
    }
  }

  #drag(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.toggleAttribute("data-over", event.type === "dragenter" || event.type === "dragover");
    if (event.type !== "drop") return;
    const files = new DataTransfer();
    const had = this.#input.multiple ? [...this.#input.files] : [];
    const came = [...event.dataTransfer.files];
    for (const file of [...had, ...(this.#input.multiple ? came : came.slice(0, 1))]) files.items.add(file);
    this.#input.files = files.files;
    this.#input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #tell() {
    const files = [...this.#input.files];
    const size = files.reduce((sum, file) => sum + file.size, 0);
    const isHeavy = size > Number(this.#input.dataset.mostBytes);
    this.#input.setCustomValidity(isHeavy ? this.getAttribute("heavy") : "");
    if (isHeavy) this.#input.reportValidity();
    this.#list.textContent = files.length
      ? files.slice(0, 8).map((file) => file.name).join(", ") +
        (files.length > 8 ? ` … (${files.length})` : "") + `, ${megabytes(size)}`
      : this.getAttribute("hint");
  }
}

function megabytes(size) {
  const options = { style: "unit", unit: "megabyte", maximumFractionDigits: 2 };
  return new Intl.NumberFormat(document.documentElement.lang, options).format(size / 1e6);
}

customElements.define("drop-files", DropFiles);
