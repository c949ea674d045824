/**
 * Ticks every box of a form, or none, and says how many are ticked.
 *
 *   <form id="several"><choose-all all="Select all" none="Select none" count="{n} chosen"></choose-all></form>
 */
class ChooseAll extends HTMLElement {
  connectedCallback() {
    const form = this.closest("form");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet";
    const count = document.createElement("output");
    count.className = "several__count";
    const boxes = () => [...form.elements].filter((field) => field.type === "checkbox");
    const areAll = () => boxes().every((box) => box.checked);
    const say = () => {
      button.textContent = this.getAttribute(areAll() ? "none" : "all");
      const n = boxes().filter((box) => box.checked).length;
      count.value = n ? this.getAttribute("count").replace("{n}", n) : "";
    };
    button.addEventListener("click", () => {
      const checked = !areAll();
      for (const box of boxes()) box.checked = checked;
      say();
    });
    document.addEventListener("change", say);
    document.addEventListener("DOMContentLoaded", say, { once: true });
    say();
    this.append(button, count);
  }
}

customElements.define("choose-all", ChooseAll);
