/**
 * Where on the page a moment is, and which moment a place is.
 *
 * Made from positions.json: `segments`, each where something is struck, and
 * `bars`, both with page, x, y, sx, sy in the page's own units, and `seconds`.
 */
const HEAD = 15; // half a note head: the cursor stands in its middle
const NEAR = 5; // two places on one system differ by less, in y
const EARLY_S = 0.002; // a sound that was sent to an onset may say it is a breath before
const AGAIN_S = 0.6; // so far into a bar, one bar back is its beginning

export class Timeline {
  constructor({ segments, bars }) {
    this.bars = inOrder(bars);
    this.places = inOrder(segments).filter((place, i, all) => place.seconds !== all[i - 1]?.seconds);
  }

  /** The place of a moment: page, x, and the bar it lies in. `stepped`, it waits on each note. */
  at(seconds, { stepped = false } = {}) {
    const i = Math.max(0, last(this.places, seconds + EARLY_S));
    const bar = this.bars[Math.max(0, last(this.bars, seconds + EARLY_S))];
    const [from, to] = [this.places[i], this.places[i + 1]];
    if (stepped || !to || seconds <= from.seconds) return { page: from.page, x: from.x + HEAD, bar };
    const share = Math.min(1, (seconds - from.seconds) / (to.seconds - from.seconds));
    const own = this.bars[Math.max(0, last(this.bars, from.seconds + EARLY_S))];
    const end = onOneLine(from, to) ? to.x + HEAD : own.x + own.sx;
    return { page: from.page, x: from.x + HEAD + share * (end - from.x - HEAD), bar: bar.page === from.page && onOneLine(bar, from) ? bar : own };
  }

  /** The moment that is struck nearest to a place; null where no music is near. */
  near(page, x, y) {
    const bar = this.bar(page, x, y);
    if (!bar) return null;
    const inside = this.places.filter((place) => place.page === page && onOneLine(place, bar) && place.x >= bar.x - HEAD && place.x <= bar.x + bar.sx);
    return inside.length ? nearest(inside, (place) => Math.abs(place.x + HEAD - x)).seconds : bar.seconds;
  }

  /** The bar at a place; null where no music is near. */
  bar(page, x, y) {
    const line = this.bars.filter((bar) => bar.page === page).map((bar) => [apart(y, bar.y, bar.y + bar.sy), bar]);
    const least = Math.min(...line.map(([distance]) => distance));
    const bars = line.filter(([distance, bar]) => distance === least && distance < bar.sy / 2).map(([, bar]) => bar);
    return bars.length ? nearest(bars, (one) => apart(x, one.x, one.x + one.sx)) : null;
  }

  /** The moment one bar, or one note, before (-1) or after (1). */
  step(seconds, direction, { byNote = false } = {}) {
    const stops = byNote ? this.places : this.bars;
    const i = Math.max(0, last(stops, seconds + EARLY_S)); // before an upbeat, too
    if (direction > 0) return (stops[i + 1] ?? stops[stops.length - 1]).seconds;
    const stays = !byNote && seconds - (stops[i]?.seconds ?? 0) > AGAIN_S;
    return (stops[stays ? i : i - 1] ?? stops[0]).seconds;
  }
}

function inOrder(places) {
  return places.toSorted((a, b) => a.seconds - b.seconds);
}

/** The number of the last of `places` that is not after `seconds`; -1 where all are. */
function last(places, seconds) {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places[middle].seconds <= seconds) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function onOneLine(a, b) {
  return a.page === b.page && Math.abs(a.y - b.y) < NEAR;
}

function apart(value, low, high) {
  return Math.max(low - value, 0, value - high);
}

function nearest(things, distance) {
  return things.reduce((best, one) => (distance(one) < distance(best) ? one : best));
}
