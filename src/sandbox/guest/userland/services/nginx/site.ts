import type { GuestRequest, GuestResponse } from '../../../contract.ts';
import type { FileView } from '../../../fs/view.ts';
import { SystemError } from '../../../kernel/errors.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { argsOf, type Directive, directivesNamed, portOf } from './config.ts';

/** Answers requests as the configuration says: files, redirects, other servers behind it. */

export interface Site {
  readonly kernel: Kernel;
  readonly servers: readonly Server[];
  /** `nginx/1.22.1`. */
  readonly version: string;
  /** As the worker processes may read: `www-data`. */
  readonly files: FileView;
  logAccess(line: string): void;
  logError(level: string, line: string): void;
}

export interface Server {
  readonly ports: readonly { port: number; address: string }[];
  readonly byDefault: boolean;
  readonly names: readonly string[];
  readonly directives: readonly Directive[];
}

interface Answer {
  readonly status: number;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: Uint8Array | string;
}

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Moved Temporarily',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Authorization Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Not Allowed',
  410: 'Gone',
  413: 'Request Entity Too Large',
  444: '',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

const types: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  js: 'application/javascript',
  json: 'application/json',
  txt: 'text/plain',
  xml: 'text/xml',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  ico: 'image/x-icon',
  webp: 'image/webp',
  pdf: 'application/pdf',
  zip: 'application/zip',
  wasm: 'application/wasm',
  woff2: 'font/woff2',
  mp4: 'video/mp4',
  mp3: 'audio/mpeg',
};

export function serversOf(config: readonly Directive[]): Server[] {
  const http = directivesNamed(config, 'http').flatMap((one) => one.block ?? []);
  const outer = http.filter((one) => one.name !== 'server');
  return directivesNamed(http, 'server').map((one) => {
    const directives = one.block ?? [];
    const listens = directivesNamed(directives, 'listen');
    return {
      ports: listens.length === 0 ? [{ port: 80, address: '0.0.0.0' }] : listens.map(portOf),
      byDefault: listens.some((each) => each.args.includes('default_server')),
      names: directivesNamed(directives, 'server_name').flatMap((each) => each.args),
      // What stands outside counts where the server does not say otherwise.
      directives: [...outer, ...directives],
    };
  });
}

export async function answer(
  site: Site,
  port: number,
  request: GuestRequest,
): Promise<GuestResponse> {
  const url = new URL(request.url);
  const host = headerOf(request, 'host') ?? url.host;
  const server = serverFor(site.servers, port, host.split(':')[0] ?? '');
  let result: Answer;
  try {
    result = server ? await located(site, server, request, url, host) : page(site, 404);
  } catch (error) {
    if (!(error instanceof SystemError) && !(error instanceof URIError)) throw error;
    result = page(site, error instanceof URIError ? 400 : 500);
  }
  if (result.status >= 400 && server) result = errorPage(site, server, result);
  const whole =
    typeof result.body === 'string' ? Buffer.from(result.body) : (result.body ?? new Uint8Array(0));
  const added = server
    ? directivesNamed(server.directives, 'add_header').map((one): [string, string] => [
        one.args[0] ?? '',
        one.args[1] ?? '',
      ])
    : [];
  const tokens =
    server && argsOf(server.directives, 'server_tokens')?.[0] === 'off' ? 'nginx' : site.version;
  const headers: [string, string][] = [
    ['Server', tokens],
    ['Date', new Date(site.kernel.now()).toUTCString()],
    ...(result.headers ?? []).map(([name, value]): [string, string] => [name, value]),
  ];
  if (result.status !== 304 && result.status !== 204)
    headers.push(['Content-Length', String(whole.length)]);
  headers.push(['Connection', 'keep-alive'], ...(result.status < 400 ? added : []));
  site.logAccess(
    `${request.from} - - [${logDate(site.kernel.now())}] "${request.method} ${url.pathname}${url.search} HTTP/1.1" ${result.status} ${request.method === 'HEAD' ? 0 : whole.length} "${safe(headerOf(request, 'referer') ?? '-')}" "${safe(headerOf(request, 'user-agent') ?? '-')}"`,
  );
  return {
    status: result.status,
    statusText: reasons[result.status] ?? '',
    headers,
    body: request.method === 'HEAD' ? new Uint8Array(0) : whole,
  };
}

function serverFor(servers: readonly Server[], port: number, host: string): Server | undefined {
  const here = servers.filter((one) => one.ports.some((each) => each.port === port));
  const fits = (name: string) =>
    name === host ||
    (name.startsWith('*.') && host.endsWith(name.slice(1))) ||
    (name.endsWith('.*') && host.startsWith(name.slice(0, -1)));
  return here.find((one) => one.names.some(fits)) ?? here.find((one) => one.byDefault) ?? here[0];
}

