import type { FileView } from '../../../fs/view.ts';
import { errorText } from '../../../kernel/errors.ts';

/**
 * nginx's configuration: directives with arguments, ended by `;` or followed by a block. What is
 * wrong in it is said in nginx's own words, with file and line, since reading them is part of
 * what a beginner learns. https://nginx.org/en/docs/beginners_guide.html#conf_structure
 */

export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block: readonly Directive[] | undefined;
  readonly file: string;
  readonly line: number;
}

/** `unknown directive "servr" in /etc/nginx/sites-enabled/default:3`. */
export class ConfigError extends Error {}

export const MAIN = '/etc/nginx/nginx.conf';
const MAX_INCLUDES = 64;

interface Token {
  readonly text: string;
  readonly quoted: boolean;
  readonly line: number;
}

function tokens(text: string, file: string): Token[] {
  const found: Token[] = [];
  let line = 1;
  for (let at = 0; at < text.length; ) {
    const letter = text[at] as string;
    if (letter === '\n') line++;
    if (/\s/.test(letter)) at++;
    else if (letter === '#') while (at < text.length && text[at] !== '\n') at++;
    else if ('{};'.includes(letter)) {
      found.push({ text: letter, quoted: false, line });
      at++;
    } else if (letter === '"' || letter === "'") {
      const start = line;
      let word = '';
      at++;
      for (; at < text.length && text[at] !== letter; at++) {
        if (text[at] === '\\') at++;
        if (text[at] === '\n') line++;
        word += text[at];
      }
      if (at >= text.length)
        throw new ConfigError(`unexpected end of file, expecting "${letter}" in ${file}:${line}`);
      at++;
      found.push({ text: word, quoted: true, line: start });
    } else {
      let word = '';
      while (at < text.length && !/[\s{};]/.test(text[at] as string)) {
        // `${name}` is part of a word.
        if (text[at] === '$' && text[at + 1] === '{')
          while (at < text.length && text[at] !== '}') word += text[at++];
        word += text[at++];
      }
      found.push({ text: word, quoted: false, line });
    }
  }
  return found;
}

export function readConfig(fs: FileView, path = MAIN): Directive[] {
  let includes = 0;
  const readFile = (file: string): Directive[] => {
    if (++includes > MAX_INCLUDES) throw new ConfigError(`too many nested includes in ${file}`);
    let text: string;
    try {
      text = fs.readText(file);
    } catch (error) {
      const number = errorText(error).startsWith('Permission') ? 13 : 2;
      throw new ConfigError(`open() "${file}" failed (${number}: ${errorText(error)})`);
    }
    return parse(tokens(text, file), file);
  };
  const parse = (list: Token[], file: string): Directive[] => {
    let at = 0;
    const block = (depth: number): Directive[] => {
      const directives: Directive[] = [];
      let words: Token[] = [];
      for (; at < list.length; at++) {
        const token = list[at] as Token;
        const sign = token.quoted ? '' : token.text;
        if (sign === ';' || sign === '{') {
          const [name, ...args] = words;
          if (!name) throw new ConfigError(`unexpected "${sign}" in ${file}:${token.line}`);
          let inner: Directive[] | undefined;
          if (sign === '{') {
            at++;
            inner = block(depth + 1);
          }
          directives.push(
            ...expanded({
              name: name.text,
              args: args.map((one) => one.text),
              block: inner,
              file,
              line: name.line,
            }),
          );
          words = [];
        } else if (sign === '}') {
          if (words.length > 0 || depth === 0)
            throw new ConfigError(`unexpected "}" in ${file}:${token.line}`);
          return directives;
        } else words.push(token);
      }
      const last = list.at(-1)?.line ?? 1;
      if (words.length > 0)
        throw new ConfigError(`unexpected end of file, expecting ";" or "}" in ${file}:${last}`);
      if (depth > 0)
        throw new ConfigError(`unexpected end of file, expecting "}" in ${file}:${last}`);
      return directives;
    };
    return block(0);
  };
  const expanded = (directive: Directive): Directive[] => {
    check(directive);
    if (directive.name !== 'include') return [directive];
    const pattern = absolute(directive.args[0] ?? '');
    return matching(fs, pattern).flatMap(readFile);
  };
  return readFile(path);
}

function absolute(path: string): string {
  return path.startsWith('/') ? path : `/etc/nginx/${path}`;
}

/** Files for `include`: only the last part may hold an asterisk. */
function matching(fs: FileView, pattern: string): string[] {
  if (!pattern.includes('*')) return [pattern];
  const folder = pattern.slice(0, pattern.lastIndexOf('/'));
  const name = pattern.slice(folder.length + 1);
  if (!fs.exists(folder)) return [];
  const parts = name.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const fits = new RegExp(`^${parts.join('.*')}$`);
  return fs
    .list(folder)
    .filter((one) => fits.test(one) && !one.startsWith('.'))
    .map((one) => `${folder}/${one}`);
}

