import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Store, Table } from '../../disk/store.ts';
import type { Caller } from '../../identity.ts';

/**
 * The access tokens that this sandbox gives out: opaque, as Google's are.
 *
 *     ya29.c.<48 random bytes and the first 16 of their HMAC, in base64url>
 *
 * - Kept are the hashes of tokens and never the tokens: who reads the data directory cannot
 *   act as anybody. All that are still valid are in memory as well, so that finding one costs
 *   a hash and a look into a map.
 * - The HMAC tells a token of this sandbox from a stranger's long after its record is gone:
 *   an old one is refused, where a stranger's may stand for the owner (see `../../identity.ts`).
 * - They are dated by the real time, which their clients live by, and last for an hour. They
 *   survive a restart, as on GCP, where no server's end is a token's end either.
 *
 * https://docs.cloud.google.com/docs/authentication/token-types#access
 */
export class AccessTokens {
  readonly #given: TokensHost;
  readonly #records: Table<TokenRecord>;
  readonly #secrets: Table<string>;
  readonly #byHash = new Map<string, TokenRecord>();
  #secret: Buffer | undefined;

  constructor(given: TokensHost) {
    this.#given = given;
    this.#records = given.store.table('iam-access-tokens');
    this.#secrets = given.store.table('iam-secrets');
    const secret = this.#secrets.get(SECRET);
    if (secret === undefined) return;
    this.#secret = Buffer.from(secret, 'base64');
    for (const { key, value } of this.#records.all()) {
      this.#byHash.set(key.toString('latin1'), value);
    }
  }

  /**
   * A new token. It works at once; `kept` resolves when it outlives a restart.
   *
   * @param lasting false for one that is to end with this process
   */
  give(record: TokenRecord, lasting = true): { token: string; kept: Promise<void> } {
    const isNew = this.#secret === undefined;
    this.#secret ??= Buffer.from(this.#given.randomBytes(32));
    const secret = this.#secret;
    const random = Buffer.from(this.#given.randomBytes(48));
    const token = PREFIX + Buffer.concat([random, markOf(random, secret)]).toString('base64url');
    const key = hashOf(token);
    this.#byHash.set(key.toString('latin1'), record);
    const kept = this.#given.store.write(() => {
      if (isNew) this.#secrets.put(SECRET, secret.toString('base64'));
      if (lasting) this.#records.put(key, record);
    });
    return { token, kept };
  }

  /** What the token was given out for; undefined if it is unknown or has expired. */
  find(token: string): TokenRecord | undefined {
    const record = this.#byHash.get(hashOf(token).toString('latin1'));
    return record && record.expires > this.#given.wallClock().getTime() ? record : undefined;
  }

  /** True for every token that was ever given out here, whether or not it still holds. */
  isOurs(token: string): boolean {
    if (this.#secret === undefined || !token.startsWith(PREFIX)) return false;
    const bytes = Buffer.from(token.slice(PREFIX.length), 'base64url');
    if (bytes.length !== 64) return false;
    return timingSafeEqual(markOf(bytes.subarray(0, 48), this.#secret), bytes.subarray(48));
  }

  /** Ends one token before its time; resolves once that outlives a restart. */
  async revoke(token: string): Promise<void> {
    const key = hashOf(token);
    this.#byHash.delete(key.toString('latin1'));
    await this.#given.store.write(() => this.#records.remove(key));
  }

  /** Forgets what has expired. */
  async sweep(): Promise<void> {
    const now = this.#given.wallClock().getTime();
    const ended = [...this.#byHash].filter(([, { expires }]) => expires <= now);
    if (ended.length === 0) return;
    for (const [hash] of ended) this.#byHash.delete(hash);
    await this.#given.store.write(() => {
      for (const [hash] of ended) this.#records.remove(Buffer.from(hash, 'latin1'));
    });
  }

  /**
   * After all data was wiped. Tokens that end with this process go on, and the secret does: a
   * token from before, limited as it was, must not become a stranger's.
   */
  reset(): void {
    for (const [hash, { account, pool }] of this.#byHash) {
      if (account !== undefined || pool !== undefined) this.#byHash.delete(hash);
    }
    const secret = this.#secret?.toString('base64');
    if (secret === undefined) return;
    this.#given.store
      .write(() => this.#secrets.put(SECRET, secret))
      .catch((error) => this.#given.log(`the secret of tokens was not kept: ${error}`));
  }
}

/** What a token stands for. */
export interface TokenRecord {
  caller: Caller;
  /** In milliseconds since 1970, by the real time. */
  expires: number;
  /** Unique id of the service account without which it is nothing. */
  account?: string;
  /** Name of the workload identity pool without which it is nothing. */
  pool?: string;
}

interface TokensHost {
  store: Store;
  wallClock: () => Date;
  randomBytes: (size: number) => Uint8Array;
  log: (line: string) => void;
}

const PREFIX = 'ya29.c.';
const SECRET = Buffer.from('access-tokens');

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

const markOf = (random: Buffer, secret: Buffer): Buffer =>
  createHmac('sha256', secret).update(random).digest().subarray(0, 16);
