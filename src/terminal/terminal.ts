import type { Host } from '../context.ts';
import type { Settings } from '../settings.ts';
import { choosePaint, type Paint } from './colour.ts';
import { knowsHyperlinks } from './hyperlinks.ts';

/** Below this nothing can be laid out; a narrower terminal is drawn as this wide and wraps by itself. */
const narrowest = 20;
/** What a pipe, or a terminal that does not know its size, is laid out for. */
const assumed = 80;
/** Longer lines are tiring to read, however wide the window is. */
const widest = 96;

export interface TerminalOptions {
  readonly json: boolean;
  readonly plain: boolean;
  readonly noColour: boolean;
  readonly verbose: boolean;
}

/**
 * Where everything printed goes through. Results are printed on stdout,
 * chatter on stderr; a reader that has gone away (`| head -1`) ends the
 * printing but never the work.
 */
export class Terminal {
  readonly paint: Paint;
  readonly json: boolean;
  readonly verbose: boolean;
  /** Append-only output and numbered prompts, for screen readers: `--plain` or ACCESSIBLE=1. */
  readonly plain: boolean;
  /** A person sits at both ends, so that questions can be asked. */
  readonly interactive: boolean;
  /** Lines may be redrawn in place. */
  readonly animated: boolean;
  /** A link can be put behind its text. */
  readonly linked: boolean;
  readonly streams: Host['streams'];

  constructor(streams: Host['streams'], settings: Settings, options: TerminalOptions) {
    this.streams = streams;
    const { stdin, stdout, stderr } = streams;
    this.paint = choosePaint(settings, stdout.isTTY === true, options.noColour);
    this.json = options.json;
    this.verbose = options.verbose;
    this.plain = options.plain || settings.ACCESSIBLE === '1';
    this.interactive = !options.json && stdin.isTTY === true && stdout.isTTY === true;
    this.animated =
      this.interactive &&
      !this.plain &&
      stderr.isTTY === true &&
      (stderr.columns ?? 0) >= narrowest &&
      settings.TERM !== 'dumb';
    this.linked = this.animated && knowsHyperlinks(settings);
  }

  /** Columns to lay out for; read anew at each use, since windows are resized. */
  get columns(): number {
    const actual = this.streams.stdout.columns ?? 0;
    if (actual <= 0) return assumed;
    return Math.min(Math.max(actual, narrowest), widest);
  }

  /** One result, with its line end. */
  print(text = ''): void {
    this.streams.stdout.write(`${text}\n`);
  }

  /** One line of chatter: progress, advice, warnings. Silent under `--json`. */
  note(text = ''): void {
    if (!this.json) this.streams.stderr.write(`${text}\n`);
  }

  /** One line for `--verbose` only. */
  detail(text: string): void {
    if (this.verbose) this.streams.stderr.write(`${this.paint.faint(text)}\n`);
  }

  /** The one object that `--json` prints. */
  printJson(value: unknown): void {
    this.streams.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }
}
