/** The etag of the so-manieth revision of something: eight bytes in base64, as Google's are. */
export function etagOf(revision: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeUIntBE(revision, 2, 6);
  bytes[0] = 7;
  return bytes.toString('base64');
}
