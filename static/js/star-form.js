/**
 * A star that is given where one stands, without a new page.
 *
 *   <star-form><template>Kept …</template>
 *     <form …><button name="liked" value="1" aria-pressed="false">…</button></form></star-form>
 *
 * Under a star that was given stands where the piece is found again. Without this script the form is sent, and the page comes again.
 */
class StarForm extends HTMLElement {
  #said = document.createElement("p");

  connectedCallback() {
    this.addEventListener("submit", this);
    this.#said.className = "star__said";
    this.#said.setAttribute("role", "status");
    this.append(this.#said);
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
      body.set("quiet", "1"); // it is said here, and not on the page that comes next
      const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
      if (answer.type !== "opaqueredirect") throw new Error(answer.status);
      const words = this.querySelector("template").content.cloneNode(true);
      this.#said.replaceChildren(...(liked ? [words] : []));
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
