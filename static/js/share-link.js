/**
 * Copies a link with one press.
 *
 *   <share-link label="Copy the link" done="Copied"><input value="…" readonly></share-link>
 */
class ShareLink extends HTMLElement {
  connectedCallback() {
    if (!navigator.clipboard || this.querySelector("button")) return; // only over HTTPS, or at home
    const input = this.querySelector("input");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = this.getAttribute("label");
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(input.value);
      said.textContent = this.getAttribute("done");
    });
    this.append(button, said);
  }
}

customElements.define("share-link", ShareLink);
