import type { GuestNetworkFault, GuestResponse } from '../../contract.ts';
import type { ProgramIo } from '../../kernel/programs.ts';
import { type Options, parseOptions } from '../options.ts';
import { Failure, program } from '../program.ts';

/**
 * `curl` and `wget`, over the requests that the kernel makes for programs. Messages and exit
 * codes are curl's own: https://curl.se/docs/manpage.html#EXIT
 */

/** What a body may be at most; the host bounds it too. */
const MAX_REDIRECTS = 50;
const FOREVER = 130_000;

/** Why a request failed, as the host says. */
export function faultOf(error: unknown): GuestNetworkFault | undefined {
  const fault = (error as { fault?: unknown } | undefined)?.fault;
  return ['timeout', 'refused', 'unresolved', 'unreachable', 'reset'].includes(fault as string)
    ? (fault as GuestNetworkFault)
    : undefined;
}

const SPEC =
  's,silent S,show-error f,fail i,include,show-headers I,head v,verbose o:,output: O,remote-name L,location X:,request: H:,header: d:,data: data-raw: data-binary: data-urlencode: G,get w:,write-out: m:,max-time: connect-timeout: u:,user: A,user-agent: e:,referer: k,insecure 4,ipv4 6,ipv6 retry: retry-delay: retry-connrefused retry-all-errors compressed #,progress-bar F:,form: T:,upload-file: json: fail-with-body x:,proxy: noproxy: V,version h,help N,no-buffer max-redirs: url: D:,dump-header: J http1.1 http2 no-progress-meter fail-early create-dirs b:,cookie: c:,cookie-jar: resolve: interface: tlsv1.2 cacert: r:,range: B P Z';

interface Target {
  readonly host: string;
  readonly port: number;
  readonly url: URL;
}

class CurlFailure extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const curl = program('curl', async (io) => {
  const options = parseOptions({ name: 'curl', args: io.args }, fixed(SPEC), {
    status: 2,
    usage: "curl: try 'curl --help' or 'curl --manual' for more information",
  });
  if (options.has('V')) {
    await io.out('curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1\nProtocols: http https\n');
    return 0;
  }
  const urls = [...options.operands, ...options.values('url')];
  if (urls.length === 0)
    throw new Failure("curl: try 'curl --help' or 'curl --manual' for more information", 2);
  for (const name of ['F', 'T', 'x', 'b', 'c', 'r']) {
    if (options.has(name))
      throw new Failure(`curl: option -${name}: the curl of this sandbox does not do that`, 2);
  }
  let status = 0;
  for (const url of urls) {
    let left = Math.min(10, Number(options.value('retry') ?? 0));
    for (;;) {
      status = await transfer(io, options, url);
      const transient =
        status === 28 ||
        (status === 7 && (options.has('retry-connrefused') || options.has('retry-all-errors'))) ||
        (status === 22 && options.has('retry-all-errors'));
      if (!transient || left-- <= 0 || io.signal.aborted) break;
      const delay = Number(options.value('retry-delay') ?? 1);
      if (!options.has('s'))
        await io.err(
          `Warning: Problem: ${status === 28 ? 'timeout' : 'connection refused'}. Will retry in ${delay} seconds. ${left + 1} retries left.\n`,
        );
      await io.sleep(delay * 1000);
    }
  }
  return status;
});

/** `A` and `e` take values; the table above names them beside their long forms. */
function fixed(spec: string): string {
  return spec.replace('A,user-agent:', 'A:,user-agent:').replace('P Z', 'Z');
}

async function transfer(io: ProgramIo, options: Options, text: string): Promise<number> {
  try {
    return await fetched(io, options, text);
  } catch (error) {
    if (!(error instanceof CurlFailure)) throw error;
    if (!options.has('s') || options.has('S'))
      await io.err(`curl: (${error.status}) ${error.message}\n`);
    await writeOut(io, options, {
      code: error.status,
      status: 0,
      size: 0,
      seconds: 0,
      url: text,
      type: '',
      redirects: 0,
    });
    return error.status;
  }
}

