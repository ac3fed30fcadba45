/**
 * A guest is what runs inside a VM: an operating system as far as a learner can see it.
 * This file is what the rest of the sandbox knows of it. Compute Engine starts and stops
 * guests and decides what reaches them; the SSH server opens sessions in them. A guest
 * knows nothing of either: all that it can reach is in its `GuestHost`.
 *
 * Every guest runs in a worker thread of its own, started when somebody needs it (a
 * startup script, a session, a request to its web server) and ended when it is idle, with
 * bounds on memory and time. Whatever a learner runs in it, the sandbox goes on.
 */

/** The machine that an operating system finds itself on. */
export interface GuestMachine {
  /** Such as `web-1`. */
  hostname: string;
  /** What follows it in its full name: that of internal DNS, unless the VM was given another. */
  domain: string;
  /** Family of the image that the boot disk was made from: `debian-12`, `ubuntu-2404-lts`... */
  imageFamily: string;
  projectId: string;
  /** Such as `asia-northeast3-a`. */
  zone: string;
  /** As /proc/cpuinfo and `nproc` show them. */
  vcpus: number;
  memoryMb: number;
  /** Such as `Intel Broadwell`. */
  cpuPlatform: string;
  disks: readonly GuestDisk[];
  interfaces: readonly GuestInterface[];
}

export interface GuestDisk {
  /** Such as `persistent-disk-0`: below /dev/disk/by-id it is `google-` and this. */
  deviceName: string;
  sizeGb: number;
  boot: boolean;
}

/** A network interface as the guest sees it: an external address is not on it, NAT is outside. */
export interface GuestInterface {
  /** Such as `ens4`. */
  name: string;
  mac: string;
  /** Internal IPv4 address; the guest is told it with a /32 mask, as on GCP. */
  address: string;
  gateway: string;
  mtu: number;
}

/** A user who may log in, as the guest agent makes them from the metadata's `ssh-keys`. */
export interface GuestUser {
  name: string;
}

/** What a guest is given. Everything that leaves it goes through here. */
export interface GuestHost {
  /** The sandbox's time. */
  now(): Date;
  randomBytes(size: number): Uint8Array;
  /**
   * An HTTP request from inside, to the metadata server, to another VM or to anywhere else.
   * Where it may go is decided outside, by the VPC network. Rejects with `GuestNetworkError`.
   */
  request(request: GuestRequest): Promise<GuestResponse>;
  /** Text for the serial port 1: boot messages, what startup scripts print. */
  serial(text: string): void;
  /** Changes of the boot disk's files, to be kept; called at the latest when a session ends. */
  persist(changes: readonly FileChange[]): void;
  /** The TCP ports on which programs inside listen by now (22 among them), after each change. */
  listening(ports: readonly number[]): void;
  /** `poweroff`, `reboot` or a kernel that gave up (`panic`), asked for by somebody inside. */
  power(action: 'off' | 'reboot' | 'panic', reason: string): void;
  /** Takes what an operator of the sandbox should know, a line each. */
  log(line: string): void;
}

export interface GuestRequest {
  method: string;
  /** `http` or `https`, host and port in it. */
  url: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: Uint8Array;
  /** The address of the interface that it leaves by. */
  from: string;
  /** What the program inside waits at most. */
  timeoutMs: number;
}

export interface GuestResponse {
  status: number;
  statusText: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: Uint8Array;
}

/** Why a connection did not come about, as a program inside learns of it. */
export type GuestNetworkFault = 'timeout' | 'refused' | 'unresolved' | 'unreachable' | 'reset';

/** How files differ from the image's, kept with the boot disk: the whole new state of a path. */
export type FileChange =
  | { path: string; removed: true }
  | { path: string; removed?: never; node: FileNode };

/** A file, folder or link on a disk. Times are milliseconds since 1970. */
export type FileNode = { mode: number; uid: number; gid: number; mtime: number } & (
  | { type: 'file'; content: Uint8Array }
  | { type: 'folder' }
  | { type: 'link'; target: string }
);

