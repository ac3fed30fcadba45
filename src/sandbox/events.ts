/**
 * What happened in the sandbox, told to whichever service wants to know: Cloud Storage
 * publishes, and a function or a topic listens, without either importing the other.
 *
 * An event has the shape of a CloudEvent, with the types and the data that Eventarc
 * delivers. It is published once what it tells is on disk, in the order of the commits.
 * Nobody waits for a listener, and one that fails does not fail what it was told of.
 * Events are not kept: a listener hears what happens while it listens.
 *
 * https://cloud.google.com/eventarc/docs/event-types
 * https://github.com/cloudevents/spec/blob/main/cloudevents/spec.md
 */
export interface SandboxEvent {
  /** Unique in this sandbox. */
  id: string;
  /** Such as `google.cloud.storage.object.v1.finalized`. */
  type: string;
  /** Such as `//storage.googleapis.com/projects/_/buckets/photos`. */
  source: string;
  /** Such as `objects/cat.jpg`. */
  subject: string;
  /** RFC 3339, by the sandbox's clock. */
  time: string;
  /** What it happened to, as its API shows it. */
  data: object;
  /** What a type adds to these, as CloudEvents extension attributes: lower-case names. */
  extensions?: Record<string, string>;
}

/** Looks like the number that Pub/Sub, which carries Eventarc's events, gives to a message. */
export function randomEventId(randomBytes: (size: number) => Uint8Array): string {
  return String(Buffer.from(randomBytes(8)).readBigUInt64BE());
}

export type Listener = (event: SandboxEvent) => void | Promise<void>;

/** The one place where events are published and listened to. */
export class Events {
  readonly #listeners = new Set<{ type: string; listener: Listener }>();
  readonly #log: (line: string) => void;

  /** @param log takes a listener's failure, a line each */
  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** True if somebody listens: making an event has its cost. */
  get areHeard(): boolean {
    return this.#listeners.size > 0;
  }

  /**
   * Listens to the events whose type begins with `type` (all of them, if it is empty).
   * @returns stops listening
   */
  subscribe(type: string, listener: Listener): () => void {
    const entry = { type, listener };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  /** Tells everybody who listens, after the current turn of the event loop. */
  publish(event: SandboxEvent): void {
    for (const { type, listener } of this.#listeners) {
      if (event.type.startsWith(type)) setImmediate(() => void this.#tell(listener, event));
    }
  }

  async #tell(listener: Listener, event: SandboxEvent): Promise<void> {
    try {
      await listener(event);
    } catch (error) {
      this.#log(`a listener to ${event.type} failed: ${(error as Error).stack ?? error}`);
    }
  }
}