async function fetched(io: ProgramIo, options: Options, text: string): Promise<number> {
  const body = await bodyOf(io, options);
  const asQuery = options.has('G') && body !== undefined;
  let target = targetOf(asQuery ? `${text}${text.includes('?') ? '&' : '?'}${body}` : text);
  let method =
    options.value('X') ??
    (options.has('I') ? 'HEAD' : body !== undefined && !asQuery ? 'POST' : 'GET');
  let sent = asQuery ? undefined : body;
  const output = options.has('O')
    ? (target.url.pathname.split('/').at(-1) ?? '')
    : options.value('o');
  if (options.has('O') && output === '')
    throw new CurlFailure(23, 'Remote file name has no length!');
  // Where the answer goes to no terminal, curl draws its table on standard error.
  const quiet = options.has('s') || options.has('no-progress-meter');
  const progress = !quiet && (output === undefined || output === '-' ? !io.toTerminal : true);
  const started = io.kernel.now();
  for (let redirects = 0; ; redirects++) {
    const response = await send(io, options, target, method, sent);
    const location = header(response, 'location');
    if (
      options.has('L') &&
      location !== undefined &&
      response.status >= 300 &&
      response.status < 400
    ) {
      if (options.has('i') || options.has('I')) await io.out(headText(response));
      if (redirects >= Number(options.value('max-redirs') ?? MAX_REDIRECTS)) {
        throw new CurlFailure(47, `Maximum (${MAX_REDIRECTS}) redirects followed`);
      }
      target = targetOf(new URL(location, target.url).href);
      if (
        response.status === 303 ||
        (method === 'POST' && response.status < 307 && !options.has('X'))
      ) {
        method = 'GET';
        sent = undefined;
      }
      continue;
    }
    if (options.has('f') && response.status >= 400) {
      throw new CurlFailure(22, `The requested URL returned error: ${response.status}`);
    }
    const content = method === 'HEAD' ? new Uint8Array(0) : response.body;
    const head = options.has('i') || options.has('I') ? headText(response) : '';
    const dump = options.value('D');
    if (dump !== undefined)
      await (dump === '-' ? io.out(headText(response)) : io.fs.write(dump, headText(response)));
    if (output === undefined || output === '-') {
      if (head !== '') await io.out(head);
      await io.out(content);
    } else {
      try {
        io.fs.write(output, Buffer.concat([Buffer.from(head), content]));
      } catch {
        throw new CurlFailure(23, 'Failure writing output to destination');
      }
    }
    const seconds = (io.kernel.now() - started) / 1000;
    if (progress) await io.err(meter(content.length, seconds));
    await writeOut(io, options, {
      code: 0,
      status: response.status,
      size: content.length,
      seconds,
      url: target.url.href,
      type: header(response, 'content-type') ?? '',
      redirects,
    });
    if (options.has('fail-with-body') && response.status >= 400) {
      throw new CurlFailure(22, `The requested URL returned error: ${response.status}`);
    }
    return 0;
  }
}

function targetOf(text: string): Target {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && !['http', 'https'].includes(scheme)) {
    throw new CurlFailure(1, `Protocol "${scheme}" not supported or disabled in libcurl`);
  }
  let url: URL;
  try {
    url = new URL(scheme === undefined ? `http://${text}` : text);
  } catch {
    throw new CurlFailure(3, 'URL using bad/illegal format or missing URL');
  }
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  return { host: url.hostname, port, url };
}

async function bodyOf(io: ProgramIo, options: Options): Promise<string | undefined> {
  const parts: string[] = [];
  const add = async (value: string, how: 'data' | 'raw' | 'binary') => {
    if (how === 'raw' || !value.startsWith('@')) return value;
    const file = value.slice(1);
    const text = file === '-' ? await io.stdinText() : read(io, file);
    return how === 'binary' ? text : text.replaceAll(/[\r\n]/g, '');
  };
  for (const value of options.values('d')) parts.push(await add(value, 'data'));
  for (const value of options.values('data-raw')) parts.push(await add(value, 'raw'));
  for (const value of options.values('data-binary')) parts.push(await add(value, 'binary'));
  for (const value of options.values('json')) parts.push(await add(value, 'binary'));
  for (const value of options.values('data-urlencode')) {
    const [key, ...rest] = value.split('=');
    parts.push(
      rest.length === 0
        ? encodeURIComponent(value)
        : `${key}${key === '' ? '' : '='}${encodeURIComponent(rest.join('='))}`,
    );
  }
  return parts.length === 0 ? undefined : parts.join('&');
}

function read(io: ProgramIo, file: string): string {
  try {
    return io.fs.readText(file);
  } catch {
    throw new CurlFailure(26, `Failed to open ${file}`);
  }
}

