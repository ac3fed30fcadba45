/**
 * The items in an order that depends on the seed alone, each order as likely
 * as any other (Fisher and Yates; numbers from Mulberry32).
 */
export function shuffle<Item>(items: readonly Item[], seed: number): Item[] {
  const shuffled = [...items];
  const next = randomNumbers(seed);
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = Math.floor(next() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other] as Item, shuffled[last] as Item];
  }
  return shuffled;
}

/** A seed that a text always gives: FNV-1a. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}

/** Numbers from 0 up to, not including, 1. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same, but never in the order in which they come: that order would give the answer away. */
export function shuffleAway<Item>(items: readonly Item[], seed: number): Item[] {
  const shuffled = shuffle(items, seed);
  const [first] = shuffled;
  if (items.length < 2 || first === undefined) return shuffled;
  const same = shuffled.every((item, index) => item === items[index]);
  return same ? [...shuffled.slice(1), first] : shuffled;
}
