import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { openGuidedTerminal } from '../support/guided-terminal.ts';
import { openTerminal, skipWithoutTmux } from '../support/real-terminal.ts';

const run = promisify(execFile);

interface World {
  readonly bucket: string;
  readonly file: Upload;
  readonly folder: readonly Upload[];
}

interface Upload {
  readonly path: string;
  readonly object: string;
}

/** curl, and nothing else. */
async function curl(...args: string[]): Promise<string> {
  const { stdout } = await run('curl', ['-sS', '--fail-with-body', ...args]);
  return stdout;
}

function makeBucket(url: string, name: string, location = 'asia-northeast3') {
  const body = {
    name,
    location,
    iamConfiguration: {
      uniformBucketLevelAccess: { enabled: true },
      publicAccessPrevention: 'enforced',
    },
    softDeletePolicy: { retentionDurationSeconds: 0 },
  };
  const type = 'content-type: application/json';
  const b = `${url}/storage/v1/b?project=cloudlab-sandbox`;
  return curl('-H', type, '-d', JSON.stringify(body), b);
}

function upload(url: string, bucket: string, { path, object }: Upload) {
  const name = encodeURIComponent(object);
  const o = `${url}/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${name}`;
  return curl('-H', 'content-type: application/octet-stream', '--data-binary', `@${path}`, o);
}

const remove = (url: string, path: string) => curl('-X', 'DELETE', `${url}/storage/v1/b/${path}`);

describe('a mission done by hand in a real terminal', { timeout: 90_000 }, () => {
  beforeEach(skipWithoutTmux);

  it('passes with curl alone, over a kill, and is taken down', async () => {
    const window = await openGuidedTerminal<World>('create-bucket');
    const { bucket, file, folder } = window.world;
    await makeBucket(await window.url(), bucket);
    await window.shows('✔ 1/5');
    await window.shows('storage.buckets.insert (curl)');
    await upload(await window.url(), bucket, file);
    await window.shows('✔ 2/5');
    process.kill(window.pid(), 'SIGKILL');
    await window.shows('exit=137');
    // The same run, the same names, and what was uploaded is still there.
    await window.type('clear', 'Enter');
    await window.type(window.command, 'Enter');
    await window.shows('go on where you were');
    await window.type('Enter');
    await window.shows('You go on where you were');
    await window.shows(window.run);
    const url = await window.url();
    for (const one of folder) await upload(url, bucket, one);
    await window.shows('✔ 3/5');
    for (const { object } of [file, ...folder]) {
      await remove(url, `${bucket}/o/${encodeURIComponent(object)}`);
    }
    await remove(url, bucket);
    await window.shows('✔ 5/5');
    await window.type('v');
    await window.shows('gcloud storage buckets delete');
    await window.type('Enter');
    await window.shows('5 of 5 proven');
    await window.shows('exit=0');
  });

  it.each([80, 40])(
    'of %i columns gives hints, does what is skipped, and is left',
    async (columns) => {
      const window = await openGuidedTerminal<World>('create-bucket', { columns, language: 'ko' });
      // The command is hidden until the last rung, and the keys are those of a Korean layout.
      expect(await window.screen()).not.toContain('gcloud storage buckets create');
      for (const rung of ['귀띔 1/4', '알아 둘 것 2/4', '명령의 모양 3/4', '명령 4/4']) {
        await window.type('ㅗ');
        await window.shows(rung);
      }
      await window.shows(window.world.bucket);
      await makeBucket(await window.url(), window.world.bucket, 'us-central1');
      await window.shows('location=US-CENTRAL1');
      await remove(await window.url(), window.world.bucket);
      await window.type('ㄴ');
      await window.shows('한 번 더 누르면');
      await window.type('ㄴ');
      await window.shows('↷ 1/5');
      await window.type('ㅂ');
      await window.shows('cloudlab mission reset create-bucket');
      await window.shows('하루 요금');
      await window.shows('exit=130');
    },
  );

  it('is done in one window at a time, and taken down by mission reset', async () => {
    const window = await openGuidedTerminal<World>('create-bucket');
    const other = await openTerminal(80, 'en', window.home);
    await other.type(window.command, 'Enter');
    await other.shows('is being done in another window');
    await makeBucket(await window.url(), window.world.bucket);
    await window.shows('✔ 1/5');
    await window.type('C-c');
    await window.shows('exit=130');
    await window.type('clear', 'Enter');
    await window.type(window.command.replace(/mission .*?;/, 'next;'), 'Enter');
    await window.shows('Go on: Make a bucket');
    await window.type(window.command.replace(/mission .*?;/, 'mission reset;'), 'Enter');
    await window.shows('forgotten; 1 thing removed');
    await window.shows('exit=0');
  });

  it('with --plain reads whole lines', async () => {
    const window = await openGuidedTerminal<World>('create-bucket');
    await window.type('q');
    await window.shows('exit=130');
    await window.type('clear', 'Enter');
    await window.type(window.command.replace(' --guided', ' --guided --plain'), 'Enter');
    await window.shows('1-2:');
    await window.type('1', 'Enter');
    await window.shows('(r h s q ?)');
    await makeBucket(await window.url(), window.world.bucket);
    await window.shows('done: 1/5');
    await window.type('r', 'Enter');
    await window.shows('3/5');
    await window.type('q', 'Enter');
    await window.shows('exit=130');
  });
});
