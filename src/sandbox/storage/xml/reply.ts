import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StorageState } from '../state.ts';
import { writeXml, type XmlContent } from './write.ts';

/** What answers a method of the XML API. */
export type XmlHandler = (
  state: StorageState,
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<FastifyReply>;

/** The content type of everything that is XML. */
export const XML_TYPE = 'application/xml; charset=UTF-8';

/** Sends a document whose root is `root`. */
export function sendXml(
  reply: FastifyReply,
  root: string,
  content: XmlContent,
  namespace?: string,
): FastifyReply {
  return reply.type(XML_TYPE).send(writeXml(root, content, namespace));
}
