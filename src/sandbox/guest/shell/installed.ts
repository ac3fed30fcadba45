import type { BashFs } from '../fs/bash-fs.ts';
import { INSIDE } from './builtins.ts';

/** just-bash's commands, as far as the image has their files: `tree` is there once it is installed. */
export class InstalledCommands extends Map<string, unknown> {
  readonly #fs: BashFs;

  constructor(commands: ReadonlyMap<string, unknown>, fs: BashFs) {
    super();
    for (const [name, command] of commands) this.set(name, command);
    this.#fs = fs;
  }

  /** Whether just-bash brings it along, installed or not. */
  brought(name: string): boolean {
    return super.has(name);
  }

  override has(name: string): boolean {
    if (!super.has(name)) return false;
    if (INSIDE.has(name) || this.#fs.builtin === name) return true;
    return this.#fs.view.exists(`/usr/bin/${name}`);
  }

  override get(name: string): unknown {
    return this.has(name) ? super.get(name) : undefined;
  }
}
