/**
 * The last take, until the window is closed; and how late this visitor's keys arrive, for good.
 *
 * A page that is left and come back to, or an upload that is refused, costs no playing.
 */
import { Take } from "./take.js";

const [TAKE, LATENCY] = ["take", "latency-ms"];

export function keepTake(take) {
  keep(() => sessionStorage.setItem(TAKE, JSON.stringify(take)));
}

export function keptTake() {
  const kept = keep(() => JSON.parse(sessionStorage.getItem(TAKE)));
  return kept ? Take.from(kept) : null;
}

export function keepLatency(ms) {
  keep(() => localStorage.setItem(LATENCY, ms));
}

export function keptLatency() {
  return keep(() => localStorage.getItem(LATENCY));
}

/** Storage may be shut: then nothing is remembered, and the page works. */
function keep(act) {
  try {
    return act();
  } catch {
    return null;
  }
}
