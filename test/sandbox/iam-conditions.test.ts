import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkExpression, isTrue } from '../../src/sandbox/iam/conditions/cel.ts';
import { extract } from '../../src/sandbox/iam/conditions/extract.ts';
import { ApiError } from '../../src/sandbox/wire/errors.ts';

const OBJECT = {
  name: 'projects/_/buckets/photos/objects/2026/cat.jpg',
  type: 'storage.googleapis.com/Object',
};
/** A Saturday; 06:30 in Seoul is 21:30 of the day before in UTC. */
const TIME = Date.parse('2026-11-20T21:30:15.250Z');

test.each<[expression: string, holds: boolean]>([
  ["resource.name.startsWith('projects/_/buckets/photos/objects/2026/')", true],
  ["resource.name.startsWith('projects/_/buckets/other/')", false],
  ['resource.name.endsWith(".jpg") && resource.type == "storage.googleapis.com/Object"', true],
  ["resource.service == 'storage.googleapis.com'", true],
  ["resource.service != 'storage.googleapis.com'", false],
  ["resource.name.extract('/objects/{year}/') == '2026'", true],
  ["request.time < timestamp('2026-11-21T00:00:00Z')", true],
  ["request.time < timestamp('2026-11-20T21:30:15Z')", false],
  ["request.time >= timestamp('2026-11-20T22:30:15.25Z') - duration('1h')", true],
  ["request.time - timestamp('2026-11-20T21:00:00Z') > duration('29m')", true],
  ['request.time.getFullYear() == 2026 && request.time.getMonth() == 10', true],
  ["request.time.getHours('Asia/Seoul') == 6 && request.time.getHours() == 21", true],
  ["request.time.getDayOfWeek('Asia/Seoul') == 6", true],
  ['request.time.getDayOfWeek() == 6', false],
  ['request.time.getDate() == 20 && request.time.getDayOfMonth() == 19', true],
  ["request.time.getDayOfWeek('Asia/Seoul') in [0, 6]", true],
  ["!(resource.type == 'x') ? true : false", true],
  ["timestamp('2026-' + resource.name.extract('{x}/_') + 'T') == request.time", false],
])('%s', (expression, holds) => {
  checkExpression(expression);
  expect(isTrue(expression, OBJECT, TIME)).toBe(holds);
});

test.each<[expression: string, why: RegExp, status?: number]>([
  ['', /compilation failed/],
  ['resource.name.startsWith(', /compilation failed/],
  ['resource.nam == "x"', /nam/],
  ['resource.name == 5', /compilation failed/],
  ['resource.name', /type string.*bool/],
  ['user.name == "x"', /user/],
  ["resource.name.matches('(a+)+$')", /matches/],
  ['[1, 2].all(x, x > 0)', /./],
  ['has(resource.name)', /./],
  ["{'a': 1}.a == 1", /./],
  ["bytes('x') == b'x'", /./],
  ["request.time < timestamp('2026-13-01T00:00:00Z')", /timestamp/],
  ["request.time < timestamp('tomorrow')", /timestamp/],
  ["request.time - request.time < duration('1 day')", /duration/i],
  ["request.time.getHours('Asia/Soul') == 1", /time zone 'Asia\/Soul'/],
  [Array(14).fill('true').join(' && '), /13 logical operators.*at most 12/],
  [`resource.name == '${'x'.repeat(3000)}'`, /longer than/],
  [`${'('.repeat(500)}true`, /compilation failed/],
  ["resource.matchTag('1/env', 'prod')", /matchTag/, 501],
  ["request.path == '/'", /request.path/, 501],
  ["api.getAttribute('x', 'y') == 'z'", /api|getAttribute/, 501],
])('refused: %.60s', (expression, why, status = 400) => {
  let refusal: unknown;
  try {
    checkExpression(expression);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toMatchObject({ status, message: expect.stringMatching(why) });
});

test('twelve logical operators are as many as there may be', () => {
  expect(() => checkExpression(Array(13).fill('true').join(' || '))).not.toThrow();
});

test('what fails when it is evaluated does not hold', () => {
  expect(isTrue('timestamp(resource.name) < request.time', OBJECT, TIME)).toBe(false);
  expect(isTrue("resource.name.extract('none') == ''", OBJECT, TIME)).toBe(false);
  expect(isTrue('not CEL', OBJECT, TIME)).toBe(false);
});

test.each([
  ['orders/order_date=2026-11-20/x', '/order_date={date}/', '2026-11-20'],
  ['projects/_/buckets/acme-orders', 'buckets/{name}', 'acme-orders'],
  ['a/b/c', '{first}/', 'a'],
  ['a/b/c', '/d/{x}', ''],
  ['a/b/c', 'a/{x}/d', ''],
  ['a', '{all}', 'a'],
])('extract from %s by %s', (text, template, found) => {
  expect(extract(text, template)).toBe(found);
});

const words = [
  ...[
    'resource.name',
    'request.time',
    'timestamp(',
    'duration(',
    ')',
    '(',
    "'a'",
    '"',
    '&&',
    '||',
    '!',
    '==',
  ],
  ...[
    '<',
    '-',
    '+',
    '1',
    '[',
    ']',
    '{',
    '}',
    'in',
    '?',
    ':',
    '.',
    'getHours(',
    'all(x, ',
    'cel.bind(',
    'has(',
  ],
  ...[
    'startsWith(',
    "b'x'",
    '.matches(',
    '9223372036854775807',
    'null',
    'dyn(',
    'optional.of(',
    '*',
    '%',
  ],
];

test('whatever is written as a condition is evaluated or refused, and never long', () => {
  const text = fc.oneof(
    fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((list) => list.join(' ')),
    fc.string({ maxLength: 200 }),
  );
  fc.assert(
    fc.property(text, (expression) => {
      try {
        checkExpression(expression);
      } catch (error) {
        expect(error).toBeInstanceOf(ApiError);
        return;
      }
      expect(typeof isTrue(expression, OBJECT, TIME)).toBe('boolean');
    }),
    { numRuns: 1000 },
  );
});
