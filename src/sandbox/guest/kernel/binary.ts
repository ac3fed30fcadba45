/**
 * What the file of a program contains: the beginning of an ELF header, as `file` and
 * `head -c4` expect it, and the name of the program that the kernel runs for it. So a copy
 * of /usr/bin/ls under another name still lists, and a removed file is a removed command.
 */
const MAGIC = '\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00\x3e\x00';
const MARK = '\x00.program\x00';

export function binaryOf(program: string): Uint8Array {
  return Buffer.from(`${MAGIC}${MARK}${program}\x00`, 'latin1');
}

/** The program that an executable file runs; undefined if it is no binary of this machine. */
export function programOf(content: Uint8Array): string | undefined {
  if (content[0] !== 0x7f || content.length > 512) return undefined;
  const text = Buffer.from(content).toString('latin1');
  if (!text.startsWith(MAGIC + MARK)) return undefined;
  return text.slice(MAGIC.length + MARK.length, -1);
}
