import type { Clients, Service } from './target.ts';

/** How each service's clients are made. */
export type ClientMakers = { readonly [Name in Service]: () => Promise<Clients[Name]> };

/** The clients of these services; those of the others are neither made nor loaded. */
export async function openClients(
  services: readonly Service[],
  makers: ClientMakers,
): Promise<Clients> {
  const has = (name: Service) => services.includes(name);
  // One after the other: what two of them share is loaded once.
  const storage = has('storage') ? await makers.storage() : undefined;
  const compute = has('compute') ? await makers.compute() : undefined;
  const iam = has('iam') ? await makers.iam() : undefined;
  return {
    get storage() {
      return storage ?? notOpened('storage');
    },
    get compute() {
      return compute ?? notOpened('compute');
    },
    get iam() {
      return iam ?? notOpened('iam');
    },
  };
}

function notOpened(service: Service): never {
  throw new Error(`the mission does not name the service ${service} among those that it uses`);
}
