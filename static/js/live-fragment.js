/**
 * Keeps what a worker is at fresh, until it is final.
 *
 *   <live-fragment src="/pieces/…/?fragment=1" gone="…" offline="…">
 *     <section data-part="score" data-version="…">…</section>
 *   </live-fragment>
 *   <p data-live-words role="status"></p>
 *
 * The server's HTML is the state. A part is put in only when its version differs
 * from the one on the page, so a score is not loaded twice and a sound that
 * plays is not cut off.
 */
const FIRST_S = 0.3;
const STEPS = [
  { until: 5, every: 0.3 },
  { until: 30, every: 1 },
  { until: Infinity, every: 3 },
];

/** Seconds until the next question, `waited` seconds after the first. */
export function pause(waited) {
  return STEPS.find((step) => waited < step.until).every;
}

export class LiveFragment extends HTMLElement {
  #timer;
  #began;
  #stage = "";
  #inTrouble = false;

  connectedCallback() {
    this.#began = performance.now();
    this.#stage = this.querySelector("[data-stage]")?.dataset.stage ?? "";
    this.#wait(FIRST_S);
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  #wait(seconds) {
    this.#timer = setTimeout(() => this.#ask(), seconds * 1000);
  }

  async #ask() {
    let fresh = null;
    try {
      const answer = await fetch(this.getAttribute("src"), { cache: "no-store" });
      if (answer.status === 404) return this.#say(this.getAttribute("gone"), true);
      if (answer.ok) fresh = parse(await answer.text());
    } catch {
      this.#say(this.getAttribute("offline"), true); // and ask again: a network comes back
    }
    if (!this.isConnected) return;
    if (fresh) this.#show(fresh);
    if (!fresh?.hasAttribute("data-final")) {
      this.#wait(pause((performance.now() - this.#began) / 1000));
    }
  }

  #show(fresh) {
    for (const part of fresh.querySelectorAll("[data-part]")) {
      const old = this.querySelector(`[data-part="${part.dataset.part}"]`);
      if (old && old.dataset.version !== part.dataset.version) swap(old, part);
    }
    const stage = this.querySelector("[data-stage]");
    if (!stage) return;
    // Only a change of stage is spoken: a count that runs would never be silent.
    if (stage.dataset.stage !== this.#stage) {
      this.#stage = stage.dataset.stage;
      this.#say(stage.textContent.trim());
    } else if (this.#inTrouble) this.#say("");
  }

  /** Speak to who listens; trouble is shown to who looks, too. */
  #say(words, isTrouble = false) {
    const place = document.querySelector("[data-live-words]");
    if (!place) return;
    this.#inTrouble = isTrouble;
    place.classList.toggle("visually-hidden", !isTrouble);
    place.classList.toggle("notices", isTrouble);
    if (place.textContent !== words) place.textContent = words;
  }
}

function parse(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector("[data-fragment]");
}

/** Put `part` in the place of `old`; who stood in the old part stays in the new one. */
function swap(old, part) {
  const held = old.contains(document.activeElement);
  const fresh = document.importNode(part, true);
  old.replaceWith(fresh);
  if (!held) return;
  const place = fresh.querySelector("a, button, h2, p") ?? fresh;
  if (!place.matches("a, button")) place.tabIndex = -1;
  place.focus({ preventScroll: true });
}

customElements.define("live-fragment", LiveFragment);
