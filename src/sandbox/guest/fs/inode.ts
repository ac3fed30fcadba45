/** Permission bits with setuid (04000), setgid (02000) and sticky (01000); no type bits. */
export type Mode = number;

interface Common {
  readonly ino: number;
  mode: Mode;
  uid: number;
  gid: number;
  /** Milliseconds since 1970. */
  mtime: number;
  /** How many names it has. */
  links: number;
  /** Comes from the image and was not changed: costs the disk nothing and is not persisted. */
  base: boolean;
}

export interface FileInode extends Common {
  readonly type: 'file';
  /** A function for files of the image until somebody writes to them. */
  content: Uint8Array | (() => Uint8Array | string);
}

export interface FolderInode extends Common {
  readonly type: 'folder';
  readonly entries: Map<string, Inode>;
  /** Entries that come and go by themselves, such as /proc/<pid>; asked before `entries`. */
  readonly live?: LiveEntries;
}

export interface LinkInode extends Common {
  readonly type: 'link';
  readonly target: string | ((who: LiveReader) => string);
}

/** A file of /proc, /sys or /dev: nothing of it is stored. */
export interface DeviceInode extends Common {
  readonly type: 'device';
  readonly device: Device;
}

export type Inode = FileInode | FolderInode | LinkInode | DeviceInode;

/** Who reads a live file: /proc/self and /dev/tty depend on it. */
export interface LiveReader {
  readonly uid: number;
  readonly pid: number;
}

export interface Device {
  /** `c` for devices; `-` for texts as in /proc. */
  readonly kind: '-' | 'c' | 'b';
  /** Shown by `ls -l` instead of the size. */
  readonly numbers?: readonly [major: number, minor: number];
  /** What one read gives; of endless ones a piece. */
  read(who: LiveReader): Uint8Array | string;
  /** Never at its end, as /dev/zero. */
  readonly endless?: true;
  /** Without it, writing fails with EACCES. */
  write?(bytes: Uint8Array, who: LiveReader): void;
}

export interface LiveEntries {
  list(): string[];
  find(name: string): Inode | undefined;
}

export interface FileStat {
  readonly type: Inode['type'];
  readonly ino: number;
  readonly mode: Mode;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly links: number;
  readonly device?: Device;
}

export function isEndless(device: Device | undefined): boolean {
  return device?.endless ?? false;
}
