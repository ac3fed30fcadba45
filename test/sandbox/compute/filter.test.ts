import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../../src/sandbox/compute/lists/filter.ts';

const web = {
  name: 'web-1',
  status: 'RUNNING',
  zone: 'https://www.googleapis.com/compute/v1/projects/p/zones/asia-northeast3-a',
  guestCpus: 2,
  canIpForward: false,
  labels: { env: 'prod', 팀: '검색' },
  disks: [{ boot: true, sizeGb: '10' }, { sizeGb: '200' }],
};

it.each([
  'name = web-1',
  'name="web-1"',
  'name = web-*',
  'name != "web-2"',
  'name:eb',
  'labels.env:*',
  'labels.팀 = 검색',
  'guestCpus >= 2 AND guestCpus < 10',
  'canIpForward = false',
  'disks.sizeGb > 100',
  'name eq "web-.*"',
  "name eq 'web-.*'",
  '(name eq "web-1") (status eq RUNNING)',
  '(zone eq ".*/asia-northeast3-a")',
  'name ne ".*-2"',
  'status = STOPPED OR name = web-1',
  'NOT (status = STOPPED)',
  '-name = web-2',
  '(status = RUNNING OR status = STAGING) AND -labels.env = dev',
])('%s finds it', (filter) => expect(parseFilter(filter)(web)).toBe(true));

it.each([
  'name = web',
  'name eq web',
  'labels.team:*',
  'labels.env = dev',
  'guestCpus > 2',
  'name ne "web-.*"',
  'NOT name = web-1',
  'status = RUNNING AND name = web-2',
  'constructor:*',
  'name = w*2',
])('%s does not', (filter) => expect(parseFilter(filter)(web)).toBe(false));

describe('what is no filter', () => {
  it.each([
    'name',
    'name =',
    '= x',
    '(name = x',
    'name = x)',
    'name eq "("',
    "name = 'x",
    'AND',
    '()',
  ])('%s is refused', (filter) =>
    expect(() => parseFilter(filter)).toThrow('Invalid list filter expression.'),
  );

  it('any text is understood or refused, soon', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      'name',
      '=',
      'eq',
      '"a',
      '"',
      '*',
      'AND',
      'NOT',
      '-',
      ' ',
      '가',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        try {
          expect(typeof parseFilter(pieces.join(''))(web)).toBe('boolean');
        } catch (error) {
          expect((error as { status: number }).status).toBe(400);
        }
      }),
    );
  });
});
