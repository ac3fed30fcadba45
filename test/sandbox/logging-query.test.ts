import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseQuery } from '../../src/sandbox/logging/query/parse.ts';

const entry = {
  logName: 'projects/p/logs/cloudaudit.googleapis.com%2Factivity',
  severity: 'NOTICE',
  timestamp: '2026-01-02T03:04:05.678Z',
  labels: { 'compute.googleapis.com/root': 'r1', api_method: 'storage.buckets.insert' },
  resource: { type: 'gcs_bucket', labels: { bucket_name: 'Photos' } },
  protoPayload: {
    '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
    methodName: 'storage.buckets.create',
    resourceName: 'projects/_/buckets/photos',
    authenticationInfo: { principalEmail: 'robot-1@p.iam.gserviceaccount.com' },
    authorizationInfo: [
      { permission: 'storage.buckets.create', granted: true },
      { permission: 'storage.buckets.get' },
    ],
    status: { code: 7 },
  },
};

it.each([
  // As gcloud's own help writes them, and people on the web.
  'resource.type=gcs_bucket',
  'resource.type = "gcs_bucket" AND severity >= INFO',
  'logName=projects/p/logs/cloudaudit.googleapis.com%2Factivity',
  'logName:"cloudaudit.googleapis.com"',
  'log_id("cloudaudit.googleapis.com/activity")',
  'timestamp<="2026-05-31T23:59:59Z" AND timestamp>="2026-01-02"',
  'timestamp = "2026-01-02T12:04:05.678+09:00"',
  'protoPayload.methodName=("storage.buckets.create" OR "storage.buckets.delete")',
  'protoPayload.methodName:(create AND NOT delete)',
  'protoPayload.methodName="STORAGE.buckets.create"',
  'proto_payload.method_name = "storage.buckets.create"',
  'protoPayload.authenticationInfo.principalEmail=~"^robot-\\\\d@"',
  'protoPayload.authenticationInfo.principalEmail!~"^learner"',
  'protoPayload.status.code != 0',
  'protoPayload.status.code >= 7 protoPayload.status.code < 8',
  'protoPayload.authorizationInfo.permission="storage.buckets.get"',
  'protoPayload.authorizationInfo.granted=true',
  'protoPayload.@type="type.googleapis.com/google.cloud.audit.AuditLog"',
  'labels."compute.googleapis.com/root"=r1',
  'labels:api_method',
  'labels.api_method:*',
  'NOT labels.other:*',
  '-resource.type=gce_instance',
  '-(resource.type=gce_instance OR severity=ERROR)',
  'photos',
  '"buckets/photos" NOT kittens',
  'severity=NOTICE -- a comment\n-- another\nAND "robot-1"',
  "resource.labels.bucket_name='photos'",
  // AND binds least, unlike in other languages.
  'severity=NOTICE OR severity=ERROR AND resource.type=gcs_bucket',
  'kittens OR NOT kittens AND photos OR severity=ERROR',
  '',
  '  \n ',
])('finds it: %s', (query) => {
  expect(parseQuery(query)(entry)).toBe(true);
});

it.each([
  'resource.type=gcs',
  'severity>NOTICE',
  'timestamp<"2026-01-02T03:04:05.678Z"',
  'protoPayload.methodName=("storage.buckets.get" OR "storage.buckets.delete")',
  'protoPayload.authenticationInfo.principalEmail=~"^ROBOT"',
  'log_id("cloudaudit.googleapis.com/data_access")',
  // What is not there is neither the same nor another.
  'protoPayload.missing="x"',
  'protoPayload.missing!="x"',
  'protoPayload.missing!~"x"',
  'labels.other:*',
  'protoPayload.authorizationInfo.granted=false',
  'resource=gcs_bucket',
  'kittens',
  '-photos',
  // (a OR b) AND c
  'severity=NOTICE OR severity=ERROR AND resource.type=gce_instance',
  'constructor:*',
])('does not find it: %s', (query) => {
  expect(parseQuery(query)(entry)).toBe(false);
});

it.each([
  ['a=', 'line 1, column 3, token ""'],
  ['a="x" AND', 'line 1, column 10, token ""'],
  ['(a=1', 'line 1, column 5, token ""'],
  ['a=1)', 'line 1, column 4, token ")"'],
  ['timestamp>=2026-01-02T03:04:05Z', 'line 1, column 25, token ":"'],
  ['a=1\n  AND OR b=2', 'line 2, column 7, token "OR"'],
  ['a="x', 'line 1, column 3, token """'],
  ['log_id(x)', 'line 1, column 8, token "x"'],
  ['= 1', 'line 1, column 1, token "="'],
  ['('.repeat(60), 'line 1, column 52, token "("'],
])('says where it does not understand %s', (query, where) => {
  expect(() => parseQuery(query)).toThrow(`Unparseable filter: syntax error at ${where}`);
});

it('understands whatever is asked, or says that it does not', () => {
  const piece = fc.constantFrom(
    ...['a', 'resource.type', '"x"', "'", '"', '=', '=~', ':', '(', ')', ',', 'AND', 'OR', 'NOT'],
    ...[
      '-',
      '--',
      '\n',
      ' ',
      '*',
      'severity',
      'ERROR',
      'timestamp',
      '2026-01-02',
      '\\',
      'log_id(',
      '가',
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      let matcher: ReturnType<typeof parseQuery>;
      try {
        matcher = parseQuery(pieces.join(''));
      } catch (error) {
        expect((error as { status?: number }).status).toBe(400);
        return;
      }
      expect(typeof matcher(entry)).toBe('boolean');
    }),
    { numRuns: 2000 },
  );
});

it('takes the opposite for the opposite, and both for both', () => {
  const comparison = fc
    .tuple(
      fc.constantFrom('severity', 'resource.type', 'protoPayload.status.code', 'labels.none'),
      fc.constantFrom('=', '!=', ':'),
      fc.constantFrom('NOTICE', 'ERROR', '7', '*'),
    )
    .filter(
      ([field, operator, value]) =>
        field !== 'severity' || operator === ':' || /^[A-Z]/.test(value),
    )
    .map((parts) => parts.join(''));
  const finds = (query: string) => parseQuery(query)(entry);
  fc.assert(
    fc.property(comparison, comparison, (a, b) => {
      expect(finds(`NOT ${a}`)).toBe(!finds(a));
      expect(finds(`${a} AND ${b}`)).toBe(finds(a) && finds(b));
      expect(finds(`${a} ${b}`)).toBe(finds(a) && finds(b));
      expect(finds(`${a} OR ${b}`)).toBe(finds(a) || finds(b));
    }),
  );
});