const blocks = new Set([
  'http',
  'server',
  'location',
  'events',
  'types',
  'upstream',
  'if',
  'map',
  'geo',
  'limit_except',
  'mail',
  'stream',
]);
/** What this nginx knows; the ones that it acts on stand in site.ts. */
const known = new Set(
  `include user worker_processes pid error_log worker_connections multi_accept use sendfile tcp_nopush tcp_nodelay types_hash_max_size server_tokens server_names_hash_bucket_size server_name_in_redirect default_type ssl_protocols ssl_prefer_server_ciphers access_log log_format gzip gzip_vary gzip_proxied gzip_comp_level gzip_buffers gzip_http_version gzip_types gzip_min_length gzip_disable listen server_name root index location try_files return rewrite error_page autoindex alias proxy_pass proxy_set_header proxy_http_version proxy_read_timeout proxy_connect_timeout proxy_redirect add_header expires deny allow client_max_body_size keepalive_timeout charset internal set limit_rate auth_basic auth_basic_user_file ssl_certificate ssl_certificate_key fastcgi_pass fastcgi_index fastcgi_param worker_rlimit_nofile load_module daemon master_process send_timeout client_body_timeout client_header_timeout open_file_cache resolver large_client_header_buffers etag if_modified_since autoindex_exact_size autoindex_localtime log_not_found absolute_redirect port_in_redirect proxy_buffering satisfy real_ip_header set_real_ip_from`.split(
    ' ',
  ),
);

function check(directive: Directive): void {
  const { name, args, block, file, line } = directive;
  if (!known.has(name) && !blocks.has(name)) {
    // Inside `types` every name is a media type, inside `map` a value.
    if (name.includes('/')) return;
    throw new ConfigError(`unknown directive "${name}" in ${file}:${line}`);
  }
  if (block === undefined && blocks.has(name))
    throw new ConfigError(`directive "${name}" has no opening "{" in ${file}:${line}`);
  if (block !== undefined && !blocks.has(name))
    throw new ConfigError(`directive "${name}" is not terminated by ";" in ${file}:${line}`);
  const one = [
    'root',
    'pid',
    'default_type',
    'worker_connections',
    'autoindex',
    'alias',
    'include',
    'sendfile',
    'server_tokens',
    'proxy_pass',
  ];
  // A forgotten semicolon swallows the next line: too many words.
  if (one.includes(name) && args.length !== 1)
    throw new ConfigError(`invalid number of arguments in "${name}" directive in ${file}:${line}`);
  if (
    ['index', 'server_name', 'listen', 'try_files', 'return', 'location'].includes(name) &&
    args.length === 0
  ) {
    throw new ConfigError(`invalid number of arguments in "${name}" directive in ${file}:${line}`);
  }
  if (name === 'listen') portOf(directive);
}

/** What may follow the address. */
const LISTEN =
  /^(default_server|default|ssl|http2|reuseport|deferred|bind|proxy_protocol|(backlog|rcvbuf|sndbuf|ipv6only|so_keepalive|fastopen|setfib|accept_filter)=.*)$/;

/** `80`, `[::]:80`, `127.0.0.1:8080`. */
export function portOf(directive: Directive): { port: number; address: string } {
  const [text = '', ...parameters] = directive.args;
  const unknown = parameters.find((one) => !LISTEN.test(one));
  if (unknown !== undefined) {
    throw new ConfigError(`invalid parameter "${unknown}" in ${directive.file}:${directive.line}`);
  }
  const match =
    /^(?:(\[[0-9a-f:]*\]|[\w.*-]+):)?(\d+)$/.exec(text) ??
    /^([\d.]+|\[[0-9a-f:]*\]|\*|localhost)$/.exec(text);
  if (!match)
    throw new ConfigError(`invalid parameter "${text}" in ${directive.file}:${directive.line}`);
  const port = match[2] === undefined ? 80 : Number(match[2]);
  if (port < 1 || port > 65_535)
    throw new ConfigError(
      `invalid port in "${text}" of the "listen" directive in ${directive.file}:${directive.line}`,
    );
  const host = match[1] ?? '*';
  return {
    port,
    address: ['127.0.0.1', 'localhost', '[::1]'].includes(host) ? '127.0.0.1' : '0.0.0.0',
  };
}

export function directivesNamed(list: readonly Directive[], name: string): Directive[] {
  return list.filter((one) => one.name === name);
}

/** The arguments of the last directive of this name. */
export function argsOf(list: readonly Directive[], name: string): readonly string[] | undefined {
  return directivesNamed(list, name).at(-1)?.args;
}
