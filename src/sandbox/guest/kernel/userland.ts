import type { GuestMachine } from '../contract.ts';
import type { Kernel } from './kernel.ts';
import type { Program } from './programs.ts';

/** All that stands above the kernel: which files an image has, its programs and services. */
export interface Userland {
  /** Loaded when the first program runs or is looked for. */
  readonly programs: readonly Program[];
  /**
   * The files of an image, parents before children. It is asked at each start of a worker, so
   * large contents are functions. Unknown families get the one that is nearest.
   */
  image(machine: GuestMachine): Iterable<ImageEntry>;
  /** Fills /proc, /sys and /dev, at each start of a worker: `kernel.fs.live(...)`. */
  mount(kernel: Kernel): void;
  /** Boot messages on the serial port, init and its services, which are processes of the kernel. */
  boot(kernel: Kernel): Promise<void>;
  /** The same machine goes on after hibernation: processes again as `kernel.state` has them. */
  resume(kernel: Kernel): Promise<void>;
  /** Whether services have work of their own going on, so that the worker must not hibernate. */
  busy(kernel: Kernel): boolean;
  /** A line for the system's log: what the kernel's side of a service says. */
  log(
    kernel: Kernel,
    entry: { unit: string; identifier: string; pid: number; message: string },
  ): void;
  /** Stops services in order. */
  shutdown(kernel: Kernel): Promise<void>;
}

/** A file of an image. Owner root and the time of the image's making by default. */
export type ImageEntry = {
  readonly path: string;
  /** By default 0644, folders and programs 0755. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtime?: number;
} & (
  | { readonly content: string | Uint8Array | (() => string | Uint8Array) }
  | { readonly folder: true }
  | { readonly link: string }
  /** The binary of a program of this name. */
  | { readonly program: string }
);
