import { PassThrough, Writable } from 'node:stream';
import xterm from '@xterm/headless';
import type { Lesson } from '../../src/content/compiled.ts';
import type { Context } from '../../src/context.ts';
import { loadMessages } from '../../src/i18n/messages.ts';
import type { Settings } from '../../src/settings.ts';
import { Terminal } from '../../src/terminal/terminal.ts';
import type { Search } from '../../src/tutor/finding.ts';
import type { Learning } from '../../src/tutor/learning.ts';
import { playLesson, type Visit } from '../../src/tutor/player.ts';
import { forgetfulLearning } from './forgetful.ts';

export interface Seat {
  readonly columns?: number;
  readonly rows?: number;
  readonly plain?: boolean;
  readonly language?: 'en' | 'ko';
  readonly learning?: Learning;
  readonly search?: Search;
}

type Play = (context: Context) => Promise<unknown>;

/**
 * Somebody in front of a terminal: keys go in, and what is written is
 * interpreted as a real terminal would. The system's line editing, which is on
 * until raw mode is, is played too: it echoes.
 */
export class Learner {
  /** Everything written, with its escape codes. */
  written = '';
  /** Each change of raw mode. */
  readonly rawModes: boolean[] = [];
  readonly interrupts: (() => void)[] = [];
  /** Called when the shell lets the program go on. */
  readonly resumptions: (() => void)[] = [];
  /** How often the program has stopped itself. */
  suspensions = 0;
  private readonly screen: xterm.Terminal;
  private readonly stdin = new PassThrough();
  private readonly stdout: NodeJS.WriteStream;
  private isRaw = false;
  private now = 0;
  private readonly playing: Promise<void>;
  private outcome: { error?: unknown } | undefined;

  /** Sits down before a lesson. */
  static open(lesson: Lesson, start: Visit['start'], seat: Seat = {}): Promise<Learner> {
    const { learning = forgetfulLearning(), search } = seat;
    return Learner.sit((context) => playLesson(context, lesson, { start, learning, search }), seat);
  }

  /** Sits down before anything that is played on a terminal. */
  static async sit(play: Play, seat: Seat = {}): Promise<Learner> {
    const learner = new Learner(play, seat, await loadMessages(seat.language ?? 'en'));
    await learner.settle();
    return learner;
  }

  private constructor(play: Play, seat: Seat, say: Context['say']) {
    const { columns = 80, rows = 200 } = seat;
    this.screen = new xterm.Terminal({
      cols: columns,
      rows,
      scrollback: 10_000,
      allowProposedApi: true,
      convertEol: true,
    });
    this.stdout = this.stream();
    this.resize(columns, rows);
    const stdin = Object.assign(this.stdin, {
      isTTY: true,
      setRawMode: (mode: boolean) => {
        this.isRaw = mode;
        this.rawModes.push(mode);
        return this.stdin;
      },
    });
    const streams = {
      stdin: stdin as unknown as NodeJS.ReadStream,
      stdout: this.stdout,
      stderr: this.stdout,
    };
    const options = { json: false, plain: seat.plain ?? false, noColour: false, verbose: false };
    const context = {
      terminal: new Terminal(streams, {} as Settings, options),
      say,
      host: {
        random: (bytes: number) => new Uint8Array(bytes).fill(7),
        clock: { elapsed: () => this.now },
        job: {
          suspend: () => {
            this.suspensions += 1;
          },
          onResumed: (handler: () => void) => {
            this.resumptions.push(handler);
            return () => this.resumptions.splice(this.resumptions.indexOf(handler), 1);
          },
        },
        interrupts: {
          listen: (handler: () => void) => {
            this.interrupts.push(handler);
            return () => this.interrupts.splice(this.interrupts.indexOf(handler), 1);
          },
        },
      },
    } as unknown as Context;
    this.playing = play(context).then(
      () => {
        this.outcome = {};
      },
      (error) => {
        this.outcome = { error };
      },
    );
  }

