/**
 * Makes the bundle of `@google-cloud/compute` as small as what is used of it.
 *
 * Every client of that package loads `protos.json`, the description of the whole API in three
 * versions (11 MB), and `google-gax` with gRPC, which no client of Compute Engine speaks. Both
 * take most of a second. Here the description is cut down to the services whose clients
 * `src/cloud/compute/clients.ts` imports, with the messages that they need, and of `google-gax`
 * remains what speaks REST.
 */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What the clients take from `google-gax`, without the part that loads gRPC. */
const restOnly = (folder) => `
const fallback = require('${folder}/fallback.js');
const { decodeAnyProtosInArray } = require('${folder}/util.js');
module.exports = { fallback, loggingUtils: require('google-logging-utils'), decodeAnyProtosInArray };
`;
const restOnlyId = '\0google-gax-rest-only';

/** @param {string} clients the file that imports the clients */
export function slimComputeClient(clients) {
  const services = [
    ...readFileSync(clients, 'utf8').matchAll(/import\(\s*'[^']*\/v1\/(\w+)_client\.js'/g),
  ].map(([, name]) => name.replaceAll(/(?:^|_)(\w)/g, (_, letter) => letter.toUpperCase()));
  if (services.length === 0) throw new Error(`${clients} imports no client of Compute Engine`);
  let gax;
  return {
    name: 'slim-compute-client',
    resolveId: {
      filter: { id: /^google-(gax|auth-library)$/ },
      async handler(source, importer) {
        const from = importer?.replaceAll('\\', '/') ?? '';
        if (source === 'google-gax') {
          if (!from.includes('/@google-cloud/compute/')) return undefined;
          const whole = await this.resolve(source, importer, { skipSelf: true });
          gax = dirname(whole.id).replaceAll('\\', '/');
          return restOnlyId;
        }
        // google-gax brings a google-auth-library of its own, a little older than ours.
        if (!from.includes('/google-gax/')) return undefined;
        return this.resolve(source, clients, { skipSelf: true });
      },
    },
    load: {
      filter: { id: /google-gax-rest-only$|compute[\\/]build[\\/]protos[\\/]protos\.json$/ },
      handler(id) {
        if (id === restOnlyId) return { code: restOnly(gax), moduleType: 'js' };
        const protos = cutDown(JSON.parse(readFileSync(id, 'utf8')), services);
        return { code: JSON.stringify(protos), moduleType: 'json' };
      },
    },
  };
}

/** The description with these services of version 1 only, and what they refer to. */
export function cutDown(protos, services) {
  const { google } = protos.nested;
  const { options, nested: v1 } = google.nested.cloud.nested.compute.nested.v1;
  const kept = {};
  const waiting = [...services];
  for (const service of services) {
    if (v1[service]?.methods === undefined) throw new Error(`v1 has no service ${service}`);
  }
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    // Scalars and what lies inside a message are no names of this level.
    if (kept[name] !== undefined || v1[name] === undefined) continue;
    kept[name] = v1[name];
    waiting.push(...referredTo(v1[name]));
  }
  const v1Alone = { nested: { v1: { options, nested: kept } } };
  const cloud = { nested: { compute: v1Alone } };
  return {
    ...protos,
    nested: { ...protos.nested, google: { ...google, nested: { ...google.nested, cloud } } },
  };
}

/** The names of the types that a service, message or enum mentions. */
function referredTo({ methods = {}, fields = {}, nested = {} }) {
  return [
    ...Object.values(methods).flatMap(({ requestType, responseType }) => [
      requestType,
      responseType,
    ]),
    ...Object.values(fields).map(({ type }) => type),
    ...Object.values(nested).flatMap(referredTo),
  ].map((type) => type.replace(/^\.?google\.cloud\.compute\.v1\./, ''));
}
