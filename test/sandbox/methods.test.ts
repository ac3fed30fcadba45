import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { client, start } from './support.ts';

const list = new URL('../conformance/vectors/storage_methods.txt', import.meta.url);
const methods = readFileSync(list, 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(' ') as [string, string, string]);

test('every method of the API is there, or says by its name that it is missing', async () => {
  const http = client(await start());
  await http.bucket('here');
  await http.upload('here', 'x', 'y');
  const missing: string[] = [];
  for (const [name, verb, template] of methods) {
    const path = template
      .replaceAll(/\{\w*bucket\}/gi, 'here')
      .replace('{projectId}', 'cloudlab-sandbox')
      .replaceAll(/\{\w+\}/g, 'x');
    const { status, text } = await http.call(verb, `/storage/v1/${path}`);
    expect(text, `${name}: no such route`).not.toContain('"Not Found"');
    if (status === 501) missing.push(name);
    if (status === 501) expect(text).toContain(name);
  }
  const parts = [...new Set(missing.map((name) => name.split('.')[1]))];
  expect(parts.sort()).toEqual([
    ...['anywhereCaches', 'buckets', 'channels', 'folders', 'managedFolders'],
    ...['objects', 'operations', 'rapidCaches'],
  ]);
});
