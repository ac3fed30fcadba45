import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

/*
 * Requests that lead further into the code than random bytes do: what stands in them is
 * nearly right, and then is not.
 */

export interface Sent {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: Buffer | string;
}

export const NASTY = [
  '',
  '.',
  '..',
  '../../etc/passwd',
  '..\\..\\windows',
  '/',
  'a//b/',
  '.hidden/',
  'a%2Fb',
  '%',
  '%zz',
  '\0',
  'a\nb\r\nc',
  '한글/이름',
  '👩‍💻🎉',
  '\u{10ffff}\uffff',
  'e\u0301',
  '__proto__',
  'constructor',
  'null',
  '{}',
  '-1',
  '0',
  '1e309',
  '9223372036854775807',
  '9223372036854775808',
  '99999999999999999999999999',
  'NaN',
  'true',
  '*'.repeat(60),
  '**/'.repeat(30),
  '{a,'.repeat(200),
  '['.repeat(300),
  'x'.repeat(1024),
  '가'.repeat(342),
  "' OR 1=1 --",
  '<script>&amp;</script>',
];

/** Query parameters, with values that lead further into the code than nasty ones do. */
const QUERY: Record<string, string[]> = {
  alt: ['media', 'json'],
  fields: ['name', 'items(name,metadata/x)', '*', 'a('.repeat(5000), 'a/'.repeat(3000)],
  prettyPrint: ['false'],
  projection: ['full', 'noAcl'],
  project: ['cloudlab-sandbox'],
  prefix: ['th'],
  delimiter: ['/', 'e'],
  pageToken: ['CmZ1enoAdGhlcmU', 'Cg', 'Cv8'],
  maxResults: ['1', '4294967295', '4294967296'],
  versions: ['true'],
  softDeleted: ['true'],
  matchGlob: ['t*', '**', '{a,t}*', '[!a]*', '[z-a]'],
  includeTrailingDelimiter: ['true'],
  startOffset: ['t'],
  endOffset: ['u'],
  generation: ['1', '9007199254740993'],
  ifGenerationMatch: ['0', '1'],
  ifGenerationNotMatch: ['0'],
  ifMetagenerationMatch: ['1'],
  ifSourceGenerationMatch: ['0'],
  sourceGeneration: ['1'],
  uploadType: ['media', 'multipart', 'resumable'],
  name: ['made', 'there'],
  upload_id: ['0'.repeat(48), `${'f'.repeat(48)}.00`],
  contentEncoding: ['gzip'],
  predefinedAcl: ['publicRead', 'private'],
  permissions: ['storage.objects.get'],
  optionsRequestedPolicyVersion: ['1', '3', '9'],
  maxBytesRewrittenPerCall: ['1048576'],
  rewriteToken: ['0'.repeat(48)],
  serviceAccountEmail: ['a@b.iam.gserviceaccount.com'],
  userProject: ['cloudlab-sandbox'],
  overrideUnlockedRetention: ['true'],
  ...Object.fromEntries(
    [
      ...['uploads', 'uploadId', 'partNumber', 'marker', 'max-keys', 'list-type', 'acl', 'cors'],
      ...['continuation-token', 'start-after', 'encoding-type', 'key-marker', 'versioning'],
      ...['X-Goog-Algorithm', 'X-Goog-Signature', 'X-Goog-Expires', 'X-Goog-Date', 'Expires'],
      ...['X-Goog-Credential', 'X-Goog-SignedHeaders', 'GoogleAccessId', 'Signature', 'pageSize'],
    ].map((name) => [name, ['1', '', 'GOOG4-RSA-SHA256', '20260102T030405Z']]),
  ),
};

const HEADERS: Record<string, string[]> = {
  range: ['bytes=0-', 'bytes=-0', 'bytes=5-1', 'bytes=99999999999999999999-', 'x', 'bytes=0-1,3-4'],
  'content-range': [
    'bytes 0-0/1',
    'bytes */*',
    'bytes */0',
    'bytes 5-1/3',
    'bytes 0-99999999999999999999/*',
    'bytes -1-2/3',
    'elephants',
  ],
  'content-type': [
    'application/json',
    'multipart/related; boundary=b',
    'multipart/mixed; boundary="b"',
    'multipart/form-data; boundary=b',
    'multipart/related',
    'x/y; charset=ebcdic',
    ';',
  ],
  'content-encoding': ['gzip', 'identity', 'br', 'gzip, gzip', ''],
  'x-goog-hash': ['crc32c=AAAAAA==', 'md5=!!!', 'crc32c', ',,,', 'md5=AAAA', 'crc32c=AA==,md5='],
  'content-md5': ['AAAA', 'XUFAKrxLKna5cZ2REBfFkg=='],
  'x-upload-content-length': ['-1', '0', '99999999999999999999', 'x'],
  'x-upload-content-type': ['\u00e9', ''],
  'x-goog-encryption-algorithm': ['AES256', 'ROT13'],
  'x-goog-encryption-key': ['AAAA', '='],
  'x-goog-copy-source': ['/fuzz/there', 'fuzz', '/%zz', '//'],
  'x-goog-if-generation-match': ['-1', 'x', '0'],
  'x-goog-acl': ['public-read', 'x'],
  'if-match': ['*', '"x"', 'x'],
  'accept-encoding': ['gzip', 'gzip;q=0', '*'],
  authorization: ['Bearer', 'Bearer x', 'Basic ::', 'GOOG1 a:b', 'AWS4-HMAC-SHA256 Credential=a'],
  expect: ['100-continue'],
  origin: ['http://localhost', 'http://evil.example', 'null'],
  'x-http-method-override': ['DELETE'],
  'x-guploader-no-308': ['yes'],
};

