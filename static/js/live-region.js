/**
 * Keeps a region fresh while a worker is at it.
 *
 *   <live-region src="/rehearsals/…/?fragment=1">
 *     <section data-part="status" data-version="…">…</section>
 *   </live-region>
 *
 * The server's HTML is the state: a part is put in only where its version differs, so a
 * sound that plays is not cut off. Asking ends with a fragment that says data-final; where
 * that one says data-reload the page is loaded anew, for what else it has to offer.
 */
const FIRST_S = 0.5;
const NEXT_S = 1;

class LiveRegion extends HTMLElement {
  #timer;

  connectedCallback() {
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
      if (answer.status === 404) return;
      if (answer.ok) fresh = parse(await answer.text());
    } catch {
      // A network comes back: ask again.
    }
    if (!this.isConnected) return;
    if (fresh) this.#show(fresh);
    if (!fresh?.hasAttribute("data-final")) return this.#wait(NEXT_S);
    if (fresh.hasAttribute("data-reload")) location.reload();
  }

  #show(fresh) {
    for (const part of fresh.querySelectorAll("[data-part]")) {
      const old = this.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!old || old.dataset.version === part.dataset.version) continue;
      // What somebody listens to stays as it is.
      if ([...old.querySelectorAll("audio")].some((sound) => !sound.paused)) continue;
      old.replaceWith(document.importNode(part, true));
    }
  }
}

function parse(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector("[data-fragment]");
}

customElements.define("live-region", LiveRegion);
