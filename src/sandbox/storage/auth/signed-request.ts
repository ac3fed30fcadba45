import type { KeyObject } from 'node:crypto';
import { fromHeader } from '../../wire/header-text.ts';
import { percentDecoded } from '../../wire/urls.ts';

/** A request as a signature sees it: exactly what the client sent. */
export interface SignedRequest {
  method: string;
  /** Path and query, as they stood in the request line. */
  url: string;
  /** By lower-case name, with all values of a header that was given several times. */
  headers: ReadonlyMap<string, readonly string[]>;
  /** The bucket that the host's name stands for, in requests that are virtual-hosted. */
  virtualBucket?: string | undefined;
}

/** What signatures are verified with. */
export interface Verification {
  /** The real time, in milliseconds since 1970. */
  time: number;
  /** The public keys of a service account; undefined if there is no such account. */
  rsaKeys(email: string): readonly KeyObject[] | undefined;
  /** The secret and the account of an HMAC key; undefined if it does not exist or is off. */
  hmacKey(accessId: string): { secret: string; email: string } | undefined;
}

/** The headers as node received them, names and values in turn. */
export function headersOf(rawHeaders: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    const values = headers.get(name) ?? [];
    values.push(fromHeader(rawHeaders[i + 1] ?? ''));
    headers.set(name, values);
  }
  return headers;
}

/** The value of a header as it is signed: without superfluous spaces, several joined by commas. */
export function canonicalValue(request: SignedRequest, name: string): string | undefined {
  const values = request.headers.get(name);
  return values?.map((value) => value.trim().replace(/\s+/g, ' ')).join(',');
}

/**
 * The path as it may have been signed: as it was sent, and with everything encoded that is
 * not unreserved, for some clients encode less when they send than when they sign.
 */
export function signedPaths(url: string): string[] {
  const path = url.split('?', 1)[0] ?? '';
  const decoded = percentDecoded(path);
  const encoded = decoded.split('/').map(percentEncode).join('/');
  return encoded === path ? [path] : [path, encoded];
}

/**
 * The methods that may have been signed: who may GET may ask for the headers alone.
 *
 * https://cloud.google.com/dotnet/docs/reference/Google.Cloud.Storage.V1/latest/Google.Cloud.Storage.V1.UrlSigner.RequestTemplate
 */
export const signedMethods = ({ method }: SignedRequest): string[] =>
  method === 'HEAD' ? ['HEAD', 'GET'] : [method];

/** Query parameters in their order, decoded. */
export function queryPairs(url: string): [name: string, value: string][] {
  const at = url.indexOf('?');
  const query = at === -1 ? '' : url.slice(at + 1);
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const name = equals === -1 ? pair : pair.slice(0, equals);
      const value = equals === -1 ? '' : pair.slice(equals + 1);
      return [
        percentDecoded(name.replaceAll('+', ' ')),
        percentDecoded(value.replaceAll('+', ' ')),
      ];
    });
}

/** RFC 3986: everything but letters, digits and `-._~`. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
