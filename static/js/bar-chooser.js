/**
 * Chooses bars of an engraved score: one by a click, several by dragging over them, or by
 * a second click with Shift held.
 *
 * What is chosen is told by an event, and marked in every edition on the page:
 *
 *   new CustomEvent("bars-chosen", { bubbles: true, detail: { from: 9, to: 12 } })
 *
 * Bars have the numbers that are printed. "bars-let-go" says that none is chosen any more,
 * and "bars-stretched", with the same detail, over which the hand is that still drags: it is
 * for the marks alone, so that nothing else moves under the hand.
 * A finger that drags scrolls, and taps; chosen-bars.js has steps for it.
 */
const FAR = 6; // pixels: less is a click with an unsteady hand
const OVER = 30; // how far the mark of a chosen bar stands out of the staves
const SVG = "http://www.w3.org/2000/svg";

export class BarChooser {
  #score;
  #timeline;
  #first;
  #from = null; // the bar that the pointer went down in, and where
  #anchor = null; // the bar of the last click, from which Shift reaches
  #isDrag = false;
  #drawn = null; // from where to where the drag goes so far
  #gone = new AbortController();

  constructor(score, timeline) {
    this.#score = score;
    this.#timeline = timeline;
    this.#first = Number(score.getAttribute("first-bar"));
    const { signal } = this.#gone;
    score.addEventListener("pointerdown", (event) => this.#begin(event), { signal });
    document.addEventListener("pointermove", (event) => this.#stretch(event), { signal });
    document.addEventListener("pointerup", () => this.#let(), { signal });
    document.addEventListener("pointercancel", () => this.#let(), { signal });
    score.addEventListener("dragstart", (event) => event.preventDefault(), { signal });
    // A drag ends in a click, which then plays nothing.
    score.addEventListener("click", (event) => this.#isDrag && event.stopImmediatePropagation(), { capture: true, signal });
    for (const name of ["bars-chosen", "bars-stretched"]) {
      document.addEventListener(name, (event) => this.#mark(event.detail), { signal });
    }
    document.addEventListener("bars-let-go", () => this.#clear(), { signal });
  }

  end() {
    this.#gone.abort();
  }

  /** Choose the bar at a place of a page. */
  choose(page, x, y) {
    this.#anchor = this.#timeline.bar(page, x, y);
    if (this.#anchor) this.#tell(this.#anchor, this.#anchor);
  }

  /** Choose all bars from the one that was clicked last to the one at a place. */
  reach(page, x, y) {
    const bar = this.#timeline.bar(page, x, y);
    this.#anchor ??= bar;
    if (bar) this.#tell(this.#anchor, bar);
  }

  #begin(event) {
    this.#isDrag = false;
    this.#drawn = null;
    if (event.pointerType === "touch" || event.button !== 0 || !isAsked()) return;
    const bar = this.#under(event);
    this.#from = bar && { bar, x: event.clientX, y: event.clientY };
  }

  #stretch(event) {
    if (!this.#from) return;
    this.#isDrag ||= Math.hypot(event.clientX - this.#from.x, event.clientY - this.#from.y) > FAR;
    const bar = this.#isDrag && this.#under(event);
    if (!bar || bar === this.#drawn?.at(-1)) return;
    this.#drawn = [this.#from.bar, bar];
    this.#tell(...this.#drawn, "bars-stretched");
  }

  /** The hand is off the score: now it is said what was chosen. */
  #let() {
    if (this.#from && this.#drawn) this.#tell(...this.#drawn);
    this.#from = this.#drawn = null;
  }

  #tell(one, other, name = "bars-chosen") {
    if (!isAsked()) return;
    const numbers = [one, other].map((bar) => this.#first + this.#timeline.bars.indexOf(bar));
    const detail = { from: Math.min(...numbers), to: Math.max(...numbers) };
    this.#score.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }

  #clear() {
    for (const old of this.#score.querySelectorAll(".marks__chosen, .marks__frame")) old.remove();
  }

  /** A tint on each bar, and one frame around those that stand together. */
  #mark({ from, to }) {
    this.#clear();
    const pages = this.#score.querySelectorAll(".marks");
    const chosen = this.#timeline.bars.slice(Math.max(0, from - this.#first), (to ?? from) - this.#first + 1);
    for (const bar of chosen) pages[bar.page]?.prepend(box("marks__chosen", bar));
    for (const line of lines(chosen)) pages[line.page]?.append(box("marks__frame", line));
  }

  /** The bar under a pointer; null where no music is near. */
  #under(event) {
    const sheet = document.elementFromPoint(event.clientX, event.clientY)?.closest(".sheet");
    const marks = this.#score.contains(sheet) && sheet?.querySelector(".marks");
    return marks ? this.#timeline.bar(...onPage(this.#score, marks, event)) : null;
  }
}

/** The page of `marks`, and where on it a pointer is, in the page's own units. */
export function onPage(score, marks, { clientX, clientY }) {
  const box = marks.getBoundingClientRect();
  const { width, height } = marks.viewBox.baseVal;
  const page = [...score.querySelectorAll(".marks")].indexOf(marks);
  return [page, ((clientX - box.left) / box.width) * width, ((clientY - box.top) / box.height) * height];
}

/** Whether there is anything that chosen bars are for. */
function isAsked() {
  return document.querySelector("bars-form") !== null;
}

/** What bars cover, one box a system. */
function lines(bars) {
  const found = [];
  for (const { page, x, y, sx, sy } of bars) {
    const line = found.at(-1);
    if (line?.page === page && Math.abs(line.y - y) < sy / 2) line.sx = x + sx - line.x;
    else found.push({ page, x, y, sx, sy });
  }
  return found;
}

function box(name, { x, y, sx, sy }) {
  const rect = document.createElementNS(SVG, "rect");
  const values = { class: name, x, y: y - OVER, width: sx, height: sy + 2 * OVER };
  for (const [name, value] of Object.entries(values)) rect.setAttribute(name, value);
  return rect;
}
