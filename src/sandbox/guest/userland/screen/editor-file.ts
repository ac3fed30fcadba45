import { errorText, SystemError } from '../../kernel/errors.ts';
import type { ProgramIo } from '../../kernel/programs.ts';
import { Failure } from '../program.ts';
import { TextBuffer } from './text-buffer.ts';

/** The file that an editor has open. */
export class EditorFile {
  readonly #io: ProgramIo;
  path: string;
  readonly isNew: boolean;
  readonly buffer: TextBuffer;

  /** @throws Failure where there is something that is no text to edit */
  constructor(io: ProgramIo, path: string) {
    this.#io = io;
    this.path = path;
    this.isNew = path === '' || !io.fs.exists(path);
    if (!this.isNew && io.fs.stat(path).type === 'folder') {
      throw new Failure(`${io.name.split('/').at(-1)}: ${path} is a directory`);
    }
    if (!this.isNew && io.fs.read(path).length > MOST_BYTES) {
      throw new Failure(`${io.name.split('/').at(-1)}: ${path} is too large for this editor`);
    }
    this.buffer = new TextBuffer(this.isNew ? '' : io.fs.readText(path));
  }

  get isWritable(): boolean {
    return this.isNew || this.#io.fs.may('w', this.path);
  }

  /** @returns why it could not be written; undefined once it is */
  save(path = this.path): string | undefined {
    try {
      this.#io.fs.write(path, this.buffer.text);
    } catch (error) {
      if (error instanceof SystemError) return errorText(error);
      throw error;
    }
    this.path = path;
    this.buffer.changed = false;
    return undefined;
  }
}

const MOST_BYTES = 4 * 1024 * 1024;
