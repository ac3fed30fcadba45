import { readFileSync } from 'node:fs';

/*
 * The fields of Compute Engine's resources that clients may write, read from the definitions
 * that @google-cloud/compute is made from. Their comments say which are only ever output.
 */

export interface ApiField {
  name: string;
  isList: boolean;
  /** What may stand there. */
  value: unknown;
}

interface Message {
  fields: { name: string; type: string; prefix: string; comment: string; isMap: boolean }[];
  /** A word of each enumeration. */
  words: Map<string, string>;
}

const SOURCE = new URL(
  '../../../node_modules/@google-cloud/compute/build/protos/google/cloud/compute/v1/compute.proto',
  import.meta.url,
);

const FIELD =
  /((?:^ *\/\/.*\n)*)^ {2}(optional |repeated )?(?:map<string, (\S+)>|([\w.]+)) (\w+) = \d+;/gm;

const SAMPLES: Record<string, unknown> = {
  bool: true,
  int32: 7,
  uint32: 7,
  int64: '7',
  uint64: '7',
  double: 0.5,
  float: 0.5,
};

/** What every resource has, and what only ever says where it is or what it was when it was read. */
const OF_EVERY_RESOURCE = new Set(
  'kind id creationTimestamp selfLink selfLinkWithId status region zone params name labelFingerprint fingerprint'.split(
    ' ',
  ),
);

const DEEPEST = 2;

const messages = new Map(
  readFileSync(SOURCE, 'utf8')
    .split(/^message /m)
    .slice(1)
    .map((block): [string, Message] => {
      const name = /^\w+/.exec(block)?.[0] ?? '';
      const words = [...block.matchAll(/^ {2}enum (\w+) \{\n(.*?)^ {2}\}/gms)].map(
        ([, called = '', body = '']): [string, string] => {
          const all = [...body.matchAll(/^ +([A-Z]\w*) = \d+;/gm)].map(([, word = '']) => word);
          return [called, all.find((word) => !/^UNDEFINED|UNSPECIFIED/.test(word)) ?? ''];
        },
      );
      const fields = [...block.matchAll(FIELD)].map((match) => {
        const [, comment = '', prefix = '', mapped, plain = '', called = ''] = match;
        return {
          name: called.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
          type: mapped ?? plain,
          prefix,
          comment: comment.replaceAll(/\s*\/\/\s*/g, ' '),
          isMap: mapped !== undefined,
        };
      });
      return [name, { fields, words: new Map(words) }];
    }),
);

/** The paths to all fields inside a resource that a client may write. */
export function* writableFields(message: string, path: ApiField[] = []): Generator<ApiField[]> {
  const { fields = [], words } = messages.get(message) ?? {};
  for (const { name, type, prefix, comment, isMap } of fields) {
    if (/output[ -]only/i.test(comment)) continue;
    if (path.length === 0 && OF_EVERY_RESOURCE.has(name)) continue;
    const isList = prefix === 'repeated ';
    if (messages.has(type) && !isMap && path.length <= DEEPEST) {
      yield* writableFields(type, [...path, { name, isList, value: {} }]);
      continue;
    }
    const word = words?.get(/Check the (\w+) enum/.exec(comment)?.[1] ?? '');
    const one = word || SAMPLES[type] || 'audit';
    const value = isMap ? { audit: messages.has(type) ? { audit: 'audit' } : 'audit' } : one;
    yield [...path, { name, isList, value: isList && !isMap ? [value] : value }];
  }
}
