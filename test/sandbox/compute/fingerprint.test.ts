import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkFingerprint, fingerprintOf } from '../../../src/sandbox/compute/fingerprint.ts';

it('a fingerprint is taken in both alphabets of base64, and no other is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (value, other) => {
      const fingerprint = fingerprintOf(value);
      const urlSafe = fingerprint.replaceAll('+', '-').replaceAll('/', '_');
      checkFingerprint('tags', value, fingerprint);
      checkFingerprint('tags', value, urlSafe);
      for (const given of ['', undefined, fingerprint.slice(0, 4)]) {
        expect(() => checkFingerprint('tags', value, given)).toThrow('tags fingerprint');
      }
      if (JSON.stringify(value) === JSON.stringify(other)) return;
      expect(() => checkFingerprint('tags', other, fingerprint)).toThrow('tags fingerprint');
    }),
  );
});
