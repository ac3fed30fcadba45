import type { FastifyReply, FastifyRequest } from 'fastify';
import { paramsOf, queryOf } from '../../wire/query.ts';
import { sendJson } from '../../wire/reply.ts';
import {
  type CatalogueImage,
  findPublicImage,
  isImageProject,
  newestOfFamily,
  publicImages,
} from '../catalogue/images.ts';
import { notFound } from '../errors.ts';
import { type Page, pageOf, readListRequest } from '../lists/page.ts';
import { pathOf, ROOT, urlOf } from '../references.ts';

/*
 * The images that everybody may use are resources of Google's projects: debian-cloud,
 * ubuntu-os-cloud and so on. They can be read there, and nothing else.
 */

/** The project that a request is about, if it is one of those. */
export function imageProjectOf(request: FastifyRequest): string | undefined {
  const { project } = paramsOf<'project'>(request);
  return isImageProject(project) ? project : undefined;
}

export function presentPublic({
  guest: _,
  project,
  ...image
}: CatalogueImage): Record<string, unknown> {
  const { licenses, deprecated } = image;
  return {
    kind: 'compute#image',
    ...image,
    licenses: licenses.map((path) => ROOT + path),
    ...(deprecated === undefined ? {} : { deprecated: presentDeprecation(deprecated) }),
    selfLink: urlOf({ project, scope: 'global', collection: 'images', name: image.name }),
  };
}

const presentDeprecation = ({
  replacement,
  ...rest
}: NonNullable<CatalogueImage['deprecated']>) => ({
  ...rest,
  ...(replacement === undefined ? {} : { replacement: ROOT + replacement }),
});

/** @throws 404 */
export function requirePublic(project: string, name: string): CatalogueImage {
  const image = findPublicImage(project, name);
  if (image !== undefined) return image;
  throw notFound(pathOf({ project, scope: 'global', collection: 'images', name }));
}

/** @throws 404 */
export function requirePublicFamily(project: string, family: string): CatalogueImage {
  const image = newestOfFamily(project, family);
  if (image !== undefined) return image;
  const name = `family/${family}`;
  throw notFound(pathOf({ project, scope: 'global', collection: 'images', name }));
}

export async function listPublic(
  request: FastifyRequest,
  reply: FastifyReply,
  project: string,
): Promise<FastifyReply> {
  const page: Page = pageOf(await readListRequest(queryOf(request)), {
    records: (from = Buffer.alloc(0)) =>
      publicImages(project).filter(({ name }) => name >= from.toString()),
    keyOf: ({ name }) => Buffer.from(name),
    show: presentPublic,
  });
  const { items, nextPageToken } = page;
  const path = `projects/${project}/global/images`;
  return sendJson(request, reply, {
    kind: 'compute#imageList',
    id: path,
    ...(items.length > 0 ? { items } : {}),
    ...(nextPageToken === undefined ? {} : { nextPageToken }),
    selfLink: ROOT + path,
  });
}
