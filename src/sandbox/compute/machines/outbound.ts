import type { GuestNetworkFault, GuestRequest, GuestResponse } from '../../guest/contract.ts';
import { FROM_A_MACHINE } from '../../identity.ts';

/** Where a request from inside a VM wants to go, by the name or the address in its URL. */
export type Destination =
  | { kind: 'metadata' }
  /** One of Google's APIs, which is this sandbox. */
  | { kind: 'api'; host: string }
  /** A mirror of the distribution's packages, for `apt update`. */
  | { kind: 'packages'; host: string }
  | { kind: 'address'; address: string }
  | { kind: 'name'; host: string };

const METADATA = /^(169\.254\.169\.254|metadata(\.google\.internal)?)$/;
const PACKAGES =
  /^((deb|security|ftp\.[a-z]+|cdn-fastly\.deb)\.debian\.org|([a-z]{2}\.|[a-z0-9-]+\.gce\.)?archive\.ubuntu\.com|security\.ubuntu\.com|packages\.cloud\.google\.com|mirrors?\.rockylinux\.org|dl\.rockylinux\.org)$/;
const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/;

/** @param host as it stands in the URL, in lower case */
export function destinationOf(host: string): Destination {
  if (METADATA.test(host)) return { kind: 'metadata' };
  if (ADDRESS.test(host)) return { kind: 'address', address: host };
  if (host.endsWith('.googleapis.com')) return { kind: 'api', host };
  if (PACKAGES.test(host)) return { kind: 'packages', host };
  return { kind: 'name', host };
}

/** A connection that did not come about, in the words of the guest's contract. */
export class NetworkError extends Error {
  override readonly name = 'GuestNetworkError';
  readonly fault: GuestNetworkFault;

  constructor(fault: GuestNetworkFault) {
    super(fault);
    this.fault = fault;
  }
}

/**
 * A mirror that has the packages. What they hold is the guest's own catalogue; a mirror only
 * has to be there to be reached, or not, by the VPC network's rules.
 */
export function answerPackages({ method }: GuestRequest): GuestResponse {
  const body = method === 'HEAD' ? new Uint8Array() : Buffer.from('OK\n');
  return {
    status: 200,
    statusText: 'OK',
    headers: [
      ['Content-Type', 'text/plain'],
      ['Content-Length', String(body.length)],
    ],
    body,
  };
}

/** Requests and answers of a VM are held whole. */
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * Asks one of Google's APIs, which is this very sandbox: `https://storage.googleapis.com/...`
 * becomes the same path here, with the name of the host left out. Nothing else of this machine
 * can be asked: neither host nor port come from the guest. What the program shows of itself
 * goes along as it is, with a mark that it comes from a VM.
 *
 * @param baseUrl of the sandbox
 */
export async function askApi(
  baseUrl: string,
  { method, url, headers, body, from, timeoutMs }: GuestRequest,
): Promise<GuestResponse> {
  const target = targetOf(baseUrl, url);
  const sent = headers.filter(([name]) => !OF_THE_CONNECTION.test(name)) as [string, string][];
  sent.push([FROM_A_MACHINE, from]);
  const hasBody = body.length > 0 && method !== 'GET' && method !== 'HEAD';
  try {
    const answer = await fetch(target, {
      method,
      headers: sent,
      redirect: 'manual',
      signal: AbortSignal.timeout(Math.min(timeoutMs, MOST_MS)),
      ...(hasBody ? { body: Buffer.from(body) } : {}),
    });
    return {
      status: answer.status,
      statusText: answer.statusText,
      headers: [...answer.headers].filter(([name]) => !OF_THE_CONNECTION.test(name)),
      body: await bounded(answer),
    };
  } catch (error) {
    if (error instanceof NetworkError) throw error;
    throw new NetworkError((error as Error).name === 'TimeoutError' ? 'timeout' : 'reset');
  }
}

/**
 * Path and query are set, not resolved: `//127.0.0.1:8080/` is a path in a URL of its own, but
 * a host against another.
 */
function targetOf(baseUrl: string, url: string): URL {
  const { pathname, search } = new URL(url);
  const target = new URL(baseUrl);
  target.pathname = pathname;
  target.search = search;
  // What is about this sandbox is no API of Google's, however it is spelt; and the metadata
  // server outside of VMs has the learner's token, not the machine's.
  if (/^[/\\]*(_cloudlab|retry_test|computeMetadata)/i.test(decoded(target.pathname))) {
    throw new NetworkError('reset');
  }
  return target;
}

function decoded(path: string): string {
  return path.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

const MOST_MS = 60_000;

/** Headers that are about the connection between guest and API, or no business of an API. */
const OF_THE_CONNECTION =
  /^(host|connection|content-length|expect|keep-alive|metadata-flavor|te|trailer|transfer-encoding|upgrade|content-encoding|accept-encoding|origin|referer|sec-.*|x-cloudlab-.*)$/i;

async function bounded(answer: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new NetworkError('reset');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
