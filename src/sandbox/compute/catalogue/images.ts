import { catalogueId } from './ids.ts';
import {
  IMAGE_PROJECTS,
  IMAGE_SOURCES,
  type ImageFamilyRow,
  type ImageSource,
} from './image-table.ts';

/**
 * A public image, without its own links. Links to other resources are partial
 * (`projects/debian-cloud/global/licenses/debian-12-bookworm`).
 */
export interface CatalogueImage {
  id: string;
  creationTimestamp: string;
  name: string;
  description: string;
  project: string;
  family: string;
  diskSizeGb: string;
  architecture: 'X86_64' | 'ARM64';
  sourceType: 'RAW';
  status: 'READY';
  rawDisk: { source: ''; containerType: 'TAR' };
  labels: Readonly<Record<string, string>>;
  labelFingerprint: string;
  licenses: readonly string[];
  licenseCodes?: readonly string[];
  guestOsFeatures: readonly { type: string }[];
  storageLocations: readonly string[];
  deprecated?: { state: 'DEPRECATED'; replacement?: string };
  /** The guest image of the sandbox that it boots; undefined: cannot be booted here. */
  guest?: string;
}

let byProject: ReadonlyMap<string, ReadonlyMap<string, CatalogueImage>> | undefined;

function table(): ReadonlyMap<string, ReadonlyMap<string, CatalogueImage>> {
  byProject ??= new Map(
    IMAGE_PROJECTS.map((project) => {
      const all = IMAGE_SOURCES.filter((source) => source.project === project)
        .flatMap((source) => source.families.flatMap((row) => familyImages(source, row)))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      return [project, new Map(all.map((image) => [image.name, image]))];
    }),
  );
  return byProject;
}

function familyImages(source: ImageSource, row: ImageFamilyRow): CatalogueImage[] {
  const entries = row.images.split(' ');
  const newest = entries[0]?.split('@')[0] ?? '';
  return entries.map((entry, index) => {
    const [name = '', day] = entry.split('@');
    const date = day ?? /-v(\d{8})/.exec(name)?.[1];
    if (date === undefined) throw new Error(`no date for the image ${name}`);
    const old = index > 0 || row.over === true;
    return {
      ...describe(source, row, name, date),
      ...(old && { deprecated: deprecation(source.project, row.over ? undefined : newest) }),
    };
  });
}

function deprecation(
  project: string,
  newest: string | undefined,
): NonNullable<CatalogueImage['deprecated']> {
  return {
    state: 'DEPRECATED',
    ...(newest !== undefined && { replacement: `projects/${project}/global/images/${newest}` }),
  };
}

function describe(
  source: ImageSource,
  row: ImageFamilyRow,
  name: string,
  date: string,
): CatalogueImage {
  const arm = row.arm === true;
  const iso = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
  const arch = (source.arch ?? ['amd64', 'arm64'])[arm ? 1 : 0];
  const id = catalogueId('images', source.project, name);
  return {
    id,
    creationTimestamp: `${iso}${timeOfDay(id)}`,
    name,
    description: source.description
      .replace('{arch}', arch)
      .replace('{date}', date)
      .replace('{iso}', iso),
    project: source.project,
    family: row.family,
    diskSizeGb: String(source.diskSizeGb),
    architecture: arm ? 'ARM64' : 'X86_64',
    sourceType: 'RAW',
    status: 'READY',
    rawDisk: { source: '', containerType: 'TAR' },
    labels: { 'public-image': 'true' },
    labelFingerprint: 'iNBmVNCFF9w=',
    licenses: source.licenses.map((license) => {
      const [project, licenseName] = license.split('/');
      return `projects/${project}/global/licenses/${licenseName}`;
    }),
    ...(source.licenseCode !== undefined && { licenseCodes: [source.licenseCode] }),
    guestOsFeatures: (arm ? ARM_FEATURES : source.features).split(' ').map((type) => ({ type })),
    storageLocations: ['us', 'eu', 'asia'],
    ...(source.guest !== undefined && { guest: source.guest }),
  };
}

/** Confidential computing, which the other features are about, is for x86. */
const ARM_FEATURES = 'UEFI_COMPATIBLE VIRTIO_SCSI_MULTIQUEUE GVNIC';

/** Some time of that day, the same always. */
function timeOfDay(id: string): string {
  const seconds = Number(BigInt(id) % 86_400n);
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const millis = String(Number(BigInt(id) % 1000n)).padStart(3, '0');
  return `T${two(hours)}:${two(minutes)}:${two(seconds % 60)}.${millis}-07:00`;
}

/** Whether a project is one of those that public images lie in. */
export function isImageProject(project: string): boolean {
  return table().has(project);
}

/** The images of such a project, deprecated ones included, ordered by name. */
export function publicImages(project: string): readonly CatalogueImage[] {
  return [...(table().get(project)?.values() ?? [])];
}

export function findPublicImage(project: string, name: string): CatalogueImage | undefined {
  return table().get(project)?.get(name);
}

/** What `images.getFromFamily` gives: the newest image of a family that is not deprecated. */
export function newestOfFamily(project: string, family: string): CatalogueImage | undefined {
  return publicImages(project).find(
    (image) => image.family === family && image.deprecated === undefined,
  );
}