/** https://nginx.org/en/docs/http/ngx_http_core_module.html#location */
function locationFor(server: Server, path: string): Directive | undefined {
  const all = directivesNamed(server.directives, 'location').map((one) => ({
    one,
    sign: one.args.length > 1 ? one.args[0] : '',
    pattern: one.args.at(-1) ?? '',
  }));
  const exact = all.find(({ sign, pattern }) => sign === '=' && pattern === path);
  if (exact) return exact.one;
  const prefixes = all
    .filter(({ sign, pattern }) => (sign === '' || sign === '^~') && path.startsWith(pattern))
    .sort((a, b) => b.pattern.length - a.pattern.length);
  const [longest] = prefixes;
  if (longest?.sign === '^~') return longest.one;
  const expression = all.find(({ sign, pattern }) => {
    if (sign !== '~' && sign !== '~*') return false;
    try {
      return new RegExp(pattern, sign === '~*' ? 'i' : '').test(path);
    } catch {
      return false;
    }
  });
  return (expression ?? longest)?.one;
}

async function located(
  site: Site,
  server: Server,
  request: GuestRequest,
  url: URL,
  host: string,
): Promise<Answer> {
  const path = decodeURIComponent(url.pathname);
  const location = locationFor(server, path);
  const scope = [
    ...server.directives.filter((one) => one.name !== 'location'),
    ...(location?.block ?? []),
  ];
  const variables: Readonly<Record<string, string>> = {
    uri: path,
    request_uri: url.pathname + url.search,
    host: host.split(':')[0] ?? '',
    http_host: host,
    scheme: 'http',
    args: url.search.slice(1),
    remote_addr: request.from,
    server_name: server.names[0] ?? '',
    request_method: request.method,
  };
  const fill = (text: string) =>
    text.replaceAll(/\$\{?(\w+)\}?/g, (_, name: string) => variables[name] ?? '');
  const [code, text] = argsOf(scope, 'return') ?? [];
  if (code !== undefined) return returned(site, code, text === undefined ? undefined : fill(text));
  for (const rule of scope.filter((one) => one.name === 'deny' || one.name === 'allow')) {
    const fits = rule.args[0] === 'all' || rule.args[0] === request.from;
    if (fits && rule.name === 'allow') break;
    if (fits) return page(site, 403);
  }
  const [upstream] = argsOf(scope, 'proxy_pass') ?? [];
  if (upstream !== undefined) return proxied(site, request, url, upstream);
  const alias = location && argsOf(location.block ?? [], 'alias')?.[0];
  const root = argsOf(scope, 'root')?.[0] ?? '/usr/share/nginx/html';
  const fileOf = (uri: string) =>
    alias === undefined
      ? `${root.replace(/\/$/, '')}${uri}`
      : alias + uri.slice((location?.args.at(-1) ?? '').length);
  const tries = argsOf(scope, 'try_files');
  if (tries) {
    for (const one of tries.slice(0, -1)) {
      // A slash at the end asks for a folder, and is not part of the address that goes on.
      const folder = one.endsWith('/');
      const uri = fill(folder ? one.slice(0, -1) : one);
      const wanted = fileOf(uri || '/');
      if (!site.files.exists(wanted)) continue;
      if ((site.files.stat(wanted).type === 'folder') === folder) {
        return file(site, scope, request, url, uri, fileOf, host);
      }
    }
    const last = fill(tries.at(-1) ?? '');
    if (last.startsWith('=')) return page(site, Number(last.slice(1)));
    return file(site, scope, request, url, last, fileOf, host);
  }
  return file(site, scope, request, url, path, fileOf, host);
}

function returned(site: Site, code: string, text: string | undefined): Answer {
  if (!/^\d+$/.test(code))
    return { status: 302, headers: [['Location', code]], body: pageText(site, 302) };
  const status = Number(code);
  if (status >= 300 && status < 400) {
    return {
      status,
      headers: [
        ['Content-Type', 'text/html'],
        ['Location', text ?? ''],
      ],
      body: pageText(site, status),
    };
  }
  if (text === undefined) return page(site, status);
  return { status, headers: [['Content-Type', 'text/plain']], body: text };
}

function file(
  site: Site,
  scope: readonly Directive[],
  request: GuestRequest,
  url: URL,
  uri: string,
  fileOf: (uri: string) => string,
  host: string,
): Answer {
  const { files } = site;
  const path = fileOf(uri);
  const complain = (what: string) =>
    site.logError(
      'error',
      `${what}, client: ${request.from}, server: _, request: "${request.method} ${url.pathname} HTTP/1.1", host: "${safe(host)}"`,
    );
  try {
    const found = files.stat(path);
    if (found.type === 'folder') {
      if (!uri.endsWith('/')) {
        return {
          status: 301,
          headers: [
            ['Content-Type', 'text/html'],
            ['Location', `http://${host}${url.pathname}/${url.search}`],
          ],
          body: pageText(site, 301),
        };
      }
      const names = argsOf(scope, 'index') ?? ['index.html'];
      const index = names.find((name) => files.exists(`${path}/${name}`));
      if (index !== undefined) return content(site, request, `${path.replace(/\/$/, '')}/${index}`);
      if (argsOf(scope, 'autoindex')?.[0] === 'on') return listing(site, path, url.pathname);
      complain(`directory index of "${path}" is forbidden`);
      return page(site, 403);
    }
    if (uri.endsWith('/')) return page(site, 404);
    return content(site, request, path);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    const number = { ENOENT: 2, EACCES: 13, ENOTDIR: 20 }[error.code as string] ?? 5;
    complain(`open() "${path}" failed (${number}: ${error.text})`);
    return page(site, error.code === 'EACCES' ? 403 : 404);
  }
}

