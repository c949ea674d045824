/**
 * Gives the address of a piece on with one press: by the system's own sheet where a finger
 * is at work, or else as a copy.
 *
 *   <share-piece address="https://…" name="Impromptu" done="Link copied"><a href="#share">Share</a></share-piece>
 *
 * Without this script, and where neither can be, the link leads to the address itself.
 */
class SharePiece extends HTMLElement {
  #said = document.createElement("span");

  connectedCallback() {
    this.#said.setAttribute("role", "status");
    this.append(this.#said);
    this.querySelector("a").addEventListener("click", (event) => this.#give(event));
  }

  async #give(event) {
    const address = this.getAttribute("address");
    if (navigator.share && matchMedia("(pointer: coarse)").matches) {
      event.preventDefault();
      // Who closes the sheet has changed their mind.
      await navigator.share({ title: this.getAttribute("name"), url: address }).catch(() => {});
    } else if (navigator.clipboard) {
      event.preventDefault();
      await navigator.clipboard.writeText(address);
      this.#said.textContent = this.getAttribute("done");
    }
  }
}

customElements.define("share-piece", SharePiece);