async function send(
  io: ProgramIo,
  options: Options,
  target: Target,
  method: string,
  body: string | undefined,
): Promise<GuestResponse> {
  const { host, port, url } = target;
  const headers = headersOf(io, options, target, body);
  const verbose = options.has('v');
  const [most, connect] = [seconds(options, 'm'), seconds(options, 'connect-timeout')];
  const timeoutMs = Math.min(most ?? FOREVER, connect ?? FOREVER);
  const started = io.kernel.now();
  if (verbose) await io.err(`*   Trying ${host}:${port}...\n`);
  try {
    const response = await io.kernel.request({
      method,
      url: url.href,
      headers,
      body: Buffer.from(body ?? ''),
      timeoutMs,
    });
    if (verbose) {
      const ask = `> ${method} ${url.pathname}${url.search} HTTP/1.1\n${headers.map(([name, value]) => `> ${name}: ${value}\n`).join('')}>\n`;
      const answer = headText(response)
        .trimEnd()
        .split('\r\n')
        .map((line) => `< ${line}\n`)
        .join('');
      await io.err(
        `* Connected to ${host} (${host}) port ${port} (#0)\n${ask}${answer}<\n* Connection #0 to host ${host} left intact\n`,
      );
    }
    return response;
  } catch (error) {
    const waited = Math.max(0, Math.round(io.kernel.now() - started));
    const after = `after ${waited} ms`;
    switch (faultOf(error)) {
      case 'unresolved':
        throw new CurlFailure(6, `Could not resolve host: ${host}`);
      case 'refused':
        throw new CurlFailure(
          7,
          `Failed to connect to ${host} port ${port} ${after}: Couldn't connect to server`,
        );
      case 'unreachable':
        throw new CurlFailure(
          7,
          `Failed to connect to ${host} port ${port} ${after}: No route to host`,
        );
      case 'timeout':
        throw new CurlFailure(
          28,
          most !== undefined && most <= timeoutMs
            ? `Connection timed out after ${Math.max(waited, most)} milliseconds`
            : connect !== undefined
              ? `Failed to connect to ${host} port ${port} ${after}: Timeout was reached`
              : `Failed to connect to ${host} port ${port} after ${Math.max(waited, timeoutMs)} ms: Couldn't connect to server`,
        );
      case 'reset':
        throw new CurlFailure(56, 'Recv failure: Connection reset by peer');
      default:
        throw error;
    }
  }
}

function headersOf(
  _io: ProgramIo,
  options: Options,
  target: Target,
  body: string | undefined,
): [string, string][] {
  const headers: [string, string][] = [
    ['Host', target.url.host],
    ['User-Agent', options.value('A') ?? 'curl/7.88.1'],
    ['Accept', options.has('json') ? 'application/json' : '*/*'],
  ];
  const user = options.value('u');
  if (user !== undefined)
    headers.push(['Authorization', `Basic ${Buffer.from(user).toString('base64')}`]);
  const referer = options.value('e');
  if (referer !== undefined) headers.push(['Referer', referer]);
  if (body !== undefined) {
    headers.push(['Content-Length', String(Buffer.byteLength(body))]);
    headers.push([
      'Content-Type',
      options.has('json') ? 'application/json' : 'application/x-www-form-urlencoded',
    ]);
  }
  for (const given of options.values('H')) {
    const [name = '', ...rest] = given.split(':');
    const value = rest.join(':').trim();
    const at = headers.findIndex(([one]) => one.toLowerCase() === name.trim().toLowerCase());
    if (at >= 0) headers.splice(at, 1);
    if (value !== '') headers.push([name.trim(), value]);
  }
  return headers;
}

function seconds(options: Options, name: string): number | undefined {
  const text = options.value(name);
  if (text === undefined) return undefined;
  if (!(Number(text) >= 0))
    throw new Failure(
      `curl: option --${name === 'm' ? 'max-time' : name}: expected a proper numerical parameter\ncurl: try 'curl --help' or 'curl --manual' for more information`,
      2,
    );
  return Number(text) === 0 ? undefined : Number(text) * 1000;
}

function header(response: GuestResponse, name: string): string | undefined {
  return response.headers.find(([one]) => one.toLowerCase() === name)?.[1];
}

