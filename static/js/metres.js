/**
 * What a metre says: how long its bar is, and where its beats fall.
 *
 * Lengths are in quarter notes. A compound metre is clicked in its eighths: who
 * plays 6/8 at a walk would lose the way between two dotted quarters.
 */
const [STRONG, MIDDLE, WEAK] = [2, 1, 0];

/** `3/4` as numbers. */
export function metreOf(text) {
  const [numerator, denominator] = text.split("/").map(Number);
  return { numerator, denominator };
}

export function barOf({ numerator, denominator }) {
  return (numerator * 4) / denominator;
}

export function beatOf({ denominator }) {
  return 4 / denominator;
}

/** How heavy beat `i` of a bar is, from 0 to 2. */
export function weightOf({ numerator, denominator }, i) {
  if (i === 0) return STRONG;
  const isCompound = denominator === 8 && numerator % 3 === 0;
  return isCompound && i % 3 === 0 ? MIDDLE : WEAK;
}
