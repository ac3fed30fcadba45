import { ApiError, invalid } from '../wire/errors.ts';

/**
 * The language in which faults are asked for: that of Google's storage-testbench, which the
 * retry tests of the client libraries are written in, with additions of ours spelled the
 * same way. README.md beside this file lists them all. Sizes are in KiB, or in bytes where
 * a B stands.
 *
 * https://github.com/googleapis/storage-testbench#forced-failures-supported
 */
export interface Instruction {
  /** As it was given. */
  text: string;
  fault: Fault;
  /**
   * When it happens: before the request is looked at, once it was applied, when it has
   * completed a resumable upload, or at a byte of what is uploaded or else answered.
   */
  at: 'start' | 'applied' | 'completed' | number;
}

export type Fault =
  | { kind: 'status'; status: number; retryAfter: number | undefined }
  | { kind: 'reset' }
  | { kind: 'cut'; after: number }
  | { kind: 'corrupt' }
  /** Without a time: until the client goes away or the test is deleted. */
  | { kind: 'stall'; seconds: number | undefined }
  | { kind: 'pass' };

/** @throws ApiError 400 if it is no instruction, or one that only gRPC has */
export function parseInstruction(text: string): Instruction {
  for (const [pattern, read] of INSTRUCTIONS) {
    const match = pattern.exec(text);
    if (match) return { text, ...read(match) };
  }
  if (/^redirect-/.test(text)) {
    throw invalid(`The fault injection request <${text}>: only gRPC has redirections.`);
  }
  throw invalid(`The fault injection request <${text}>`);
}

/** What `return-broken-stream` lets through. */
const A_FEW_BYTES = 4;

/** Google does not say when to come back after a 429; a client that asks shall have an answer. */
const RETRY_AFTER_429 = 1;

type Reader = (match: RegExpExecArray) => Omit<Instruction, 'text'>;

const INSTRUCTIONS: readonly [RegExp, Reader][] = [
  [/^return-(\d+)$/, ([, status]) => ({ fault: answer(status), at: 'start' })],
  [
    /^return-(\d+)-retry-after-(\d{1,5})s$/,
    ([, status, seconds]) => ({ fault: answer(status, Number(seconds)), at: 'start' }),
  ],
  [
    /^return-(\d+)-after-(\d{1,9})K$/,
    ([, status, size]) => ({ fault: answer(status), at: kibibytes(size) }),
  ],
  [/^return-(\d+)-after-applied$/, ([, status]) => ({ fault: answer(status), at: 'applied' })],
  [/^return-reset-connection$/, () => ({ fault: { kind: 'reset' }, at: 'start' })],
  [
    /^return-reset-connection-after-(\d{1,9})K$/,
    ([, size]) => ({ fault: { kind: 'reset' }, at: kibibytes(size) }),
  ],
  [/^return-reset-connection-after-applied$/, () => ({ fault: { kind: 'reset' }, at: 'applied' })],
  [/^return-broken-stream$/, () => ({ fault: { kind: 'cut', after: A_FEW_BYTES }, at: 'applied' })],
  [
    /^return-broken-stream-after-(\d{1,9})K$/,
    ([, size]) => ({ fault: { kind: 'cut', after: kibibytes(size) }, at: 'applied' }),
  ],
  [
    /^return-broken-stream-final-chunk-after-(\d{1,9})B$/,
    ([, size]) => ({ fault: { kind: 'cut', after: Number(size) }, at: 'completed' }),
  ],
  [/^return-corrupted-data$/, () => ({ fault: { kind: 'corrupt' }, at: 'applied' })],
  [
    /^stall-for-(\d{1,5})s-after-(\d{1,9})K$/,
    ([, seconds, size]) => ({
      fault: { kind: 'stall', seconds: Number(seconds) },
      at: kibibytes(size),
    }),
  ],
  [
    /^stall-at-(\d{1,9})K(?:iB)?$/,
    ([, size]) => ({ fault: { kind: 'stall', seconds: undefined }, at: kibibytes(size) }),
  ],
  [/^stall-always$/, () => ({ fault: { kind: 'stall', seconds: undefined }, at: 'start' })],
  [/^pass$/, () => ({ fault: { kind: 'pass' }, at: 'start' })],
];

const kibibytes = (text = ''): number => Number(text) * 1024;

function answer(text = '', retryAfter?: number): Fault {
  const status = Number(text);
  // Below 200 an answer is not final, and clients would wait on for another.
  if (status < 200 || status > 599) {
    throw invalid(`The fault injection request <return-${text}>: no status of an answer.`);
  }
  const told = retryAfter ?? (status === 429 ? RETRY_AFTER_429 : undefined);
  return { kind: 'status', status, retryAfter: told };
}

/** The error that an instruction asks for, as Google words one of its status. */
export function injectedError({ status, retryAfter }: Fault & { kind: 'status' }): ApiError {
  const headers = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
  const message = `Retry Test: Caused a ${status}`;
  return new ApiError(status, REASONS[status] ?? 'backendError', message, { headers });
}

/** https://cloud.google.com/storage/docs/json_api/v1/status-codes */
const REASONS: Readonly<Record<number, string>> = {
  400: 'badRequest',
  401: 'authError',
  403: 'forbidden',
  404: 'notFound',
  405: 'methodNotAllowed',
  408: 'uploadBrokenConnection',
  409: 'conflict',
  410: 'gone',
  411: 'contentLengthRequired',
  412: 'conditionNotMet',
  413: 'uploadTooLarge',
  416: 'requestedRangeNotSatisfiable',
  429: 'rateLimitExceeded',
  500: 'internalError',
  501: 'notImplemented',
  502: 'badGateway',
  503: 'backendError',
  504: 'gatewayTimeout',
};
