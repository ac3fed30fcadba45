/** The digits in what was written: `1 3`, `1,3` and `13` are the same. */
export function digitsIn(written: string): number[] {
  return [...written.matchAll(/\d/g)].map(([digit]) => Number(digit));
}

/** The number of a key from 1 to `most`; undefined for every other key. */
export function digitUpTo(most: number, typed: string): number | undefined {
  const digit = /^\d$/.test(typed) ? Number(typed) : 0;
  return digit >= 1 && digit <= most ? digit : undefined;
}

/** True if these are numbers from 1 to `most`, each at most once. */
export function areDistinct(digits: readonly number[], most: number): boolean {
  return (
    digits.every((digit) => digit >= 1 && digit <= most) && new Set(digits).size === digits.length
  );
}