const JSON_KEYS = [
  ...['name', 'metadata', 'labels', 'lifecycle', 'rule', 'cors', 'versioning', 'storageClass'],
  ...['contentType', 'customTime', 'retentionPolicy', 'softDeletePolicy', 'iamConfiguration'],
  ...['retentionDurationSeconds', 'acl', 'bindings', 'role', 'members', 'policy', 'sourceObjects'],
  ...['destination', 'generation', 'objectPreconditions', 'md5Hash', 'crc32c', 'entity', 'etag'],
  ...[
    'contexts',
    'custom',
    'retention',
    'mode',
    'retainUntilTime',
    'location',
    'website',
    'enabled',
  ],
  ...['topic', 'payload_format', 'event_types', 'state', 'accountId', 'serviceAccount', 'method'],
  ...[
    '__proto__',
    'constructor',
    'unknownField',
    'permissions',
    'instructions',
    'condition',
    'age',
  ],
];

export const word = fc.oneof(fc.constantFrom(...NASTY), fc.string({ maxLength: 12 }));
export const encoded = (text: string) => {
  try {
    return encodeURIComponent(text);
  } catch {
    return '%ED%A0%80';
  }
};
/** As it stands in a URL: mostly encoded as it should be, sometimes not at all. */
const urlPart = fc.oneof(
  { weight: 6, arbitrary: word.map(encoded) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('%ED%A0%80', '%ff', '%00', '%', '%2', '..', '%2e%2e', ';'),
  },
);
/** A value for a parameter of a path: mostly one that exists. */
export const param = (name: string) => {
  const known = { bucket: 'fuzz', toBucket: 'fuzz-copies', project: 'cloudlab-sandbox' }[name];
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant(known ?? 'there') },
    { weight: 1, arbitrary: fc.constantFrom('v1', 'storage', '-', '1') },
    { weight: 2, arbitrary: urlPart },
  );
};
export const parameter = fc
  .constantFrom(...Object.keys(QUERY))
  .chain((name) =>
    fc
      .oneof(
        { weight: 2, arbitrary: fc.constantFrom(...(QUERY[name] ?? [''])).map(encoded) },
        { weight: 1, arbitrary: urlPart },
      )
      .map((value) => `${name}=${value}`),
  );
/** Parameters without which most routes answer nothing but that they miss them. */
export const NEEDED = 'project=cloudlab-sandbox&uploadType=media&name=made';

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    word,
    fc.constantFrom(null, true, -1, 0, 1.5, 1e308, 2 ** 53, ''),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...JSON_KEYS), tie('value'), {
      maxKeys: 5,
      noNullPrototype: true,
    }),
  ),
}));
const nested = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
const deep = fc
  .tuple(
    fc.constantFrom('lifecycle', 'cors', 'website', 'metadata', 'bindings', 'acl', 'destination'),
    fc.constantFrom(nested, `[${nested}]`, `{"rule":[${nested}]}`),
  )
  .map(([key, value]) => `{"name":"made","${key}":${value}}`);
const xml = fc
  .tuple(
    fc.constantFrom(
      'Delete><Object><Key',
      'CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag',
      'ComposeRequest><Component><Name',
      'CorsConfig><Cors><Origins><Origin',
      'VersioningConfiguration><Status',
      'CreateBucketConfiguration><LocationConstraint',
      'a',
    ),
    fc.oneof(
      word,
      fc.constantFrom(
        '<a>'.repeat(10_000) + '</a>'.repeat(10_000),
        '&lol9;',
        '&#x0;&#99999999999;&amp',
        '<![CDATA[x]]><!-- -- -->',
        '\ufeff<?php ?>',
        '1</ETag></Part>'.repeat(1001),
      ),
    ),
    fc.constantFrom(
      '',
      `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY lol "lol">${Array.from({ length: 9 }, (_, i) => `<!ENTITY lol${i + 1} "${`&lol${i || ''};`.repeat(10)}">`).join('')}]>`,
      '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
    ),
  )
  .map(([open, text, prolog]) => {
    const names = [...open.matchAll(/(?:^|<|>)(\w+)(?=>|$)/g)].map(([, name]) => name);
    return `${prolog}<${open}>${text}</${names.toReversed().join('></')}>`;
  });
export const body = fc.oneof(
  { weight: 6, arbitrary: json.value.map((value) => JSON.stringify(value)) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '['.repeat(10_000) + ']'.repeat(10_000),
      '{"rule":'.repeat(10_000),
      '{"name":"\\ud800"}',
      '{"name": "cut',
      '\ufeff{}',
      '{"a":1e999}',
    ),
  },
  { weight: 2, arbitrary: deep },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 2,
    arbitrary: fc
      .array(
        fc.constantFrom(
          '--b\r\n',
          '--b',
          '--b--',
          '\r\n',
          '\n',
          'Content-Type: application/http\r\n',
          'Content-Transfer-Encoding: base64\r\n',
          'Content-Disposition: form-data; name="key"\r\n',
          'GET /storage/v1/b/fuzz HTTP/1.1\r\n',
          'POST /batch HTTP/1.1\r\n',
          '{"name":"m"}',
          ': :\r\n',
          'x'.repeat(20_000),
          '\0',
        ),
        { maxLength: 14 },
      )
      .map((parts) => parts.join('')),
  },
  { weight: 3, arbitrary: xml },
  { weight: 1, arbitrary: fc.constant(gzipSync(Buffer.alloc(3_000_000))) },
);

export const headers = fc
  .uniqueArray(fc.constantFrom(...Object.keys(HEADERS)), { maxLength: 4 })
  .chain((names) =>
    fc
      .tuple(...names.map((name) => fc.constantFrom(...(HEADERS[name] ?? ['']))))
      .map((values) => Object.fromEntries(names.map((name, at) => [name, values[at] ?? '']))),
  );
