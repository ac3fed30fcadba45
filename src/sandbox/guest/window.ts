/** So much may be on its way to somebody who has not taken it yet. */
const SIZE = 256 * 1024;

/** Flow control of one stream: who gives waits while too much is on its way. */
export class Window {
  #onWay = 0;
  #waiting: (() => void)[] = [];
  #dropped = false;

  /** Resolves when more may be given. */
  give(bytes: number): Promise<void> | void {
    this.#onWay += bytes;
    return this.open();
  }

  /** Resolves when there is room. */
  open(): Promise<void> | void {
    if (this.#dropped || this.#onWay < SIZE) return;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  taken(bytes: number): void {
    this.#onWay = Math.max(0, this.#onWay - bytes);
    if (this.#onWay < SIZE) this.#release();
  }

  /** Nobody takes any more: nobody waits. */
  drop(): void {
    this.#dropped = true;
    this.#release();
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
