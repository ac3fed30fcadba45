import type { Table } from '../../disk/store.ts';
import type { FileChange, FileNode } from '../../guest/contract.ts';
import type { ServiceHost } from '../../services.ts';

/*
 * What guests have written to their disks: files as far as they differ from the image's, by
 * the id of the disk that holds them (or of the snapshot or image that was made of one).
 * A record is a line of JSON, that of the node without its content, and then the content.
 */

/** Opened once per service. */
export const diskFiles = ({ store }: Pick<ServiceHost, 'store'>): Table<Buffer> =>
  store.bytesTable('compute-disk-files');

/** Inside a change: keeps what a guest has changed. */
export function putFiles(files: Table<Buffer>, id: string, changes: readonly FileChange[]): void {
  for (const change of changes) {
    files.put(fileKey(id, change.path), change.removed ? GONE : encode(change.node));
  }
}

/** The changed files of a disk, in the order of their paths. */
export function* filesOf(files: Table<Buffer>, id: string): Iterable<FileChange> {
  const prefix = fileKey(id, '');
  for (const { key, value } of files.below(prefix)) {
    const path = Buffer.from(key).subarray(prefix.length).toString();
    if (value.length === 0) yield { path, removed: true };
    else yield { path, node: decode(Buffer.from(value)) };
  }
}

/** Inside a change: what a disk holds becomes what another holds, too. */
export function copyFiles(files: Table<Buffer>, from: string, to: string): void {
  const prefix = fileKey(from, '');
  // Read wholly first: the copies may lie within the range that is read.
  const all = [...files.below(prefix)].map(({ key, value }) => ({
    path: Buffer.from(key).subarray(prefix.length).toString(),
    value: Buffer.from(value),
  }));
  for (const { path, value } of all) files.put(fileKey(to, path), value);
}

/** Inside a change: a disk is deleted, and its files with it. */
export function dropFiles(files: Table<Buffer>, id: string): void {
  const prefix = fileKey(id, '');
  const keys = [...files.below(prefix)].map(({ key }) => Buffer.from(key));
  for (const key of keys) files.remove(key);
}

/** A file of the image that the disk has no longer. */
const GONE = Buffer.alloc(0);

function encode(node: FileNode): Buffer {
  const { content, ...head } = node.type === 'file' ? node : { ...node, content: undefined };
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), content ?? GONE]);
}

function decode(bytes: Buffer): FileNode {
  const end = bytes.indexOf(0x0a);
  const head = JSON.parse(bytes.subarray(0, end).toString()) as FileNode;
  if (head.type !== 'file') return head;
  return { ...head, content: new Uint8Array(bytes.subarray(end + 1)) };
}

/** LMDB's keys end at 1978 bytes; no path in a guest is longer than 1024. */
const fileKey = (id: string, path: string): Buffer => Buffer.from(`${id}\0${path}`);
