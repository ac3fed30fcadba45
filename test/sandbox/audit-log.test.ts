import { appendFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { AuditLog } from '../../src/sandbox/audit/audit-log.ts';
import {
  type AuditRecord,
  isOwnLook,
  kindOf,
  type RequestKind,
} from '../../src/sandbox/audit/record.ts';
import { Journal } from '../../src/sandbox/disk/journal.ts';
import { tempDir } from './support.ts';

it.each<[method: string, kind: RequestKind]>([
  ['storage.buckets.insert', 'ADMIN_WRITE'],
  ['storage.buckets.get', 'ADMIN_READ'],
  ['storage.buckets.setIamPolicy', 'ADMIN_WRITE'],
  ['storage.buckets.testIamPermissions', 'ADMIN_READ'],
  ['storage.objects.insert', 'DATA_WRITE'],
  ['storage.objects.get', 'DATA_READ'],
  ['storage.objects.list', 'DATA_READ'],
  ['storage.objects.rewrite', 'DATA_WRITE'],
  ['storage.objects.setIamPolicy', 'ADMIN_WRITE'],
  ['storage.objectAccessControls.insert', 'ADMIN_WRITE'],
  ['storage.multipartUploads.abort', 'DATA_WRITE'],
  ['storage.multipartUploads.listParts', 'DATA_READ'],
  ['compute.instances.insert', 'ADMIN_WRITE'],
  ['compute.instances.aggregatedList', 'ADMIN_READ'],
  ['compute.instances.getSerialPortOutput', 'ADMIN_READ'],
  ['compute.zoneOperations.wait', 'ADMIN_READ'],
  ['compute.instances.setMetadata', 'ADMIN_WRITE'],
  ['iam.projects.serviceAccounts.create', 'ADMIN_WRITE'],
  ['iam.projects.serviceAccounts.getIamPolicy', 'ADMIN_READ'],
  ['iam.roles.queryGrantableRoles', 'ADMIN_READ'],
  ['iamcredentials.projects.serviceAccounts.generateAccessToken', 'DATA_READ'],
  ['oauth2.token', 'DATA_READ'],
  ['logging.entries.list', 'DATA_READ'],
])('%s is %s', (method, kind) => {
  expect(kindOf(method)).toBe(kind);
});

it('knows the looks of cloudlab itself, which change nothing', () => {
  const look = {
    kind: 'DATA_READ',
    userAgent: 'cloudlab/0.1.0 gcloud-node-storage/7',
  } as AuditRecord;
  expect(isOwnLook(look)).toBe(true);
  expect(isOwnLook({ ...look, kind: 'DATA_WRITE' })).toBe(false);
  expect(isOwnLook({ ...look, userAgent: 'curl/8' })).toBe(false);
});

it('keeps so many changes and so many looks, and numbers that grow', async () => {
  const log = new AuditLog(new Journal(join(await tempDir(), 'audit'), () => {}), 1000);
  for (let index = 0; index < 10_050; index += 1) log.add(record(log, { status: index }));
  log.add(record(log, { kind: 'ADMIN_READ', status: 1 }));
  const all = await log.all();
  expect(all.length).toBe(10_001);
  expect(all[0]?.status).toBe(50);
  expect(all.at(-1)).toMatchObject({ kind: 'ADMIN_READ', seq: log.last });
  expect(all.every(({ seq }, at) => at === 0 || seq > (all[at - 1]?.seq ?? 0))).toBe(true);
  expect((await log.since(all.at(-3)?.seq ?? 0)).length).toBe(2);
  await log.close();
});

it('never takes more than twice what a file may have, and keeps the newest', async () => {
  const directory = join(await tempDir(), 'journal');
  const journal = new Journal<{ n: number; text: string }>(directory, () => {}, 10_000);
  for (let n = 0; n < 200; n += 1) {
    journal.append({ n, text: 'x'.repeat(500) });
    if (n % 5 === 4) await journal.read();
  }
  await journal.close();
  const files = await Promise.all(
    (await readdir(directory)).map((name) => stat(join(directory, name))),
  );
  expect(Math.max(...files.map(({ size }) => size))).toBeLessThan(13_000);
  expect(files.length).toBeLessThan(3);
  expect(files.every(({ mode }) => (mode & 0o777) === 0o600)).toBe(true);
  const kept = await new Journal<{ n: number }>(directory, () => {}).read();
  expect(kept.at(-1)?.n).toBe(199);
  expect(kept.map(({ n }) => n)).toEqual(kept.map((_, at) => 200 - kept.length + at));
});

it('leaves out a line that a crash has cut off, and spoils no other', async () => {
  const directory = join(await tempDir(), 'journal');
  const write = async (n: number) => {
    const journal = new Journal<{ n: number }>(directory, () => {});
    journal.append({ n });
    await journal.close();
  };
  await write(1);
  await appendFile(join(directory, 'current.jsonl'), '{"n":2,"te');
  await write(3);
  expect(await new Journal<{ n: number }>(directory, () => {}).read()).toEqual([
    { n: 1 },
    { n: 3 },
  ]);
});

it('goes on without a disk, and says so once', async () => {
  const directory = join(await tempDir(), 'file', 'journal');
  await writeFile(join(directory, '..'), 'in the way');
  const said: string[] = [];
  const journal = new Journal<{ n: number }>(directory, (line) => said.push(line));
  for (const n of [1, 2, 3]) {
    journal.append({ n });
    expect(await journal.read()).toEqual([]);
  }
  expect(said).toEqual([expect.stringMatching(/fails: E/)]);
  expect(await readFile(join(directory, '..'), 'utf8')).toBe('in the way');
});

function record(log: AuditLog, more: Partial<AuditRecord>): AuditRecord {
  return {
    seq: log.next(1000),
    time: 0,
    received: 0,
    method: 'storage.buckets.insert',
    kind: 'ADMIN_WRITE',
    principal: 'owner',
    resource: 'projects/_/buckets/b',
    checks: [],
    status: 200,
    userAgent: '',
    ...more,
  };
}
