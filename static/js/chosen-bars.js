/**
 * What can be done with bars that were chosen in the score, beside the player.
 *
 *   <chosen-bars hidden bar="bar {n}" bars="bars {first} to {last}">
 *     <output></output> <button form="bars">…</button>
 *   </chosen-bars>
 *
 * The buttons send the form of the bars, wherever on the page that stands.
 */
class ChosenBars extends HTMLElement {
  #show = ({ detail: { from, to } }) => {
    const words = to === undefined || to === from ? this.getAttribute("bar") : this.getAttribute("bars");
    this.querySelector("output").textContent = words.replace("{n}", from).replace("{first}", from).replace("{last}", to);
    this.hidden = false;
  };

  connectedCallback() {
    document.addEventListener("bars-chosen", this.#show);
  }

  disconnectedCallback() {
    document.removeEventListener("bars-chosen", this.#show);
  }
}

customElements.define("chosen-bars", ChosenBars);
