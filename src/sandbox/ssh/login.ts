/**
 * Who may log in (https://datatracker.ietf.org/doc/html/rfc4252). As on Google's images only
 * public keys count, `root` does not get in, and the sixth failure ends the connection. A
 * client first asks whether a key would do, without a signature, then signs with it.
 */
import { timingSafeEqual } from 'node:crypto';
import type { AuthContext, ParsedKey, PublicKeyAuthContext, utils } from 'ssh2';

export interface LoginRules {
  /** The keys that let this user log in, in OpenSSH's format. */
  keysFor(user: string): readonly string[];
  readonly authTries: number;
  /** Called with the failure that was one too many. */
  tooMany(): void;
}

/** Answers one connection's attempts. */
export class Login {
  readonly #rules: LoginRules;
  readonly #parseKey: typeof utils.parseKey;
  #failures = 0;
  #requests = 0;

  constructor(rules: LoginRules, parseKey: typeof utils.parseKey) {
    this.#rules = rules;
    this.#parseKey = parseKey;
  }

  attempt(context: AuthContext): void {
    this.#requests += 1;
    const isGood = context.method === 'publickey' && this.#isGood(context);
    // `none` is how clients ask what there is; it is not a try.
    if (!isGood && context.method !== 'none') this.#failures += 1;
    if (this.#requests > MOST_REQUESTS || this.#failures >= this.#rules.authTries) {
      this.#rules.tooMany();
    } else if (isGood) {
      context.accept();
    } else {
      context.reject(['publickey']);
    }
  }

  #isGood(context: PublicKeyAuthContext): boolean {
    const { username, key, signature, blob, hashAlgo } = context;
    if (username === 'root') return false;
    const known = this.#rules
      .keysFor(username)
      .map((line) => this.#parseKey(line))
      .find((one): one is ParsedKey => !(one instanceof Error) && isSame(one, key.data));
    if (known === undefined || known.type !== key.algo) return false;
    if (signature === undefined) return true;
    // `ssh-rsa` itself stands for SHA-1, which OpenSSH no longer takes.
    if (known.type === 'ssh-rsa' && hashAlgo === undefined) return false;
    return blob !== undefined && known.verify(blob, signature, hashAlgo) === true;
  }
}

/** Questions without a signature are no failures, but they end somewhere, too. */
const MOST_REQUESTS = 64;

function isSame(known: ParsedKey, shown: Uint8Array): boolean {
  const expected = known.getPublicSSH();
  return expected.length === shown.length && timingSafeEqual(expected, shown);
}
