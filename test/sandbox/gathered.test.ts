import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Gathered } from '../../src/sandbox/gathered.ts';

test('what was gathered is what came, in order, in few parts', () => {
  const part = fc.uint8Array({ maxLength: 3 }).map((bytes) => Buffer.from(bytes));
  const parts = fc.array(part, { maxLength: 2000, size: 'max' });
  fc.assert(
    fc.property(parts, parts, (first, second) => {
      const gathered = new Gathered();
      for (const batch of [first, second]) {
        for (const one of batch) gathered.add(one);
        const whole = Buffer.concat(batch);
        expect(gathered.size).toBe(whole.length);
        const taken = gathered.take();
        expect(Buffer.concat(taken).equals(whole)).toBe(true);
        expect(taken.length).toBeLessThanOrEqual(256 + batch.length / 256);
        expect(gathered.size).toBe(0);
      }
    }),
    { numRuns: 50 },
  );
});
