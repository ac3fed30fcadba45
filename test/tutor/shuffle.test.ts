import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seedOf, shuffle } from '../../src/tutor/shuffle.ts';

it('keeps every item, leaves the list alone, and repeats itself for a seed', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
      const before = [...items];
      const shuffled = shuffle(items, seed);
      expect(items).toEqual(before);
      expect(shuffled.toSorted()).toEqual(items.toSorted());
      expect(shuffle(items, seed)).toEqual(shuffled);
    }),
  );
});

it('puts the right answer into each place about as often as into any other', () => {
  const places = [0, 0, 0, 0];
  for (let seed = 0; seed < 4000; seed += 1) {
    const place = shuffle(['right', 'a', 'b', 'c'], seed ^ seedOf('rename-folder')).indexOf(
      'right',
    );
    places[place] = (places[place] ?? 0) + 1;
  }
  // 1000 each; the standard deviation is 27.
  for (const count of places) expect(Math.abs(count - 1000)).toBeLessThan(140);
});
