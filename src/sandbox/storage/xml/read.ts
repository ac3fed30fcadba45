import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import { readAll } from '../../wire/body.ts';
import { ApiError } from '../../wire/errors.ts';
import { receivedBytes } from './received-bytes.ts';

/** A thousand names to delete, or ten thousand parts, fit; nothing legitimate is larger. */
const MAX_XML_BYTES = 4 * 1024 * 1024;
const MAX_DEPTH = 12;

/**
 * Reads a small XML document whose root is `root`, validating its content. Document types
 * and entities of one's own are refused: nothing that clients send has them, and they are
 * how a small document becomes a large one. An absent body is undefined.
 */
export async function readXml<T>(
  request: FastifyRequest,
  root: string,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  const bytes = await readAll(receivedBytes(request), MAX_XML_BYTES);
  if (bytes.length === 0) return undefined;
  const parsed = z.object({ [root]: schema }).safeParse(await parse(bytes));
  if (parsed.success) return parsed.data[root] as T;
  const issue = parsed.error.issues[0];
  throw malformedXml(`${issue?.path.join('/')}: ${issue?.message}`);
}

/** Like readXml, for requests that are nothing without a body. */
export async function requireXml<T>(
  request: FastifyRequest,
  root: string,
  schema: z.ZodType<T>,
): Promise<T> {
  const document = await readXml(request, root, schema);
  if (document !== undefined) return document;
  throw new ApiError(400, 'required', 'The request body is empty.', {
    xmlCode: 'MissingRequestBodyError',
  });
}

/** What a document gets that is not what the method takes. */
export function malformedXml(why: string): ApiError {
  // The parser quotes what it stumbled over, which can be nearly all of the document.
  return new ApiError(400, 'parseError', why.slice(0, 500), { xmlCode: 'MalformedXML' });
}

/** Elements that may occur any number of times, none and one included. */
export function many<T>(element: z.ZodType<T>) {
  return z.preprocess(
    (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]),
    z.array(element),
  );
}

/** An element that holds others; one without content is read as empty text. */
export function element<S extends z.ZodRawShape>(shape: S) {
  return z.preprocess((value) => (value === '' ? {} : value), z.object(shape));
}

/** Text whose surrounding white space means nothing. */
export const token = z.string().trim();

async function parse(bytes: Buffer): Promise<unknown> {
  const text = decode(bytes);
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw malformedXml('Document types are not accepted.');
  const { XMLParser, XMLValidator } = await import('fast-xml-parser');
  const verdict = XMLValidator.validate(text);
  if (verdict !== true) throw malformedXml(verdict.err.msg);
  const parser = new XMLParser({
    ignoreAttributes: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
    removeNSPrefix: true,
    parseTagValue: false,
    trimValues: false,
    htmlEntities: true,
    maxNestedTags: MAX_DEPTH,
  });
  try {
    return parser.parse(text);
  } catch (error) {
    throw malformedXml((error as Error).message);
  }
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformedXml('The document is not UTF-8.');
  }
}
