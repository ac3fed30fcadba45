import { keyOf, type Look } from './guide.ts';

/**
 * Decides what of the looks that nobody asked for is worth a word. A task that is just not begun
 * is none, nor what was said already; and what may be half of a change is looked at once more
 * before it is called a mistake.
 */
export class News {
  /** How a task looked when it could first be done: as nobody has touched it. */
  private readonly untouched = new Map<string, string>();
  private readonly told = new Map<string, string>();
  private suspected = new Map<string, string>();

  /**
   * @param settled nothing has changed for a moment
   * @returns those to be told now, and whether another look should follow once things have settled
   */
  of(
    looks: ReadonlyMap<string, Look>,
    settled: boolean,
  ): { readonly tell: readonly string[]; readonly doubtful: boolean } {
    const tell: string[] = [];
    const suspected = new Map<string, string>();
    for (const [task, look] of looks) {
      const key = keyOf(look);
      const first = this.untouched.get(task);
      if (first === undefined) {
        this.untouched.set(task, key);
        this.told.set(task, key);
      } else if (key === first) this.told.set(task, key);
      else if (key !== this.told.get(task)) {
        if (settled && this.suspected.get(task) === key) {
          tell.push(task);
          this.told.set(task, key);
        } else suspected.set(task, key);
      }
    }
    this.suspected = suspected;
    return { tell, doubtful: suspected.size > 0 };
  }

  /** What somebody has asked for and was told. */
  asked(looks: ReadonlyMap<string, Look>): void {
    for (const [task, look] of looks) {
      const key = keyOf(look);
      if (!this.untouched.has(task)) this.untouched.set(task, key);
      this.told.set(task, key);
    }
  }

  /** To be done again: what it looks like by now was told. */
  reopened(task: string, look: Look): void {
    this.untouched.set(task, keyOf(look));
    this.told.set(task, keyOf(look));
  }
}
