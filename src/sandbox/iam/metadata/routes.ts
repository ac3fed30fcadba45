import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { FROM_A_MACHINE } from '../../identity.ts';
import { ApiError } from '../../wire/errors.ts';
import { answerMetadata, type MetadataResponse } from '../../wire/metadata-server.ts';
import { baseUrl } from '../../wire/urls.ts';
import type { IamState } from '../state.ts';
import { learnerIdToken } from '../tokens/id-token.ts';
import { learnerTree } from './tree.ts';

/**
 * A metadata server for programs outside of VMs: with `GCE_METADATA_HOST` (and
 * `GCE_METADATA_IP`, by which Python's library asks whether anybody is there) set to this
 * sandbox's address, Google's libraries for Node, Python and Go find the project and a token of
 * the learner's, as they do in Cloud Shell.
 *
 * A web page cannot ask, not even one that lies in a bucket here and so is of this origin: what
 * a browser sends says from where (`Sec-Fetch-Site`), and no library says that. For a page of
 * another origin the header `Metadata-Flavor` would be enough, which a browser sends to none
 * without asking first. Neither can a VM, which has a metadata server of its own.
 *
 * https://docs.cloud.google.com/compute/docs/metadata/overview
 */
export function metadataRoutes(app: FastifyInstance, state: IamState): void {
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    for (const name of [FROM_A_MACHINE, 'sec-fetch-site']) {
      if (request.headers[name] !== undefined) throw new ApiError(403, 'forbidden', NOT_FOR_YOU);
    }
    const url = new URL(request.originalUrl, baseUrl(request));
    const audience = url.pathname.endsWith('/identity') ? url.searchParams.get('audience') : '';
    const identity = audience ? await learnerIdToken(state, audience) : undefined;
    const headers = Object.entries(request.headers).map(
      ([name, value]) => [name, String(value)] as const,
    );
    const { method } = request;
    return send(
      reply,
      answerMetadata(() => learnerTree(state, identity), { method, url: url.href, headers }),
    );
  };
  for (const path of ['/computeMetadata', '/computeMetadata/*']) app.get(path, answer);
}

const NOT_FOR_YOU = 'The metadata server answers programs on this machine, not web pages and VMs.';

/** Whether there is a metadata server is asked at the root of its address, by its header. */
export function metadataRoot(url: string, headers: IncomingHttpHeaders): string | undefined {
  const asked = headers['metadata-flavor'] !== undefined && /^\/(?:\?|$)/.test(url);
  return asked ? '/computeMetadata' : undefined;
}

function send(reply: FastifyReply, { status, headers, body }: MetadataResponse): FastifyReply {
  const kept = headers.filter(([name]) => name.toLowerCase() !== 'content-length');
  return reply
    .code(status)
    .headers(Object.fromEntries(kept))
    .header('cache-control', 'no-store')
    .send(Buffer.from(body));
}
