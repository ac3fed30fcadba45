/** What has arrived from the keyboard, and whoever waits for the next of it. */
export class Inbox<Item> {
  private readonly waiting: Item[] = [];
  private ending: { error?: Error } | undefined;
  private wake: (() => void) | undefined;
  private abort: (() => void) | undefined;

  put(item: Item): void {
    this.waiting.push(item);
    this.wake?.();
  }

  /** What was taken and not used comes first again. */
  putBack(items: readonly Item[]): void {
    this.waiting.unshift(...items);
  }

  /** No more will come: an end, or with an error an interruption, which also drops what has arrived. */
  end(error?: Error): void {
    if (error !== undefined) {
      this.waiting.length = 0;
      if (this.ending?.error === undefined) this.ending = { error };
      this.abort?.();
    }
    this.ending ??= {};
    this.wake?.();
  }

  /**
   * Waits for the next.
   *
   * @param until gives the waiting up; what arrives later is there for the next who asks
   * @returns undefined after the end, or once it was given up
   * @throws what it was ended with
   */
  async take(until?: AbortSignal): Promise<Item | undefined> {
    const giveUp = () => this.wake?.();
    until?.addEventListener('abort', giveUp);
    while (this.waiting.length === 0 && this.ending === undefined && !until?.aborted) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    until?.removeEventListener('abort', giveUp);
    this.throwInterruption();
    return until?.aborted ? undefined : this.waiting.shift();
  }

  /**
   * Waits for some work, which is told by its signal of an interruption. What arrives meanwhile is
   * dropped: it was typed without knowing what would be asked.
   *
   * @throws what it was ended with, once the work is over
   */
  async during<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    this.throwInterruption();
    const controller = new AbortController();
    this.abort = () => controller.abort();
    const result = await work(controller.signal)
      .catch((error) => {
        // Whatever else failed did so because of the interruption.
        throw this.ending?.error ?? error;
      })
      .finally(() => {
        this.abort = undefined;
        this.waiting.length = 0;
      });
    this.throwInterruption();
    return result;
  }

  private throwInterruption(): void {
    if (this.ending?.error !== undefined) throw this.ending.error;
  }
}
