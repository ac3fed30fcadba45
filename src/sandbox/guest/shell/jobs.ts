import { type Process, SIGNALS } from '../kernel/processes.ts';

export interface Job {
  readonly id: number;
  readonly process: Process;
  /** As typed. */
  readonly text: string;
  /** Its end was told. */
  told: boolean;
}

/** The jobs of one shell. */
export class Jobs {
  readonly #jobs: Job[] = [];

  add(process_: Process, text: string): Job {
    const id = Math.max(0, ...this.#jobs.map((job) => job.id)) + 1;
    const job = { id, process: process_, text, told: false };
    this.#jobs.push(job);
    // A shell that starts thousands does not keep all of them.
    const ended = this.#jobs.findIndex((one) => one.process.end);
    if (this.#jobs.length > 256 && ended >= 0) this.#jobs.splice(ended, 1);
    return job;
  }

  all(): readonly Job[] {
    return this.#jobs;
  }

  remove(job: Job): void {
    const at = this.#jobs.indexOf(job);
    if (at >= 0) this.#jobs.splice(at, 1);
  }

  /** `%1`, `%%`, `%+`, `%-`, `%name`, or a pid. */
  find(spec: string | undefined): Job | undefined {
    const running = this.#jobs;
    if (spec === undefined || spec === '%' || spec === '%%' || spec === '%+') return running.at(-1);
    if (spec === '%-') return running.at(-2) ?? running.at(-1);
    if (/^%\d+$/.test(spec)) return running.find((job) => job.id === Number(spec.slice(1)));
    if (/^\d+$/.test(spec)) return running.find((job) => job.process.pid === Number(spec));
    if (spec.startsWith('%')) return running.find((job) => job.text.startsWith(spec.slice(1)));
    return undefined;
  }

  /** Those that ended and were not told of yet; they are jobs no more. */
  takeFinished(): Job[] {
    const finished = this.#jobs.filter((job) => job.process.end);
    for (const job of finished) this.remove(job);
    return finished;
  }

  /** A line of `jobs`: `[1]+  Running                 sleep 300 &`. */
  line(job: Job, options: { pid?: boolean } = {}): string {
    const alive = this.#jobs.filter((one) => one !== job || !one.process.end);
    const mark = job === alive.at(-1) ? '+' : job === alive.at(-2) ? '-' : ' ';
    const pid = options.pid ? `${job.process.pid} ` : '';
    const state = stateOf(job.process).padEnd(options.pid ? 22 : 24);
    return `[${job.id}]${mark}  ${pid}${state}${job.text}${job.process.end ? '' : ' &'}\n`;
  }
}

function stateOf(process_: Process): string {
  const { end } = process_;
  if (!end) return process_.state === 'T' ? 'Stopped' : 'Running';
  if (end.signal) return DEATHS[end.signal] ?? `Signal ${SIGNALS[end.signal]}`;
  return end.code === 0 ? 'Done' : `Exit ${end.code}`;
}

const DEATHS: Readonly<Record<string, string>> = {
  HUP: 'Hangup',
  INT: 'Interrupt',
  KILL: 'Killed',
  TERM: 'Terminated',
};
