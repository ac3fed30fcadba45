/**
 * The ledger of a mission run: one JSON object a line, appended and flushed to
 * the disk before anything else happens. What may exist at the provider is on
 * the disk before the call that could create it, so that after a crash at any
 * moment the ledger names everything that may be left. A line torn by the
 * crash itself can only be the last one, and then its call was never made.
 */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import * as z from 'zod/mini';
import { addressOf, type Resource } from '../cloud/resource.ts';
import type { Service, TargetRecord } from '../cloud/target.ts';
import type { Host } from '../context.ts';
import { reasonOf, UserError } from '../errors.ts';
import type { Home } from '../home.ts';
import { addUpGuided, type GuidedState } from './ledger-guided.ts';
import {
  type GuidedLine,
  type LedgerLine,
  type LedgerStart,
  lineSchema,
  type NewLine,
} from './ledger-lines.ts';

export type { LedgerLine, LedgerStart } from './ledger-lines.ts';

/** What the lines add up to. */
export interface LedgerState {
  readonly start: LedgerStart;
  readonly path: string;
  /** May exist: intended and not known to be deleted. In the order of the intents. */
  readonly open: readonly Resource[];
  /** Known to have been created in this run. */
  readonly created: readonly Resource[];
  readonly removed: readonly Resource[];
  /** Left on purpose (`--keep`): nobody is working on it any more. */
  readonly kept: boolean;
  /** Everything is known to be gone. */
  readonly ended: boolean;
  /** Who works on it, or was the last to do so. */
  readonly worker: Worker;
  /** What is known of a run that somebody does by hand. */
  readonly guided?: GuidedState;
}

/** A process, and since when it has its id. */
export interface Worker {
  readonly pid: number;
  readonly host: string;
  readonly at: string;
}

/** Appends one line and returns when it is on the disk. */
export type Append = (path: string, line: string) => void;

/**
 * The real thing: append, fsync, close. What could not be written whole is
 * taken back, so that the file ends with a complete line; a nearly full disk
 * accepts a part of a line without an error.
 */
