import { createHash } from 'node:crypto';
import type { Random } from '../context.ts';

/** Lower-case letters and digits that are not mistaken for each other; legal in names and labels. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A new run's id: eight characters (40 bits), starting with a letter. */
export function newRunId(random: Random): string {
  return Array.from(random(8), (byte, index) => {
    const letters = index === 0 ? alphabet.slice(0, 23) : alphabet;
    return letters[byte % letters.length];
  }).join('');
}

/**
 * What differs from run to run. All of it follows from the run's id, so that a
 * run can be taken up again from its ledger, and nothing can be hard-coded.
 */
export class Seed {
  private drawn = 0;

  constructor(private readonly text: string) {}

  /** `count` bytes: SHA-256 of the text and a counter, block after block. */
  bytes(count: number): Buffer {
    const blocks: Buffer[] = [];
    for (let length = 0; length < count; length += 32) {
      this.drawn += 1;
      blocks.push(createHash('sha256').update(`${this.text}:${this.drawn}`).digest());
    }
    return Buffer.concat(blocks).subarray(0, count);
  }

  /** A whole number from `least` to `most`, both possible. */
  integer(least: number, most: number): number {
    return least + (this.bytes(4).readUInt32BE() % (most - least + 1));
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.integer(0, items.length - 1)] ?? items[0];
  }
}
