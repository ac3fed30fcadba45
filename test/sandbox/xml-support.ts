import { request } from 'node:http';
import type { Sandbox } from '../../src/sandbox/server.ts';

export interface RawReply {
  status: number;
  headers: Record<string, string | undefined>;
  body: Buffer;
  text: string;
}

export interface RawInit {
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** Speaks to a sandbox with the path exactly as given, which `fetch` would tidy up. */
export function raw(
  sandbox: Sandbox,
  method: string,
  path: string,
  init: RawInit = {},
): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const body = init.body === undefined ? undefined : Buffer.from(init.body);
    const length: Record<string, string> =
      body === undefined ? {} : { 'content-length': String(body.length) };
    const call = request(
      {
        host: '127.0.0.1',
        port: sandbox.port,
        method,
        path,
        headers: { ...length, ...init.headers },
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          const headers = Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
          );
          resolve({
            status: response.statusCode ?? 0,
            headers,
            body: bytes,
            text: bytes.toString(),
          });
        });
      },
    );
    if (body === undefined) call.useChunkedEncodingByDefault = false;
    call.on('error', reject);
    call.end(body);
  });
}

/** The contents of all elements of a name, in order. */
export function texts(xml: string, element: string): string[] {
  return [...xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>|<${element}/>`, 'g'))].map(
    (match) => unescapeText(match[1] ?? ''),
  );
}

const unescapeText = (text: string): string =>
  text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

/** Shorthand for calls on one sandbox. */
export function xmlClient(sandbox: Sandbox) {
  const call = (method: string, path: string, init?: RawInit) => raw(sandbox, method, path, init);
  return {
    call,
    get: (path: string, headers: Record<string, string> = {}) => call('GET', path, { headers }),
    head: (path: string, headers: Record<string, string> = {}) => call('HEAD', path, { headers }),
    put: (path: string, body: string | Buffer = '', headers: Record<string, string> = {}) =>
      call('PUT', path, { body, headers }),
    post: (path: string, body: string | Buffer = '', headers: Record<string, string> = {}) =>
      call('POST', path, { body, headers }),
    delete: (path: string, headers: Record<string, string> = {}) =>
      call('DELETE', path, { headers }),
  };
}
