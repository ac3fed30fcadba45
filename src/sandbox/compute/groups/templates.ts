import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { needsOfTemplateBody } from '../access/group-needs.ts';
import { refused, text } from '../body.ts';
import type { Kind } from '../collection.ts';
import { inUse, invalidField, requiredField } from '../errors.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { given } from '../given.ts';
import { resolveImage } from '../images/resolve.ts';
import { type InstanceProperties, properties } from '../instances/body.ts';
import { readMetadata } from '../instances/metadata.ts';
import { readScheduling } from '../instances/scheduling.ts';
import { readTags } from '../instances/tags.ts';
import { requireName } from '../names.ts';
import { parseReference, pathOfUrl, urlOf } from '../references.ts';
import { present } from '../representation.ts';
import { deleteRoute, insertRoute, readRoutes } from '../resource-routes.ts';
import { type ComputeState, collectionOf, newRecord } from '../state.ts';
import {
  MANAGERS,
  type ManagerRecord,
  REGION_TEMPLATES,
  TEMPLATES,
  type TemplateRecord,
} from './kinds.ts';
import { propertiesOf } from './source-instance.ts';

const FIELD = 'resource.properties';

const template = z.object({
  name: text,
  description: text.optional(),
  properties: properties.optional(),
  sourceInstance: text.optional(),
  ...refused('sourceInstanceParams'),
});

/** instanceTemplates and regionInstanceTemplates. */
export function templateRoutes(app: FastifyInstance, state: ComputeState): void {
  for (const kind of [TEMPLATES, REGION_TEMPLATES]) routes(app, state, kind);
}

function routes(app: FastifyInstance, state: ComputeState, kind: Kind): void {
  const templates = collectionOf<TemplateRecord>(state, kind);
  readRoutes(app, state, templates, (_state, record) => ({
    ...present(state, templates, record),
    properties: showProperties(record.properties),
  }));
  insertRoute(app, state, templates, {
    schema: template,
    nameOf: ({ name }) => name,
    needs: ({ body }) => needsOfTemplateBody(state, body),
    make: ({ scope, body }) => {
      const { name, description, sourceInstance } = body;
      const source = sourceInstance === undefined ? undefined : propertiesOf(state, sourceInstance);
      const wanted = source?.properties ?? body.properties;
      if (wanted === undefined) throw requiredField(FIELD);
      return {
        ...newRecord(state, scope, name),
        ...given({ description, sourceInstance: source?.url }),
        properties: readProperties(state, wanted),
      };
    },
  });
  deleteRoute(app, state, templates, {
    refuse: (record) => refuseUsed(state, templates.url(record)),
  });
}

/** A template that a group makes its instances from cannot go. */
function refuseUsed(state: ComputeState, url: string): void {
  const managers = collectionOf<ManagerRecord>(state, MANAGERS);
  for (const { scope, name, versions } of managers.everywhere()) {
    if (!versions.some(({ instanceTemplate }) => instanceTemplate === url)) continue;
    throw inUse('instance_template', pathOfUrl(url), managers.path(scope, name));
  }
}

/**
 * What instances are to be made from: checked as far as it can be without a zone.
 *
 * @throws 400
 */
function readProperties(state: ComputeState, wanted: InstanceProperties): InstanceProperties {
  const { machineType, disks = [], networkInterfaces = [] } = wanted;
  if (!machineType) throw requiredField(`${FIELD}.machineType`);
  requireName(`${FIELD}.machineType`, machineType);
  if (disks.length === 0) throw invalidField(`${FIELD}.disks`, '', 'No disks are specified.');
  if (networkInterfaces.length === 0) {
    const why = 'At least one network interface is required.';
    throw invalidField(`${FIELD}.networkInterfaces`, '', why);
  }
  const whole = (url: string | undefined) => wholeUrl(state, url);
  const { fingerprint: _, ...metadata } = wanted.metadata ?? {};
  return {
    ...wanted,
    canIpForward: wanted.canIpForward ?? false,
    metadata: readMetadata(metadata.items, `${FIELD}.metadata`),
    tags: readTags(wanted.tags?.items, `${FIELD}.tags`),
    scheduling: readScheduling(wanted.scheduling),
    disks: disks.map((disk, index) => ({
      ...disk,
      ...(disk.initializeParams === undefined
        ? {}
        : {
            initializeParams: {
              ...disk.initializeParams,
              ...readImage(state, index, disk.initializeParams.sourceImage),
            },
          }),
    })),
    networkInterfaces: networkInterfaces.map((one, index) => ({
      ...one,
      name: `nic${index}`,
      ...given({ network: whole(one.network), subnetwork: whole(one.subnetwork) }),
    })),
  };
}

function readImage(
  state: ComputeState,
  index: number,
  sourceImage: string | undefined,
): { sourceImage?: string } {
  if (!sourceImage) return {};
  if (resolveImage(state, sourceImage) === undefined) {
    const field = `${FIELD}.disks[${index}].initializeParams.sourceImage`;
    throw invalidField(field, sourceImage, 'The referenced image resource cannot be found.');
  }
  return given({ sourceImage: wholeUrl(state, sourceImage) });
}

function wholeUrl(state: ComputeState, url: string | undefined): string | undefined {
  const reference = url === undefined ? undefined : parseReference(url, state.projectId);
  return reference === undefined ? url : urlOf(reference);
}

function showProperties({
  metadata,
  disks = [],
  networkInterfaces = [],
  ...rest
}: InstanceProperties): object {
  return {
    ...rest,
    metadata: { kind: 'compute#metadata', fingerprint: fingerprintOf(metadata), ...metadata },
    disks: disks.map((disk, index) => ({
      kind: 'compute#attachedDisk',
      type: 'PERSISTENT',
      mode: 'READ_WRITE',
      index,
      ...disk,
    })),
    networkInterfaces: networkInterfaces.map(({ accessConfigs, ...one }) => ({
      kind: 'compute#networkInterface',
      ...one,
      ...(accessConfigs === undefined
        ? {}
        : {
            accessConfigs: accessConfigs.map((access) => ({
              kind: 'compute#accessConfig',
              type: 'ONE_TO_ONE_NAT',
              name: 'External NAT',
              ...access,
            })),
          }),
    })),
  };
}