function content(site: Site, request: GuestRequest, path: string): Answer {
  const found = site.files.stat(path);
  if (request.method !== 'GET' && request.method !== 'HEAD') return page(site, 405);
  const body = site.files.read(path);
  const modified = new Date(found.mtime).toUTCString();
  const tag = `"${Math.floor(found.mtime / 1000).toString(16)}-${found.size.toString(16)}"`;
  const same = headerOf(request, 'if-none-match');
  const since = headerOf(request, 'if-modified-since');
  const cached: [string, string][] = [
    ['Last-Modified', modified],
    ['ETag', tag],
  ];
  if (same !== undefined ? same.includes(tag) : since === modified)
    return { status: 304, headers: cached };
  const type = types[path.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
  return {
    status: 200,
    headers: [['Content-Type', type], ...cached, ['Accept-Ranges', 'bytes']],
    body,
  };
}

function listing(site: Site, path: string, shown: string): Answer {
  const rows = site.files
    .list(path)
    .filter((name) => !name.startsWith('.'))
    .map((name) => {
      const found = site.files.stat(`${path}/${name}`);
      const label = found.type === 'folder' ? `${name}/` : name;
      const date = new Date(found.mtime)
        .toUTCString()
        .replace(/^\w+, (\d+) (\w+) (\d+) (\d+:\d+).*/, '$1-$2-$3 $4');
      return `<a href="${encodeURI(label)}">${escaped(label)}</a>${' '.repeat(Math.max(1, 51 - label.length))}${date} ${(found.type === 'folder' ? '-' : String(found.size)).padStart(19)}\r\n`;
    });
  const title = `Index of ${escaped(decodeURIComponent(shown))}`;
  return {
    status: 200,
    headers: [['Content-Type', 'text/html']],
    body: `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<h1>${title}</h1><hr><pre><a href="../">../</a>\r\n${rows.join('')}</pre><hr></body>\r\n</html>\r\n`,
  };
}

async function proxied(
  site: Site,
  request: GuestRequest,
  url: URL,
  upstream: string,
): Promise<Answer> {
  try {
    const target = new URL(upstream);
    const path =
      target.pathname === '/' && !upstream.endsWith('/')
        ? url.pathname
        : target.pathname + url.pathname.slice(1);
    const response = await site.kernel.request({
      method: request.method,
      url: `${target.origin}${path}${url.search}`,
      headers: [
        ...request.headers.filter(([name]) => name.toLowerCase() !== 'host'),
        ['Host', target.host],
      ],
      body: request.body,
      timeoutMs: 60_000,
    });
    const own = ['server', 'date', 'connection', 'content-length', 'transfer-encoding'];
    return {
      status: response.status,
      headers: response.headers.filter(([name]) => !own.includes(name.toLowerCase())),
      body: response.body,
    };
  } catch {
    site.logError(
      'error',
      `connect() failed (111: Connection refused) while connecting to upstream, client: ${request.from}, upstream: "${upstream}"`,
    );
    return page(site, 502);
  }
}

function errorPage(site: Site, server: Server, result: Answer): Answer {
  for (const one of directivesNamed(server.directives, 'error_page')) {
    if (!one.args.slice(0, -1).includes(String(result.status))) continue;
    const root = argsOf(server.directives, 'root')?.[0] ?? '/usr/share/nginx/html';
    const path = `${root}${one.args.at(-1)}`;
    if (site.files.exists(path) && site.files.may('r', path)) {
      return {
        status: result.status,
        headers: [['Content-Type', 'text/html']],
        body: site.files.read(path),
      };
    }
  }
  return result;
}

function page(site: Site, status: number): Answer {
  return { status, headers: [['Content-Type', 'text/html']], body: pageText(site, status) };
}

function pageText(site: Site, status: number): string {
  const title = `${status} ${{ 301: 'Moved Permanently', 302: 'Found' }[status] ?? reasons[status] ?? ''}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>${site.version}</center>\r\n</body>\r\n</html>\r\n`;
}

function headerOf(request: GuestRequest, name: string): string | undefined {
  return request.headers.find(([one]) => one.toLowerCase() === name)?.[1];
}

/** One line of a log stays one line. */
function safe(text: string): string {
  return text
    .slice(0, 512)
    .replaceAll(
      /[\x00-\x1f"\\\x7f]/g,
      (letter) => `\\x${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** `21/Nov/2026:15:07:00 +0000`. */
function logDate(time: number): string {
  return new Date(time)
    .toUTCString()
    .replace(/^\w+, (\d+) (\w+) (\d+) (\S+) GMT$/, '$1/$2/$3:$4 +0000');
}