function headText(response: GuestResponse): string {
  const lines = response.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${response.status} ${response.statusText}\r\n${lines}\r\n`;
}

async function writeOut(
  io: ProgramIo,
  options: Options,
  done: {
    /** That curl ends with. */
    code: number;
    status: number;
    size: number;
    seconds: number;
    url: string;
    type: string;
    redirects: number;
  },
): Promise<void> {
  const format = options.value('w');
  if (format === undefined) return;
  const values: Readonly<Record<string, string>> = {
    exitcode: String(done.code),
    http_code: String(done.status).padStart(3, '0'),
    response_code: String(done.status).padStart(3, '0'),
    size_download: String(done.size),
    time_total: done.seconds.toFixed(6),
    time_connect: (done.seconds * 0.3).toFixed(6),
    url_effective: done.url,
    content_type: done.type,
    num_redirects: String(done.redirects),
    scheme: done.url.startsWith('https') ? 'HTTPS' : 'HTTP',
  };
  await io.out(
    format
      .replaceAll(/%\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
      .replaceAll('\\n', '\n')
      .replaceAll('\\t', '\t'),
  );
}

/** The table that curl draws when its output goes to a file. */
function meter(size: number, took: number): string {
  const rate = String(Math.round(size / Math.max(took, 0.01))).padStart(6);
  const bytes = String(size).padStart(5);
  return `  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed
100 ${bytes}  100 ${bytes}    0     0 ${rate}      0 --:--:-- --:--:-- --:--:-- ${rate}
`;
}

const wget = program('wget', async (io) => {
  const options = parseOptions(
    io,
    'q,quiet O:,output-document: S,server-response T:,timeout: t:,tries: n: nv,no-verbose header: spider no-check-certificate P:,directory-prefix: c method: body-data: post-data: U:,user-agent:',
    {
      status: 2,
      usage: "Usage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.",
    },
  );
  const [text] = options.operands;
  if (text === undefined)
    throw new Failure(
      "wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.",
    );
  const quiet = options.has('q');
  const say = async (line: string) => {
    if (!quiet) await io.err(line);
  };
  const stamp = () => new Date(io.kernel.now()).toISOString().slice(0, 19).replace('T', ' ');
  let url = new URL(/^https?:/.test(text) ? text : `http://${text}`);
  for (let redirects = 0; redirects <= 20; redirects++) {
    const { hostname } = url;
    const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
    await say(`--${stamp()}--  ${url.href}\n`);
    const post = options.value('post-data');
    let response: GuestResponse;
    try {
      response = await io.kernel.request({
        method:
          options.value('method') ??
          (post !== undefined ? 'POST' : options.has('spider') ? 'HEAD' : 'GET'),
        url: url.href,
        headers: [
          ['Host', url.host],
          ['User-Agent', options.value('U') ?? 'Wget/1.21.3'],
          ['Accept', '*/*'],
          ...options.values('header').map((one): [string, string] => {
            const [name = '', ...rest] = one.split(':');
            return [name.trim(), rest.join(':').trim()];
          }),
        ],
        body: Buffer.from(post ?? ''),
        timeoutMs: Number(options.value('T') ?? 0) * 1000 || FOREVER,
      });
    } catch (error) {
      const fault = faultOf(error);
      if (fault === undefined) throw error;
      if (fault === 'unresolved') {
        await say(
          `Resolving ${hostname} (${hostname})... failed: Name or service not known.\nwget: unable to resolve host address ‘${hostname}’\n`,
        );
      } else {
        const words = {
          timeout: 'Connection timed out',
          refused: 'Connection refused',
          unreachable: 'No route to host',
          reset: 'Connection reset by peer',
        }[fault];
        await say(`Connecting to ${hostname} (${hostname}):${port}... failed: ${words}.\n`);
      }
      return 4;
    }
    await say(
      `Connecting to ${hostname} (${hostname}):${port}... connected.\nHTTP request sent, awaiting response... ${response.status} ${response.statusText}\n`,
    );
    const location = header(response, 'location');
    if (location !== undefined && response.status >= 300 && response.status < 400) {
      url = new URL(location, url);
      await say(`Location: ${url.href} [following]\n`);
      continue;
    }
    if (response.status >= 400) {
      await say(`${stamp()} ERROR ${response.status}: ${response.statusText}.\n\n`);
      return 8;
    }
    if (options.has('spider')) {
      await say('Remote file exists.\n\n');
      return 0;
    }
    const name = url.pathname.split('/').at(-1) || 'index.html';
    const folder = options.value('P');
    const output = options.value('O') ?? (folder === undefined ? name : `${folder}/${name}`);
    const type = header(response, 'content-type')?.split(';')[0] ?? 'application/octet-stream';
    await say(
      `Length: ${response.body.length} [${type}]\nSaving to: ‘${output === '-' ? 'STDOUT' : output}’\n\n`,
    );
    if (output === '-') await io.out(response.body);
    else io.fs.write(output, response.body);
    await say(
      `${stamp()} (${(response.body.length / 1e3).toFixed(1)} KB/s) - ‘${output}’ saved [${response.body.length}/${response.body.length}]\n\n`,
    );
    return 0;
  }
  throw new Failure('20 redirections exceeded.', 8);
});

export const httpPrograms = [curl, wget];
