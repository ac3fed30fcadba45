/**
 * The serial port 1 of a VM: what its kernel, its services and its startup script print. GCP
 * keeps the last megabyte of it; who reads it says from which byte on.
 *
 * https://cloud.google.com/compute/docs/reference/rest/v1/instances/getSerialPortOutput
 */
export class SerialPort {
  /** More than is kept, so that not every line moves a megabyte. */
  #chunks: Buffer[] = [];
  #size = 0;
  /** How many bytes were printed before those in `#chunks`. */
  #dropped = 0;

  write(text: string): void {
    const added = Buffer.from(text);
    this.#chunks.push(added);
    this.#size += added.length;
    if (this.#size > 2 * KEPT || this.#chunks.length > MOST_CHUNKS) this.#trim();
  }

  /**
   * @param start the first byte that is wanted
   * @returns the text from there (or from the first byte that is still kept), where that
   *   begins, and where to go on next time
   */
  read(start: number): { contents: string; start: number; next: number } {
    const kept = this.#trim();
    const next = this.#dropped + kept.length;
    const from = Math.min(Math.max(start, this.#dropped), next);
    return { contents: kept.subarray(from - this.#dropped).toString(), start: from, next };
  }

  #trim(): Buffer {
    const all = Buffer.concat(this.#chunks);
    const excess = Math.max(0, all.length - KEPT);
    const kept = excess > 0 ? Buffer.from(all.subarray(excess)) : all;
    this.#dropped += excess;
    this.#chunks = [kept];
    this.#size = kept.length;
    return kept;
  }
}

const KEPT = 1024 * 1024;
const MOST_CHUNKS = 10_000;
