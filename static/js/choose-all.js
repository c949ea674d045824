/**
 * Ticks every box of a form, or none.
 *
 *   <form id="several"><choose-all all="Choose all" none="Choose none"></choose-all></form>
 */
class ChooseAll extends HTMLElement {
  connectedCallback() {
    const form = this.closest("form");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet";
    const boxes = () => [...form.elements].filter((field) => field.type === "checkbox");
    const areAll = () => boxes().every((box) => box.checked);
    const say = () => {
      button.textContent = this.getAttribute(areAll() ? "none" : "all");
    };
    button.addEventListener("click", () => {
      const checked = !areAll();
      for (const box of boxes()) box.checked = checked;
      say();
    });
    document.addEventListener("change", say);
    document.addEventListener("DOMContentLoaded", say, { once: true });
    say();
    this.append(button);
  }
}

customElements.define("choose-all", ChooseAll);
