/** Does one thing after another, in the order in which they come; a failure stops no other. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Does `work` when all that came before it is done, and settles as it does. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Resolves when all that has come so far is done. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