export const appendToDisk: Append = (path, line) => {
  const descriptor = openSync(path, 'a', 0o600);
  try {
    const { size } = fstatSync(descriptor);
    const bytes = Buffer.from(line);
    try {
      const written = writeSync(descriptor, bytes);
      if (written < bytes.length) throw new Error('no space left on the disk');
    } catch (error) {
      ftruncateSync(descriptor, size);
      throw error;
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

/** The ledger of one run, open for writing. */
export class Ledger {
  private readonly lines: LedgerLine[];

  private constructor(
    readonly path: string,
    lines: readonly LedgerLine[],
    private readonly host: Pick<Host, 'clock'>,
    private readonly append: Append,
  ) {
    this.lines = [...lines];
  }

  /** Begins the ledger of a new run; nothing has been created yet. */
  static begin(
    home: Home,
    host: Pick<Host, 'clock' | 'pid' | 'hostname'>,
    run: { id: string; mission: string; target: TargetRecord; services: readonly Service[] },
    append: Append = appendToDisk,
  ): Ledger {
    const ledger = new Ledger(join(home.ledgers, `${run.id}.jsonl`), [], host, append);
    ledger.write({
      event: 'start',
      format: 1,
      run: run.id,
      mission: run.mission,
      target: run.target,
      services: [...run.services],
      pid: host.pid,
      host: host.hostname,
    });
    return ledger;
  }

  /** Opens the ledger of an earlier run to finish it. */
  static reopen(path: string, host: Pick<Host, 'clock'>, append: Append = appendToDisk): Ledger {
    const text = readFileSync(path, 'utf8');
    const complete = text.slice(0, text.lastIndexOf('\n') + 1);
    // The next line must not be glued to half of another.
    if (complete.length < text.length) truncateSync(path, Buffer.byteLength(complete));
    return new Ledger(path, readLines(path), host, append);
  }

  intend(resource: Resource): void {
    this.write({ event: 'intent', resource });
  }

  created(resource: Resource): void {
    this.write({ event: 'created', address: addressOf(resource) });
  }

  /** It exists although the process that intended it could not say so any more. */
  found(resource: Resource): void {
    if (!this.knowsCreated(resource)) this.created(resource);
  }

  /** True where the call that created it is known to have succeeded. */
  knowsCreated(resource: Resource): boolean {
    const address = addressOf(resource);
    return this.state.created.some((known) => addressOf(known) === address);
  }

  deleting(resource: Resource): void {
    this.write({ event: 'deleting', address: addressOf(resource) });
  }

  deleted(resource: Resource): void {
    this.write({ event: 'deleted', address: addressOf(resource) });
  }

  foreign(resource: Resource): void {
    this.write({ event: 'foreign', address: addressOf(resource) });
  }

  /** The learner has made it in another place than was asked for: it is the run's all the same. */
  misplaced(resource: Resource): void {
    this.intend(resource);
    this.write({ event: 'misplaced', address: addressOf(resource) });
  }

  keep(): void {
    this.write({ event: 'kept' });
  }

  /** One more line of a run that is done by hand. */
  note(line: GuidedLine): void {
    this.write(line);
  }

  end(verdict: string, survivors: readonly Resource[]): void {
    this.write({ event: 'end', verdict, survivors: survivors.map(addressOf) });
  }

  get state(): LedgerState {
    return addUp(this.path, this.lines);
  }

  private write(line: NewLine): void {
    const complete = { ...line, at: this.host.clock.now().toISOString() } as LedgerLine;
    try {
      this.append(this.path, `${JSON.stringify(complete)}\n`);
    } catch (error) {
      throw new UserError(
        'ledger-unwritable',
        { path: this.path, reason: reasonOf(error) },
        { cause: error },
      );
    }
    this.lines.push(complete);
  }
}

/** The ledgers on this machine, newest first, and what is wrong with those that cannot be read. */
export interface Ledgers {
  readonly readable: readonly LedgerState[];
  readonly unreadable: readonly UserError[];
}

/** Reads all ledgers; a damaged one does not keep the others from being cleaned up after. */
export function readLedgers(home: Home): Ledgers {
  const readable: LedgerState[] = [];
  const unreadable: UserError[] = [];
  for (const path of ledgerPaths(home)) {
    try {
      const lines = readLines(path);
      // A crash before the first line was complete: no call had been made.
      if (lines.length > 0) readable.push(addUp(path, lines));
    } catch (error) {
      unreadable.push(
        error instanceof UserError
          ? error
          : new UserError('ledger-unreadable', { path, line: 1 }, { cause: error }),
      );
    }
  }
  readable.sort((one, other) => other.start.at.localeCompare(one.start.at));
  return { readable, unreadable };
}

function ledgerPaths(home: Home): string[] {
  try {
    return readdirSync(home.ledgers)
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => join(home.ledgers, name));
  } catch (error) {
    // Nothing was ever run here; or the home is not even a directory, which others report.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

/** Ledgers of finished runs that are kept, for who wants to look something up. */
const keptLedgers = 100;

/** Removes the oldest ledgers of finished runs; one that names something left is never removed. */
export function forgetOldLedgers(home: Home): void {
  if (ledgerPaths(home).length <= keptLedgers) return;
  const finished = readLedgers(home).readable.filter((state) => state.ended);
  for (const { path } of finished.slice(keptLedgers)) rmSync(path, { force: true });
}

function readLines(path: string): LedgerLine[] {
  const texts = completeLines(readFileSync(path, 'utf8'));
  const lines = texts.map((text, index) => {
    const parsed = z.safeParse(lineSchema, parseJson(text));
    if (parsed.success) return parsed.data;
    throw new UserError('ledger-unreadable', { path, line: index + 1 });
  });
  const [start] = lines;
  const named = start?.event === 'start' && basename(path) === `${start.run}.jsonl`;
  if (lines.length > 0 && !named) throw new UserError('ledger-unreadable', { path, line: 1 });
  return lines;
}

/** A line counts once its line end is on the disk; what follows the last one was torn by a crash. */
function completeLines(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function addUp(path: string, lines: readonly LedgerLine[]): LedgerState {
  const open = new Map<string, Resource>();
  const known = new Map<string, Resource>();
  const created = new Map<string, Resource>();
  const removed = new Map<string, Resource>();
  const start = lines[0] as LedgerStart;
  let worker: Worker = start;
  let ended = false;
  let kept = false;
  for (const line of lines) {
    switch (line.event) {
      case 'intent': {
        const address = addressOf(line.resource);
        known.set(address, line.resource);
        open.set(address, line.resource);
        removed.delete(address);
        break;
      }
      case 'created':
        move(line.address, known, created);
        break;
      case 'deleted':
        open.delete(line.address);
        if (created.has(line.address)) move(line.address, known, removed);
        break;
      case 'foreign':
        open.delete(line.address);
        break;
      case 'resumed':
        worker = line;
        break;
      case 'kept':
        kept = true;
        break;
      case 'end':
        ended = line.survivors.length === 0;
        break;
    }
  }
  const guided = addUpGuided(lines);
  return {
    start,
    path,
    open: [...open.values()],
    created: [...created.values()],
    removed: [...removed.values()],
    kept,
    ended,
    worker: { pid: worker.pid, host: worker.host, at: worker.at },
    ...(guided !== undefined && { guided }),
  };
}

function move(address: string, from: Map<string, Resource>, to: Map<string, Resource>): void {
  const resource = from.get(address);
  if (resource !== undefined) to.set(address, resource);
}
