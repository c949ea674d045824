/**
 * A star that is given where one stands, without a new page.
 *
 *   <star-form><form …><button name="liked" value="1" aria-pressed="false">…</button></form></star-form>
 *
 * Without this script the form is sent, and the page comes again.
 */
class StarForm extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", this);
  }

  async handleEvent(event) {
    event.preventDefault();
    const button = this.querySelector("button");
    const form = button.form;
    const liked = button.value === "1";
    show(button, liked);
    try {
      const body = new FormData(form);
      body.set("liked", liked ? "1" : "0");
      const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
      if (answer.type !== "opaqueredirect") throw new Error(answer.status);
    } catch {
      show(button, !liked);
      form.submit(); // the page that comes says what is wrong
    }
  }
}

function show(button, liked) {
  button.setAttribute("aria-pressed", liked);
  button.value = liked ? "0" : "1";
}

customElements.define("star-form", StarForm);
