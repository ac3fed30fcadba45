import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.ts';
import { surroundings } from '../support/machine.ts';

/** A directory that is removed after the test. */
export async function tempDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'cloudlab-sandbox-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** A sandbox on a real port and a real directory, both gone after the test. */
export async function start(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const dataDir = options.dataDir ?? (await tempDir());
  const sandbox = await startSandbox({ ...surroundings, ...options, dataDir });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** The files below a directory, with their whole paths. */
export async function filesBelow(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

/** The files that hold the large bodies of a data directory. */
export const blobFiles = (dataDir: string): Promise<string[]> => filesBelow(join(dataDir, 'blobs'));

/** A clock that stands still until it is moved. */
export function manualClock(start = '2026-01-02T03:04:05.678Z') {
  let time = Date.parse(start);
  return {
    now: () => new Date(time),
    advance: (milliseconds: number) => {
      time += milliseconds;
    },
  };
}

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  json: any;
}

/** Speaks to a sandbox as curl would. */
export function client(sandbox: Sandbox) {
  async function call(method: string, path: string, init: RequestInit = {}): Promise<Reply> {
    const response = await fetch(`${sandbox.url}${path}`, { method, ...init });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson && text !== '' ? JSON.parse(text) : undefined,
    };
  }
  const withJson = (body: unknown): RequestInit => ({
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  return {
    call,
    url: sandbox.url,
    get: (path: string, headers: Record<string, string> = {}) => call('GET', path, { headers }),
    post: (path: string, body: unknown) => call('POST', path, withJson(body)),
    patch: (path: string, body: unknown) => call('PATCH', path, withJson(body)),
    put: (path: string, body: unknown) => call('PUT', path, withJson(body)),
    delete: (path: string) => call('DELETE', path),
    bucket: (name: string, more: object = {}) =>
      call('POST', `/storage/v1/b?project=${sandbox.projectId}`, withJson({ name, ...more })),
    upload: (bucket: string, name: string, body: string | Uint8Array<ArrayBuffer>, query = '') =>
      call(
        'POST',
        `/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}${query}`,
        { body, headers: { 'content-type': 'text/plain' } },
      ),
  };
}
