/**
 * Keeps the parts of a page fresh that the server changes, until it says that all is final.
 *
 *   <live-region src="…?fragment=1" data-every="1">
 *     <section data-part="status" data-version="…">…</section>
 *   </live-region>
 *   <p data-live-words role="status"></p>
 *
 * The server's HTML is the state. A part is put in only when its version differs
 * from the one on the page, and while nothing in it is heard; what lies between the
 * parts is never touched. A last fragment that says data-reload has the page loaded anew.
 */
class LiveRegion extends HTMLElement {
  #timer;
  #stage = "";

  connectedCallback() {
    this.#stage = this.querySelector("[data-stage]")?.dataset.stage ?? "";
    this.#wait();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  #wait() {
    const seconds = Number(this.dataset.every) || 1;
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
    if (!fresh?.hasAttribute("data-final")) return this.#wait();
    if (fresh.hasAttribute("data-reload")) location.reload();
  }

  #show(fresh) {
    for (const part of fresh.querySelectorAll("[data-part]")) {
      const old = this.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!old || old.dataset.version === part.dataset.version) continue;
      const isHeard = [...old.querySelectorAll("audio")].some((sound) => !sound.paused);
      if (!isHeard) swap(old, part);
    }
    const stage = this.querySelector("[data-stage]");
    // Only a change of stage is spoken: a count that runs would never be silent.
    if (!stage) return;
    const isNew = stage.dataset.stage !== this.#stage;
    this.#stage = stage.dataset.stage;
    this.#say(isNew ? stage.textContent.trim() : null);
  }

  /** Speak to who listens; trouble is shown to who looks, too. Null ends trouble, and no more. */
  #say(words, isTrouble = false) {
    const place = document.querySelector("[data-live-words]");
    if (!place || (words === null && place.classList.contains("visually-hidden"))) return;
    place.classList.toggle("visually-hidden", !isTrouble);
    place.classList.toggle("notices", isTrouble);
    if (place.textContent !== (words ?? "")) place.textContent = words ?? "";
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
  const held = [...old.querySelectorAll("a, button, summary")].indexOf(document.activeElement);
  old.replaceWith(fresh);
  if (held < 0) return;
  const places = fresh.querySelectorAll("a, button, summary");
  (places[held] ?? places[0] ?? fresh).focus({ preventScroll: true });
}

customElements.define("live-region", LiveRegion);
