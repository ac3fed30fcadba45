import { createHash } from 'node:crypto';

/**
 * What a metadata server knows: folders, lists and values, as its paths show them. In JSON the
 * names are in camel case (`machineType`), in paths with hyphens (`machine-type`).
 *
 * https://cloud.google.com/compute/docs/metadata/predefined-metadata-keys
 */
export type MetadataNode = MetadataFolder | MetadataNode[] | Leaf;

export interface MetadataFolder {
  readonly [name: string]: MetadataNode | undefined;
}

/** A value: how JSON shows it; as text it is shown as it is, or as `text` says. */
export class Leaf {
  readonly json: unknown;
  readonly text: string;

  constructor(json: unknown, text = String(json)) {
    this.json = json;
    this.text = text;
  }
}

export interface MetadataRequest {
  method: string;
  /** Scheme and host in it. */
  url: string;
  headers: readonly (readonly [name: string, value: string])[];
}

export interface MetadataResponse {
  status: number;
  statusText: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: Uint8Array;
}

/**
 * How a metadata server answers: the one that every VM finds at 169.254.169.254
 * (`metadata.google.internal`), over HTTP without encryption, and the one that stands for it
 * outside of VMs.
 *
 *     GET /computeMetadata/v1/instance/zone          Metadata-Flavor: Google
 *     200 projects/100000000001/zones/asia-northeast3-a
 *
 * Every request must carry the header `Metadata-Flavor: Google`, which neither a browser nor a
 * fooled web server sends, and none that came through a proxy (`X-Forwarded-For`). A path that
 * ends in a slash lists names, one a line, folders with a slash; `?recursive=true` gives all
 * below as JSON; `?alt=json|text` chooses. Answers carry an ETag.
 *
 * https://cloud.google.com/compute/docs/metadata/querying-metadata
 */
export function answerMetadata(
  tree: () => MetadataFolder,
  request: MetadataRequest,
): MetadataResponse {
  const url = new URL(request.url);
  const header = (name: string) => request.headers.find(([key]) => key.toLowerCase() === name)?.[1];
  if (request.method !== 'GET' && request.method !== 'HEAD') return page(405, 'Method Not Allowed');
  if (url.pathname === '/') return text(200, 'computeMetadata/\n');
  if (header('x-forwarded-for') !== undefined) return page(403, FORWARDED);
  if (header('metadata-flavor')?.toLowerCase() !== 'google') return page(403, NO_HEADER);
  if (/^\/computeMetadata\/?$/.test(url.pathname)) return text(200, 'v1/\n');
  const [, path] = /^\/computeMetadata\/v1(\/.*)?$/.exec(decode(url.pathname)) ?? [];
  if (path === undefined && !/^\/computeMetadata\/v1$/.test(url.pathname)) return notFound(url);
  const found = find(tree(), path ?? '/');
  if (found === undefined) return notFound(url);
  const answer = show(found, url);
  return request.method === 'HEAD' ? { ...answer, body: new Uint8Array() } : answer;
}

function show(node: MetadataNode, url: URL): MetadataResponse {
  const alt = url.searchParams.get('alt');
  if (node instanceof Leaf) {
    return alt === 'json' ? json(node.json) : text(200, node.text, isJson(node));
  }
  if (url.searchParams.get('recursive')?.toLowerCase() === 'true') {
    return alt === 'text' ? text(200, flat(node, '')) : json(asJson(node, false));
  }
  if (!url.pathname.endsWith('/')) return redirect(url);
  if (alt === 'json') return json(asJson(node, false));
  // All names, those too that a recursive answer leaves out: tokens.
  const names = Object.getOwnPropertyNames(node)
    .filter((name) => name !== 'length')
    .sort()
    .map((name) => (find(node, name) instanceof Leaf ? name : `${name}/`));
  return text(200, names.map((name) => `${name}\n`).join(''));
}

/** Tokens are JSON whatever was asked for. */
const isJson = ({ json, text: shown }: Leaf): boolean =>
  typeof json === 'object' && shown.startsWith('{');

function find(tree: MetadataNode, path: string): MetadataNode | undefined {
  let node: MetadataNode | undefined = tree;
  for (const name of path.split('/').filter((part) => part !== '')) {
    if (node === undefined || node instanceof Leaf) return undefined;
    if (Array.isArray(node)) node = /^\d+$/.test(name) ? node[Number(name)] : undefined;
    else node = Object.hasOwn(node, name) ? node[name] : undefined;
  }
  return node instanceof Leaf && path.endsWith('/') ? undefined : node;
}

function entries(node: MetadataFolder | readonly MetadataNode[]): [string, MetadataNode][] {
  const all = Object.entries(node as Record<string, MetadataNode | undefined>);
  return all
    .filter((entry): entry is [string, MetadataNode] => entry[1] !== undefined)
    .sort(([a], [b]) => (Array.isArray(node) ? Number(a) - Number(b) : a < b ? -1 : 1));
}

/** @param own the names are the user's own */
function asJson(node: MetadataNode, own: boolean): unknown {
  if (node instanceof Leaf) return node.json;
  if (Array.isArray(node)) return node.map((below) => asJson(below, false));
  return Object.fromEntries(
    entries(node).map(([name, below]) => [
      own ? name : name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
      asJson(below, name === 'attributes'),
    ]),
  );
}

function flat(node: MetadataNode, path: string): string {
  if (node instanceof Leaf) return `${path} ${node.text}\n`;
  return entries(node)
    .map(([name, below]) => flat(below, path === '' ? name : `${path}/${name}`))
    .join('');
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function response(status: number, type: string, body: string): MetadataResponse {
  const bytes = Buffer.from(body);
  return {
    status,
    statusText: STATUS[status] ?? '',
    headers: [
      ['Metadata-Flavor', 'Google'],
      ['Content-Type', type],
      ['ETag', createHash('sha256').update(bytes).digest('hex').slice(0, 16)],
      ['Server', 'Metadata Server for VM'],
      ['Content-Length', String(bytes.length)],
      ['X-XSS-Protection', '0'],
      ['X-Frame-Options', 'SAMEORIGIN'],
    ],
    body: bytes,
  };
}

const text = (status: number, body: string, isJson = false): MetadataResponse =>
  response(status, isJson ? 'application/json' : 'application/text', body);

const json = (value: unknown): MetadataResponse =>
  response(200, 'application/json', JSON.stringify(value));

function redirect(url: URL): MetadataResponse {
  const answer = response(301, 'text/html', '');
  const location = `${url.origin}${url.pathname}/${url.search}`;
  return { ...answer, headers: [...answer.headers, ['Location', location]] };
}

const page = (status: number, why: string): MetadataResponse =>
  response(
    status,
    'text/html; charset=UTF-8',
    `<!DOCTYPE html>\n<html lang=en>\n<title>Error ${status} (${STATUS[status]})!!1</title>\n<p><b>${status}.</b> ${why}\n`,
  );

const notFound = (url: URL): MetadataResponse =>
  page(
    404,
    `The requested URL <code>${url.pathname.replaceAll(/[<>&]/g, '')}</code> was not found on this server.`,
  );

const NO_HEADER =
  'Missing Metadata-Flavor:Google header. Your client does not have permission to get this URL from this server.';
const FORWARDED =
  'X-Forwarded-For is not allowed. Your client does not have permission to get this URL from this server.';

const STATUS: Readonly<Record<number, string>> = {
  200: 'OK',
  301: 'Moved Permanently',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
};
