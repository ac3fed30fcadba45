import { type CatalogueImage, findPublicImage, newestOfFamily } from '../catalogue/images.ts';
import type { DiskContent } from '../disks/kind.ts';
import { parseReference, ROOT, urlOf } from '../references.ts';
import { type ComputeState, collectionOf } from '../state.ts';
import { IMAGES, type ImageRecord } from './kind.ts';

/** An image as far as a disk that is made from it has to know. */
export interface ImageSource {
  url: string;
  id: string;
  diskSizeGb: number;
  storageLocations: string[];
  architecture?: 'X86_64' | 'ARM64';
  licenses?: string[];
  guestOsFeatures?: { type: string }[];
  os?: string;
  /** The files of an image of the project's own. */
  content?: DiskContent;
}

/**
 * The image that a reference names; of a family the newest one that is not deprecated. A
 * family may be written in two ways: `projects/debian-cloud/global/images/family/debian-12`
 * and `projects/debian-cloud/zones/-/imageFamilyViews/debian-12`.
 */
export function resolveImage(state: ComputeState, text: string): ImageSource | undefined {
  const reference = parseReference(text, state.projectId);
  if (reference === undefined) return undefined;
  const { project, collection, name } = reference;
  if (collection === 'imageFamilyViews') return inFamily(state, project, name);
  if (collection !== 'images' || reference.scope !== 'global') return undefined;
  if (name.startsWith('family/')) return inFamily(state, project, name.slice('family/'.length));
  if (project !== state.projectId) return ofPublic(findPublicImage(project, name));
  return ofOwn(state, collectionOf<ImageRecord>(state, IMAGES).get('global', name));
}

function inFamily(state: ComputeState, project: string, family: string): ImageSource | undefined {
  if (project !== state.projectId) return ofPublic(newestOfFamily(project, family));
  return ofOwn(state, newestOwn(state, family));
}

/** The newest image of a family of the project's own, but for deprecated ones. */
export function newestOwn(state: ComputeState, family: string): ImageRecord | undefined {
  let newest: ImageRecord | undefined;
  for (const image of collectionOf<ImageRecord>(state, IMAGES).inScope('global')) {
    if (image.family !== family || (image.deprecated?.state ?? 'ACTIVE') !== 'ACTIVE') continue;
    const time = Date.parse(image.creationTimestamp);
    if (newest === undefined || time >= Date.parse(newest.creationTimestamp)) newest = image;
  }
  return newest;
}

function ofPublic(image: CatalogueImage | undefined): ImageSource | undefined {
  if (image === undefined) return undefined;
  const { id, project, name, diskSizeGb, architecture, licenses, guestOsFeatures, guest } = image;
  return {
    url: urlOf({ project, scope: 'global', collection: 'images', name }),
    id,
    diskSizeGb: Number(diskSizeGb),
    architecture,
    storageLocations: [...image.storageLocations],
    licenses: licenses.map((path) => ROOT + path),
    guestOsFeatures: [...guestOsFeatures],
    ...(guest === undefined ? {} : { os: guest }),
  };
}

function ofOwn(state: ComputeState, image: ImageRecord | undefined): ImageSource | undefined {
  if (image === undefined) return undefined;
  const { id, diskSizeGb, architecture, licenses, guestOsFeatures, content } = image;
  return {
    url: collectionOf<ImageRecord>(state, IMAGES).url(image),
    id,
    diskSizeGb: Number(diskSizeGb),
    storageLocations: image.storageLocations,
    ...(architecture === undefined ? {} : { architecture }),
    ...(licenses === undefined ? {} : { licenses }),
    ...(guestOsFeatures === undefined ? {} : { guestOsFeatures }),
    ...(content.os === undefined ? {} : { os: content.os }),
    content,
  };
}
