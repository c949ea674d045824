/**
 * Puts the cursor into the title when it is opened for editing; Escape leaves it as it was.
 *
 *   <edit-in-place><details><summary>…</summary><form>…</form></details></edit-in-place>
 */
class EditInPlace extends HTMLElement {
  connectedCallback() {
    const details = this.querySelector("details");
    const title = this.querySelector("input[name='title']");
    details.addEventListener("toggle", () => {
      if (!details.open) return;
      title.focus();
      title.select();
    });
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !details.open) return;
      this.querySelector("form").reset();
      details.open = false;
      this.querySelector("summary").focus();
    });
  }
}

customElements.define("edit-in-place", EditInPlace);
