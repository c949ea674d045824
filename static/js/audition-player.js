/**
 * One player with a slider over the epochs, in place of a list with a player each.
 *
 *   <audition-player label="Epoch to hear" epoch="Epoch {n}" score="Score … {n}">
 *     <section data-part="auditions">
 *       <ol data-list><li data-epoch="5" data-mp3="…" data-score="…" data-words="…">…</li></ol>
 *     </section>
 *   </audition-player>
 *
 * The list may be put in anew while it plays: the slider keeps its place, and what
 * sounds goes on. Until it is moved, it stands at the latest epoch.
 */
class AuditionPlayer extends HTMLElement {
  #slider = make("input", { type: "range", min: "0", step: "1" });
  #words = make("output", { className: "auditions__epoch" });
  #audio = make("audio", { className: "player", controls: true, preload: "none" });
  #sheet = make("img", { className: "auditions__sheet" });
  #panel = make("div", { className: "auditions__player", hidden: true });
  #chosen = null; // the epoch that was moved to; null follows the latest
  #shown = null;

  connectedCallback() {
    this.#slider.setAttribute("aria-label", this.getAttribute("label"));
    this.#panel.append(this.#words, this.#slider, this.#audio, this.#sheet);
    this.append(this.#panel);
    this.#slider.addEventListener("input", () => this.#move());
    this.#follow();
    new MutationObserver(() => this.#follow()).observe(this.closest("live-fragment") ?? this, {
      childList: true,
      subtree: true,
    });
  }

  get #list() {
    return [...this.querySelectorAll("[data-list] > [data-epoch]")];
  }

  #move() {
    const entry = this.#list[this.#slider.value];
    const wasPlaying = !this.#audio.paused && !this.#audio.ended;
    this.#chosen = entry.dataset.epoch;
    this.#show(entry);
    if (wasPlaying) this.#audio.play(); // one slides, and listens
  }

  /** Take over what the server put in. */
  #follow() {
    const list = this.#list;
    this.#panel.hidden = !list.length;
    this.dataset.state = list.length ? "ready" : "empty";
    if (!list.length) return;
    const isPlaying = !this.#audio.paused && !this.#audio.ended;
    if (this.#chosen === null && isPlaying) this.#chosen = this.#shown;
    const found = list.findIndex((entry) => entry.dataset.epoch === this.#chosen);
    this.#slider.max = list.length - 1;
    this.#slider.value = found < 0 ? list.length - 1 : found;
    this.#show(list[this.#slider.value]);
  }

  #show({ dataset }) {
    const said = this.getAttribute("epoch").replace("{n}", dataset.epoch);
    const words = `${said}: ${dataset.words}`;
    if (this.#words.value !== words) this.#words.value = words;
    this.#slider.setAttribute("aria-valuetext", words);
    for (const line of document.querySelectorAll("[data-heard]")) {
      const isIt = line.dataset.heard === dataset.epoch;
      if (line.classList.contains("is-heard") !== isIt) line.classList.toggle("is-heard", isIt);
    }
    if (this.#shown === dataset.epoch) return;
    this.#shown = dataset.epoch;
    this.#audio.src = dataset.mp3 ?? dataset.ogg ?? "";
    this.#sheet.hidden = !dataset.score;
    if (dataset.score) this.#sheet.src = dataset.score;
    this.#sheet.alt = this.getAttribute("score").replace("{n}", dataset.epoch);
  }
}

function make(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

customElements.define("audition-player", AuditionPlayer);