/** One session in a guest: what SSH calls a channel. */
export interface SessionOptions {
  user: string;
  /** A terminal, where the client asked for one. */
  pty?: { term: string; columns: number; rows: number };
  /** What to run instead of the login shell. */
  command?: string;
  /** What the client wants in the environment, as far as the guest accepts it (LANG, LC_*). */
  env?: Readonly<Record<string, string>>;
  /** Where the client comes from: SSH_CONNECTION, `who`, the log. */
  from: { address: string; port: number };
}

export interface GuestSession {
  /**
   * Bytes from the client: keys where there is a terminal, standard input otherwise. As long
   * as a returned promise is pending, the client is held back.
   */
  write(bytes: Uint8Array): void | Promise<void>;
  /** The client sends no more. */
  end(): void;
  resize(columns: number, rows: number): void;
  /** `INT`, `TERM`, `HUP`..., as SSH names them. */
  signal(name: string): void;
  /** Ends everything that runs in it. */
  close(): void;
  /**
   * What it prints; `done` is to be called when the bytes went on, and as long as that is
   * not so, the guest holds back more.
   */
  onOutput(take: (stream: 'stdout' | 'stderr', bytes: Uint8Array, done: () => void) => void): void;
  /** Resolves when it is over: 0 to 255, or the signal that ended it. */
  readonly ended: Promise<{ code: number; signal?: string }>;
}

/** The files of a guest as one of its users may use them: what SFTP needs. Rejects with GuestFileError. */
export interface GuestFiles {
  realpath(path: string): Promise<string>;
  stat(path: string): Promise<GuestStat>;
  lstat(path: string): Promise<GuestStat>;
  list(path: string): Promise<{ name: string; stat: GuestStat }[]>;
  read(path: string): Promise<Uint8Array>;
  write(path: string, content: Uint8Array, mode?: number): Promise<void>;
  makeFolder(path: string, mode?: number): Promise<void>;
  removeFolder(path: string): Promise<void>;
  remove(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  readLink(path: string): Promise<string>;
  makeLink(target: string, path: string): Promise<void>;
  setAttributes(
    path: string,
    attributes: { mode?: number; uid?: number; gid?: number; mtime?: number; size?: number },
  ): Promise<void>;
}

export interface GuestStat {
  type: 'file' | 'folder' | 'link';
  mode: number;
  uid: number;
  gid: number;
  size: number;
  mtime: number;
  /** Names, for long listings. */
  owner: string;
  group: string;
}

/** Rejections of `GuestFiles`: `code` is that of errno. */
export interface GuestFileError extends Error {
  code: 'ENOENT' | 'EACCES' | 'EEXIST' | 'ENOTDIR' | 'EISDIR' | 'ENOTEMPTY' | 'ENOSPC' | 'EINVAL';
}

/** A running guest. */
export interface Guest {
  /** The users of the metadata's `ssh-keys`: made where they are missing, nobody is removed. */
  setUsers(users: readonly GuestUser[]): Promise<void>;
  /** All that are attached by now; the running machine sees them come and go. */
  setDisks(disks: readonly GuestDisk[]): Promise<void>;
  openSession(options: SessionOptions): Promise<GuestSession>;
  files(user: string): GuestFiles;
  /** An HTTP request from outside that the VPC network let through to one of its ports. */
  serve(port: number, request: GuestRequest): Promise<GuestResponse>;
  /** Tells services to stop, ends sessions, persists; resolves when the machine may be switched off. */
  shutdown(): Promise<void>;
  /** Pulls the plug. What was not persisted is lost. */
  kill(): Promise<void>;
}

/** What the guest of a VM that starts is made of. */
export interface GuestBoot {
  machine: GuestMachine;
  users: readonly GuestUser[];
  /** The boot disk's files as far as they differ from the image's. */
  files: () => Iterable<{ path: string; node: FileNode } | { path: string; removed: true }>;
  /** Run as root once it is up, its output on the serial port; undefined if there is none. */
  startupScript?: string;
  /** The built worker program (`dist/guest/worker.js`): its path on this machine. */
  program: string;
  host: GuestHost;
}

/**
 * Starts a guest: boot messages, services that are enabled, the startup script. Resolves once
 * sessions can be opened, which is before the startup script has ended.
 */
export type StartGuest = (boot: GuestBoot) => Promise<Guest>;