  /** Types; a second passes afterwards. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      if (!this.isRaw) this.screen.write(key);
      this.stdin.write(key);
      await this.settle();
      this.now += 1000;
    }
  }

  /** Presses a key while the player is busy, and does not wait for it. */
  strike(key: string): void {
    this.stdin.write(key);
  }

  /** What the kernel does when the other side of the terminal is closed, or Ctrl-D in line mode. */
  async hangUp(): Promise<void> {
    this.stdin.end();
    await this.settle();
  }

  resize(columns: number, rows: number): void {
    Object.assign(this.stdout, { columns, rows });
    this.screen.resize(columns, rows);
    this.stdout.emit('resize');
  }

  /** Everything on the screen and scrolled off it, without spaces at line ends. */
  async text(): Promise<string> {
    await new Promise<void>((resolve) => this.screen.write('', resolve));
    const { active } = this.screen.buffer;
    const lines: string[] = [];
    for (let row = 0; row < active.length; row += 1) {
      lines.push(active.getLine(row)?.translateToString(true) ?? '');
    }
    return lines.join('\n').trimEnd();
  }

  /** The line on which the cursor stands. */
  async prompt(): Promise<string> {
    return (await this.text()).split('\n').at(-1) ?? '';
  }

  /** Resolves with what the player threw, or undefined; fails where it still plays. */
  async end(): Promise<unknown> {
    await this.settle();
    if (this.outcome === undefined) throw new Error(`still playing:\n${await this.text()}`);
    await this.playing;
    return this.outcome.error;
  }

  /** Waits until the player waits for the learner, or is done. */
  private async settle(): Promise<void> {
    for (let quiet = 0, before = ''; quiet < 5; quiet += 1) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      const isWaiting = this.outcome !== undefined || /(> |: )[^\n\r]*$/.test(this.written);
      if (!isWaiting || this.written !== before) quiet = 0;
      before = this.written;
    }
  }

  private stream(): NodeJS.WriteStream {
    const stream = new Writable({
      decodeStrings: false,
      write: (chunk: string, _encoding, done) => {
        this.written += chunk;
        this.screen.write(chunk, done);
      },
    });
    return Object.assign(stream, { isTTY: true }) as unknown as NodeJS.WriteStream;
  }
}

const text = (content: string) => ({ kind: 'text', text: content }) as const;
const paragraph = (content: string) => ({ kind: 'paragraph', content: [text(content)] }) as const;

/** Two short sections, a long one, two questions. */
export const lesson: Lesson = {
  id: 'storage',
  language: 'en',
  title: 'Object storage',
  summary: 'Where files live',
  minutes: 5,
  mission: 'create-bucket',
  asOf: '2026-11-20',
  goals: [],
  sections: [
    { id: 'one', title: 'First', blocks: [paragraph('The first text.')] },
    { id: 'two', title: 'Second', blocks: [paragraph('둘째 글이에요.')] },
    {
      id: 'three',
      title: 'Third',
      blocks: Array.from({ length: 12 }, (_, index) => paragraph(`Paragraph ${index + 1}.`)),
    },
  ],
  questions: [
    {
      id: 'q1',
      type: 'single',
      section: 'one',
      prompt: [text('Which?')],
      options: [
        { id: 'a', text: [text('Option A')], correct: false, why: [text('A tempts.')] },
        { id: 'b', text: [text('Option B')], correct: true, why: [text('B because.')] },
        { id: 'c', text: [text('Option C')], correct: false, why: [text('C tempts.')] },
      ],
    },
    {
      id: 'q2',
      type: 'single',
      section: 'one',
      prompt: [text('And now?')],
      options: [
        { id: 'a', text: [text('Option D')], correct: true, why: [text('D because.')] },
        { id: 'b', text: [text('Option E')], correct: false, why: [text('E tempts.')] },
        { id: 'c', text: [text('Option F')], correct: false, why: [text('F tempts.')] },
      ],
    },
  ],
};
