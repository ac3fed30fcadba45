import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { client, start } from '../support.ts';

const list = new URL('../../conformance/vectors/compute_methods.txt', import.meta.url);
const methods = readFileSync(list, 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(' ') as [string, string, string]);

test('every method of the API is there, or says by its name that it is missing', async () => {
  const http = client(await start());
  const missing: string[] = [];
  await Promise.all(
    methods.map(async ([name, verb, template]) => {
      const path = template
        .replace('{project}', 'cloudlab-sandbox')
        .replace('{zone}', 'asia-northeast3-a')
        .replace('{region}', 'asia-northeast3')
        .replaceAll(/\{\w+\}/g, 'x');
      const { status, text } = await http.call(verb, `/compute/v1/${path}`);
      expect(text, `${name}: no such route`).not.toContain('"Not Found"');
      expect(status, `${name}: ${text}`).not.toBe(500);
      if (status === 501) missing.push(name);
      if (status === 501) expect(text).toContain(` ${name} `);
    }),
  );
  const unknown = await http.get('/compute/v1/projects/cloudlab-sandbox/global/nothing');
  expect(unknown.status).toBe(404);
});
