import { createHash } from 'node:crypto';
import { signatureDoesNotMatch } from './errors.ts';
import { equal, hmac, type V4Signature } from './v4.ts';

/**
 * Signatures of a body that is sent in chunks (`STREAMING-AWS4-HMAC-SHA256-PAYLOAD`). Each
 * is made of the one before it, the first of the request's own, so that chunks can neither
 * be altered nor left out nor put into another order.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export class ChunkSignatures {
  readonly #key: Buffer;
  readonly #date: string;
  readonly #scope: string;
  #previous: string;

  constructor(key: Buffer, given: V4Signature) {
    this.#key = key;
    this.#date = given.date;
    this.#scope = given.scope.text;
    this.#previous = given.signature;
  }

  /** @param sha256 of the chunk's data, in hex */
  chunk(signature: string, sha256: string): void {
    this.#check(signature, 'AWS4-HMAC-SHA256-PAYLOAD', [SHA256_OF_NOTHING, sha256]);
  }

  /** @param canonical the trailers as `name:value\n` each */
  trailer(signature: string, canonical: string): void {
    const sha256 = createHash('sha256').update(canonical).digest('hex');
    this.#check(signature, 'AWS4-HMAC-SHA256-TRAILER', [sha256]);
  }

  #check(signature: string, kind: string, hashes: readonly string[]): void {
    const text = [kind, this.#date, this.#scope, this.#previous, ...hashes].join('\n');
    const expected = hmac(this.#key, text).toString('hex');
    if (!equal(expected, signature)) throw signatureDoesNotMatch(text);
    this.#previous = expected;
  }
}

const SHA256_OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
