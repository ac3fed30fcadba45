import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Storage } from '@google-cloud/storage';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Target } from '../../src/cloud/target.ts';
import { locateHome, prepareHome } from '../../src/home.ts';
import { Ledger, readLedgers } from '../../src/missions/ledger.ts';
import { tearDown } from '../../src/missions/teardown.ts';
import { runProgram } from '../support/cli.ts';
import { temporaryDirectory } from '../support/directories.ts';
import { TestHost } from '../support/host.ts';

const bucket = { kind: 'bucket', name: 'somebodys-bucket', location: 'US' } as const;

describe('teardown', () => {
  it('does not forget what it created when the credentials may not see it any more', async () => {
    const { ledger, home } = openLedger();
    ledger.intend(bucket);
    ledger.created(bucket);
    const result = await tearDown(await forbiddingTarget(), ledger);
    expect(result.survivors).toMatchObject([{ resource: bucket, state: 'unknown' }]);
    expect(result.searched).toBe(false);
    expect(readLedgers(home).readable).toMatchObject([{ ended: false, open: [bucket] }]);
  });

  it('leaves alone what it never created and may not see: it is somebody else’s', async () => {
    const { ledger } = openLedger();
    ledger.intend(bucket);
    const result = await tearDown(await forbiddingTarget(), ledger);
    expect(result.survivors).toEqual([]);
    expect(ledger.state.open).toEqual([]);
  });
});

describe('--keep', () => {
  it('leaves what was made, says how to remove it, and cleanup does', async () => {
    const home = temporaryDirectory();
    const kept = await new TestHost({ home }).run('mission', 'create-bucket', '--keep', '--json');
    const report = JSON.parse(kept.stdout);
    expect(kept.code).toBe(0);
    expect(report).toMatchObject({ verdict: 'passed', kept: true, removed: [] });
    expect(report.survivors).toHaveLength(report.created.length);
    expect(report.tasks.at(-1)).toMatchObject({ state: 'skipped' });

    const again = await new TestHost({ home }).run('cleanup', report.run, '--json');
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout).runs).toMatchObject([{ state: 'clean', survivors: [] }]);
  });
});

describe('cleanup', () => {
  it('is not stopped by a damaged ledger, and tells of it', async () => {
    const home = temporaryDirectory();
    await new TestHost({ home }).run('mission', 'create-bucket', '--keep');
    writeFileSync(join(home, 'ledgers', 'damaged.jsonl'), 'not a ledger\n');
    const outcome = await new TestHost({ home }).run('cleanup', '--json');
    expect(JSON.parse(outcome.stdout)).toMatchObject({
      runs: [{ state: 'clean' }],
      unreadable: [expect.stringContaining('damaged.jsonl')],
    });
    expect(outcome.code).toBe(4);
    expect(readFileSync(join(home, 'ledgers', 'damaged.jsonl'), 'utf8')).toBe('not a ledger\n');
  });

  it('deletes no folder that a ledger names, only the one of its run', async () => {
    const home = temporaryDirectory();
    const precious = temporaryDirectory();
    writeFileSync(join(precious, 'thesis.txt'), 'years of work');
    await new TestHost({ home }).run('mission', 'create-bucket');
    const [name = ''] = readdirSync(join(home, 'ledgers'));
    const path = join(home, 'ledgers', name);
    const lines = readFileSync(path, 'utf8').split('\n');
    const start = { ...JSON.parse(lines[0] ?? ''), workspace: precious };
    writeFileSync(path, [JSON.stringify(start), ...lines.slice(1)].join('\n'));
    writeFileSync(
      join(home, 'ledgers', 'evil.jsonl'),
      `${JSON.stringify({ ...start, run: '../../precious' })}\n`,
    );
    await new TestHost({ home }).run('cleanup', '--force');
    expect(readdirSync(precious)).toEqual(['thesis.txt']);
  });

  it('refuses a home that a newer cloudlab made', async () => {
    const home = temporaryDirectory();
    writeFileSync(join(home, 'layout.json'), '{"layout":99}');
    expect((await new TestHost({ home }).run('cleanup')).code).toBe(3);
  });
});

it('sandbox reset deletes nothing that is not the sandbox’s', async () => {
  const home = temporaryDirectory();
  const data = join(home, 'sandbox');
  mkdirSync(data);
  writeFileSync(join(data, 'thesis.txt'), 'years of work');
  expect((await new TestHost({ home }).run('sandbox', 'reset', '--yes')).code).toBe(3);
  expect(readdirSync(data)).toEqual(['thesis.txt']);
});

it('sandbox reset empties a sandbox that is not running', async () => {
  const home = temporaryDirectory();
  await new TestHost({ home }).run('mission', 'create-bucket', '--keep');
  expect((await new TestHost({ home }).run('sandbox', 'reset', '--yes')).code).toBe(0);
  const cleanup = await new TestHost({ home }).run('cleanup', '--json');
  expect(JSON.parse(cleanup.stdout).runs).toMatchObject([{ state: 'clean', removed: [] }]);
});

it('a proxy in the environment does not come between a mission and its sandbox', async () => {
  const variables = { HTTP_PROXY: 'http://127.0.0.1:9', http_proxy: 'http://127.0.0.1:9' };
  const result = await runProgram(['mission', 'create-bucket', '--json'], {
    home: temporaryDirectory(),
    variables,
  });
  expect(result.code).toBe(0);
});

function openLedger() {
  const directory = temporaryDirectory();
  const home = locateHome(directory, '/', directory);
  prepareHome(home);
  const host = new TestHost({ home: directory }).host([]);
  const target = { kind: 'gcp', project: 'demo-project' } as const;
  return {
    home,
    ledger: Ledger.begin(home, host, {
      id: 'testrun2',
      mission: 'test',
      target,
      services: ['storage'],
    }),
  };
}

/** A provider that knows us and lets us do nothing. */
async function forbiddingTarget(): Promise<Target> {
  const server = createServer((_request, response) => {
    response.writeHead(403, { 'content-type': 'application/json' });
    response.end('{"error":{"code":403,"message":"no","errors":[{"reason":"forbidden"}]}}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    kind: 'gcp',
    project: 'demo-project',
    region: 'asia-northeast3',
    services: ['storage'],
    origins: [url],
    clock: { sleep: async () => {} },
    loginWithinMs: 0,
    machine: async () => undefined,
    audit: async () => [],
    storageAs: () => Promise.reject(new Error('nobody asks for it')),
    member: async () => 'user:learner@example.com',
    recordsData: false,
    watch: () => () => {},
    record: { kind: 'gcp', project: 'demo-project' },
    inProcess: false,
    storage: new Storage({ projectId: 'demo-project', apiEndpoint: url }),
    get compute(): never {
      throw new Error('nobody asks for it');
    },
    get iam(): never {
      throw new Error('nobody asks for it');
    },
    close: async () => {},
  };
}
