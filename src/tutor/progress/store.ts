import { reasonOf, UserError } from '../../errors.ts';
import { type Home, prepareHome } from '../../home.ts';
import { makeDirectory } from '../../make-directory.ts';
import { currentFormat, emptyProgress, type Progress } from './format.ts';
import { readProgressText } from './migrate.ts';
import { Versions } from './versions.ts';

/** A damaged version of the file, and where it is now. */
export interface Damage {
  readonly path: string;
  /** True where an older version could be read in its place. */
  readonly replaced: boolean;
}

/** What one version says, with its number and the format in which it was written. */
interface Kept {
  readonly number: number;
  readonly format: number;
  readonly progress: Progress;
}

/** So often another process may be faster; each time one of them has got its change written. */
const patience = 10_000;

/** Progress on the disk: read, and changed without losing what other processes change. */
export class ProgressStore {
  private readonly versions: Versions;

  /** @param onDamage told of each damaged version, once, after it was set aside */
  constructor(
    private readonly home: Home,
    private readonly onDamage: (damage: Damage) => void,
  ) {
    this.versions = new Versions(home.progress);
  }

  /**
   * @throws UserError `progress-newer`, `progress-unreadable`; nothing is changed then
   */
  read(): Progress {
    return this.readNewest()?.progress ?? emptyProgress();
  }

  /**
   * Applies a change to what is on the disk now; returns once it is there.
   *
   * @param change may be called again where another process was faster, and may then find itself made
   * @throws UserError as `read`, and `home-unusable`, `data-newer`, `progress-unwritable`
   */
  update(change: (progress: Progress) => Progress): Progress {
    prepareHome(this.home);
    try {
      makeDirectory(this.home.progress);
      for (let attempt = 0; attempt < patience; attempt += 1) {
        const number = this.versions.next();
        const kept = this.readNewest();
        const progress = change(kept?.progress ?? emptyProgress());
        if (kept !== undefined && kept.format < currentFormat) {
          this.versions.backUp(kept.number, `format-${kept.format}`);
        }
        if (this.versions.add(number, `${JSON.stringify(progress)}\n`)) return progress;
      }
      throw new Error('other processes change it all the time');
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw unwritable(this.home, error);
    }
  }

  /** Where damaged versions lie, this time's and those of before, until somebody removes them. */
  setAside(): string[] {
    return this.versions.setAsideBefore();
  }

  /** Copies the newest version to a name under which it stays; undefined where there is none. */
  backUp(name: string): string | undefined {
    const kept = this.readNewest();
    try {
      return kept && this.versions.backUp(kept.number, name);
    } catch (error) {
      throw unwritable(this.home, error);
    }
  }

  /** The newest version, and a path for something that is made of it and stays; undefined where there is none. */
  readFor(name: string): { readonly progress: Progress; readonly path: string } | undefined {
    const kept = this.readNewest();
    return kept && { progress: kept.progress, path: this.versions.backUpPath(kept.number, name) };
  }

  private readNewest(): Kept | undefined {
    const damaged: number[] = [];
    const found = this.findReadable(damaged);
    for (const number of damaged) {
      this.onDamage({ path: this.versions.setAside(number), replaced: found !== undefined });
    }
    return found;
  }

  private findReadable(damaged: number[]): Kept | undefined {
    const path = this.home.progress;
    try {
      for (const { number, text } of this.versions.newestFirst()) {
        const reading = readProgressText(text);
        if (reading.kind === 'read') return { number, ...reading };
        if (reading.kind === 'newer') {
          const details = { path, found: reading.format, supported: currentFormat };
          throw new UserError('progress-newer', details);
        }
        damaged.push(number);
      }
      return undefined;
    } catch (error) {
      if (error instanceof UserError) throw error;
      const details = { path, reason: reasonOf(error) };
      throw new UserError('progress-unreadable', details, { cause: error });
    }
  }
}

export function unwritable(home: Home, error: unknown): UserError {
  const details = { path: home.progress, reason: reasonOf(error) };
  return new UserError('progress-unwritable', details, { cause: error });
}
