/**
 * The names that Google's reference gives to requests of the Cloud Storage JSON
 * API (https://docs.cloud.google.com/storage/docs/json_api/v1), and the price
 * class of each (https://cloud.google.com/storage/pricing#process-pricing):
 * class A writes and lists, class B reads one thing, deleting is free.
 */

export type OperationClass = 'A' | 'B' | 'free';

const classes = {
  'storage.buckets.insert': 'A',
  'storage.buckets.list': 'A',
  'storage.buckets.get': 'B',
  'storage.buckets.patch': 'A',
  'storage.buckets.delete': 'free',
  'storage.buckets.getIamPolicy': 'B',
  'storage.buckets.setIamPolicy': 'A',
  'storage.objects.insert': 'A',
  'storage.objects.list': 'A',
  'storage.objects.get': 'B',
  'storage.objects.patch': 'A',
  'storage.objects.copy': 'A',
  'storage.objects.rewrite': 'A',
  'storage.objects.compose': 'A',
  'storage.objects.delete': 'free',
} as const satisfies Record<string, OperationClass>;

type StorageMethod = keyof typeof classes;

/** The price class of one call of this method; undefined where it is none of Cloud Storage's. */
export function classOf(method: string): OperationClass | undefined {
  return Object.hasOwn(classes, method) ? classes[method as StorageMethod] : undefined;
}

interface Pattern {
  readonly verb: string;
  readonly path: RegExp;
  readonly name: StorageMethod;
}

const object = '/b/[^/]+/o/[^/]+';
const patterns: readonly Pattern[] = [
  { verb: 'POST', path: /^\/b$/, name: 'storage.buckets.insert' },
  { verb: 'GET', path: /^\/b$/, name: 'storage.buckets.list' },
  { verb: 'GET', path: /^\/b\/[^/]+$/, name: 'storage.buckets.get' },
  { verb: 'PATCH', path: /^\/b\/[^/]+$/, name: 'storage.buckets.patch' },
  { verb: 'DELETE', path: /^\/b\/[^/]+$/, name: 'storage.buckets.delete' },
  { verb: 'GET', path: /^\/b\/[^/]+\/iam$/, name: 'storage.buckets.getIamPolicy' },
  { verb: 'PUT', path: /^\/b\/[^/]+\/iam$/, name: 'storage.buckets.setIamPolicy' },
  // A resumable upload continues with PUT; only its start is priced.
  { verb: 'POST', path: /^\/b\/[^/]+\/o$/, name: 'storage.objects.insert' },
  { verb: 'GET', path: /^\/b\/[^/]+\/o$/, name: 'storage.objects.list' },
  { verb: 'GET', path: new RegExp(`^${object}$`), name: 'storage.objects.get' },
  { verb: 'PATCH', path: new RegExp(`^${object}$`), name: 'storage.objects.patch' },
  { verb: 'DELETE', path: new RegExp(`^${object}$`), name: 'storage.objects.delete' },
  { verb: 'POST', path: new RegExp(`^${object}/copyTo${object}$`), name: 'storage.objects.copy' },
  {
    verb: 'POST',
    path: new RegExp(`^${object}/rewriteTo${object}$`),
    name: 'storage.objects.rewrite',
  },
  { verb: 'POST', path: new RegExp(`^${object}/compose$`), name: 'storage.objects.compose' },
];

/** Names the method that a request calls; undefined where it is none of the priced ones. */
export function methodOf(verb: string, pathAndQuery: string): StorageMethod | undefined {
  const path = (pathAndQuery.split('?')[0] ?? '').replace(
    /^(\/(upload|download))?\/storage\/v1/,
    '',
  );
  return patterns.find((pattern) => pattern.verb === verb && pattern.path.test(path))?.name;
}
