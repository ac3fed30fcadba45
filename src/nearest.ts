import leven from 'leven';

/**
 * The candidate that was probably meant: at most a third of the letters wrong,
 * and at least one mistake allowed.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.ceil(word.length / 3));
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = leven(word.toLowerCase(), candidate.toLowerCase());
    // A word of one letter is as near to any other of one letter.
    if (
      distance <= limit &&
      distance < word.length &&
      distance < (best?.distance ?? Number.POSITIVE_INFINITY)
    ) {
      best = { candidate, distance };
    }
  }
  return best?.candidate;
}
