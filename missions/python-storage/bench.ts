import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import {
  type CheckResult,
  fail,
  type Inspect,
  type ProgramRun,
  type Workbench,
} from '../../src/missions/define.ts';
import type { Trial } from './trial.ts';
import type { LearnersFile, World } from './world.ts';

/** What is known of a program: each part is found out once, when it is asked for. */
export interface Evidence {
  /** On the object that the learner has uploaded. */
  first(): Promise<Trial>;
  /** On one that nobody has seen; undefined where it did well there too. */
  unseen(): Promise<CheckResult | undefined>;
}

/** How a task's program is run. */
export interface Benchmarks {
  file(world: World): LearnersFile;
  first(world: World, inspect: Inspect, path: string): Promise<Trial>;
  /** @param time how often this has been asked in this run: each time with something else */
  unseen(
    world: World,
    inspect: Inspect,
    path: string,
    time: number,
  ): Promise<CheckResult | undefined>;
}

/** Keeps what came of each content of a file, so that a check can be asked at any time. */
export class Bench {
  private readonly known = new WeakMap<World, { digest: string; evidence: Evidence }>();
  private times = 0;

  constructor(private readonly how: Benchmarks) {}

  /** What came of the program as it is now; or why there is nothing to run. */
  look(world: World, inspect: Inspect): Evidence | CheckResult {
    const { path, starter } = this.current(world);
    const source = read(path);
    if (source === undefined) return fail('program-missing', path, '-');
    if (source.trim() === starter.trim()) return fail('program-untouched', path, 'starter');
    const digest = createHash('sha256').update(source).digest('hex');
    const known = this.known.get(world);
    if (known?.digest === digest) return known.evidence;
    const { how } = this;
    const evidence: Evidence = {
      first: once(() => how.first(world, inspect, path)),
      unseen: once(() => {
        this.times += 1;
        return how.unseen(world, inspect, path, this.times);
      }),
    };
    this.known.set(world, { digest, evidence });
    return evidence;
  }

  /** The file that counts: cloudlab's solution where it has done the task. */
  current(world: World): { readonly path: string; readonly starter: string } {
    const { path, solutionPath, starter } = this.how.file(world);
    return { path: read(solutionPath)?.trim() ? solutionPath : path, starter };
  }

  /** Cloudlab does the task: the learner's file stays as it is. */
  solve(world: World, source: string): void {
    writeFileSync(this.how.file(world).solutionPath, source);
  }

  get workbench(): Workbench<World> {
    return {
      file: (world) => this.how.file(world).path,
      run: async (world, inspect): Promise<ProgramRun | undefined> => {
        this.solve(world, '');
        this.known.delete(world);
        const evidence = this.look(world, inspect);
        return 'ok' in evidence ? undefined : (await evidence.first()).run;
      },
    };
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** What failed to be found out, because nobody answered, is asked again. */
function once<Result>(find: () => Promise<Result>): () => Promise<Result> {
  let found: Promise<Result> | undefined;
  return () => {
    found ??= find().catch((error) => {
      found = undefined;
      throw error;
    });
    return found;
  };
}
