/**
 * Keeps what a worker is at fresh, until it is final.
 *
 *   <live-fragment src="/pieces/…/?fragment=1" gone="…" offline="…">
 *     <section data-part="score" data-version="…">…</section>
 *   </live-fragment>
 *   <p data-live-words role="status"></p>
 *
 * The server's HTML is the state. A part is put in only when its version differs
 * from the one on the page, and while nothing in it is heard, so a score is not
 * loaded twice and a sound that plays is not cut off. A last fragment that says
 * data-reload has the page loaded anew, for what else it then has to offer.
 */
const PLACES = "a, button, summary"; // where one stands
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
    const isShown = fresh && this.#show(fresh);
    if (!isShown || !fresh.hasAttribute("data-final")) {
      return this.#wait(pause((performance.now() - this.#began) / 1000));
    }
    if (fresh.hasAttribute("data-reload")) location.reload();
  }

  /** Put in what is new, but for what is being heard; say whether that was all. */
  #show(fresh) {
    let isAll = true;
    for (const part of fresh.querySelectorAll("[data-part]")) {
      const old = this.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!old || old.dataset.version === part.dataset.version) continue;
      const isHeard = [...old.querySelectorAll("audio")].some((sound) => !sound.paused);
      if (isHeard) isAll = false;
      else swap(old, part);
    }
    this.#tell(this.querySelector("[data-stage]"));
    return isAll;
  }

  /** Speak of a new stage alone: a count that runs would never be silent. */
  #tell(stage) {
    if (stage && stage.dataset.stage !== this.#stage) {
      this.#stage = stage.dataset.stage;
      this.#say(stage.textContent.trim());
    } else if (this.#inTrouble) this.#say("");
  }

  /** Speak to who listens; trouble is shown to who looks, too. */
  #say(words, isTrouble = false) {
    const place = document.querySelector("[data-live-words]");
    if (!place || words === null) return;
    this.#inTrouble = isTrouble;
    place.classList.toggle("visually-hidden", !isTrouble);
    place.classList.toggle("notices", isTrouble);
    if (place.textContent !== words) place.textContent = words;
  }
}

function parse(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector("[data-fragment]");
}

/** Put `part` in the place of `old`; what was open stays open, and who stood in it stays in it. */
function swap(old, part) {
  const fresh = document.importNode(part, true);
  const opened = [...old.querySelectorAll("details")].map((one) => one.open);
  fresh.querySelectorAll("details").forEach((one, i) => (one.open = opened[i] ?? one.open));
  const isHeld = old.contains(document.activeElement);
  const held = [...old.querySelectorAll(PLACES)].indexOf(document.activeElement);
  old.replaceWith(fresh);
  if (!isHeld) return;
  const place = fresh.querySelectorAll(PLACES)[held] ?? fresh.querySelector("a, button, h2, p") ?? fresh;
  if (!place.matches(PLACES)) place.tabIndex = -1;
  place.focus({ preventScroll: true });
}

customElements.define("live-fragment", LiveFragment);
