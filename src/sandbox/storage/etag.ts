/**
 * Etags as Cloud Storage makes them: the base64 of a tiny protocol buffer, field 1
 * (and 2) holding the version numbers. Clients treat them as opaque, but a learner
 * who decodes one here and one on GCP sees the same thing.
 */

/** Field 1 = metageneration. */
export function bucketEtag(metageneration: number): string {
  return Buffer.from([0x08, ...varint(metageneration)]).toString('base64');
}

/** Field 1 = generation, field 2 = metageneration. */
export function objectEtag(generation: number, metageneration: number): string {
  const bytes = [0x08, ...varint(generation), 0x10, ...varint(metageneration)];
  return Buffer.from(bytes).toString('base64');
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return bytes;
}
