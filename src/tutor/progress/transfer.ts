/**
 * Progress as one file that can be carried to another computer. The digest in
 * it is over everything else in a canonical form (keys sorted, no white space),
 * so that any change of what it says is noticed, while a tool may format it anew.
 * It proves damage and careless edits; who wants to cheat can compute it anew.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { UserError } from '../../errors.ts';
import { currentFormat, type Progress } from './format.ts';
import { readProgress } from './migrate.ts';

const envelope = z.looseObject({ cloudlab: z.literal('progress'), digest: z.string() });

export function toTransfer(progress: Progress, now: Date): string {
  const content = { cloudlab: 'progress', exportedAt: now.toISOString(), progress };
  return `${JSON.stringify({ ...content, digest: digestOf(content) }, null, 2)}\n`;
}

/**
 * @param path where the bytes come from, for the words of an error
 * @throws UserError `transfer-unusable`, `progress-newer`
 */
export function fromTransfer(bytes: Uint8Array, path: string): Progress {
  const refuse = (why: 'not-json' | 'not-progress' | 'changed' | 'damaged') =>
    new UserError('transfer-unusable', { path, why, reason: undefined });
  const value = parse(decode(bytes));
  if (value === undefined) throw refuse('not-json');
  const parsed = z.safeParse(envelope, value);
  if (!parsed.success) throw refuse(isExport(value) ? 'changed' : 'not-progress');
  const { digest, ...content } = parsed.data;
  if (digest !== digestOf(content)) throw refuse('changed');
  const reading = readProgress(content['progress']);
  if (reading.kind === 'read') return reading.progress;
  if (reading.kind === 'damaged') throw refuse('damaged');
  throw new UserError('progress-newer', { path, found: reading.format, supported: currentFormat });
}

/** True for bytes that say of themselves to be an export, sound or not. */
export function claimsToBeTransfer(bytes: Uint8Array): boolean {
  return isExport(parse(decode(bytes)));
}

function isExport(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'cloudlab' in value && 'progress' in value;
}

/** UTF-8; or UTF-16, as which PowerShell writes what `export -` prints. A byte order mark may stand before it. */
function decode(bytes: Uint8Array): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function digestOf(content: unknown): string {
  return `sha256:${createHash('sha256').update(canonical(content)).digest('hex')}`;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`;
}
