import type { Table } from '../disk/store.ts';
import type { Project } from '../project.ts';
import { startWithin } from '../wire/paging.ts';
import { notFound } from './errors.ts';
import {
  collectionPrefix,
  type ResourceRecord,
  recordKey,
  type Scope,
  scopePrefix,
} from './records.ts';
import { pathOf, urlOf } from './references.ts';

/** Where resources of a kind live. */
export type ScopeType = 'global' | 'regions' | 'zones';

/** What one kind of resource is called. */
export interface Kind {
  /** As in paths: `instances`. */
  readonly collection: string;
  /** As in `kind`: `instance` for `compute#instance`. */
  readonly singular: string;
  /** What methods are named by: `compute.instances`; that of global addresses is `compute.globalAddresses`. */
  readonly api: string;
  readonly scope: ScopeType;
  /** As lists are called, where that is not the singular with `List`: `compute#firewallList`. */
  readonly listKind?: string;
  /**
   * Whether `aggregated/COLLECTION` is this kind's; default: of all that are not global. It
   * holds every resource of the collection, whatever kind of scope it is in.
   */
  readonly aggregated?: boolean;
}

/** All resources of one kind. Reads anywhere, writes inside `Store.write`. */
export class Collection<R extends ResourceRecord = ResourceRecord> {
  readonly kind: Kind;
  readonly #table: Table<ResourceRecord>;
  readonly #project: Project;

  constructor(kind: Kind, table: Table<ResourceRecord>, project: Project) {
    this.kind = kind;
    this.#table = table;
    this.#project = project;
  }

  get(scope: Scope, name: string): R | undefined {
    const found = this.#table.get(recordKey(this.kind.collection, scope, name));
    if (found !== undefined || !/^\d+$/.test(name)) return found as R | undefined;
    // No name begins with a digit: it is an id, which the API takes in a name's place.
    for (const record of this.inScope(scope)) if (record.id === name) return record;
    return undefined;
  }

  /** @throws 404 */
  require(scope: Scope, name: string): R {
    const found = this.get(scope, name);
    if (found === undefined) throw notFound(this.path(scope, name));
    return found;
  }

  put(record: R): void {
    this.#table.put(recordKey(this.kind.collection, record.scope, record.name), record);
  }

  remove({ scope, name }: ResourceRecord): void {
    this.#table.remove(recordKey(this.kind.collection, scope, name));
  }

  /**
   * In the order of their names.
   *
   * @param from the key to begin at, from `recordKey`
   */
  inScope(scope: Scope, from?: Buffer): Iterable<R> {
    return this.#values(scopePrefix(this.kind.collection, scope), from);
  }

  /** In the order of their scopes and names. */
  everywhere(from?: Buffer): Iterable<R> {
    return this.#values(collectionPrefix(this.kind.collection), from);
  }

  /** `projects/p/zones/z/instances/web-1` */
  path(scope: Scope, name: string): string {
    const { collection } = this.kind;
    return pathOf({ project: this.#project.projectId, scope, collection, name });
  }

  url({ scope, name }: Pick<ResourceRecord, 'scope' | 'name'>): string {
    const { collection } = this.kind;
    return urlOf({ project: this.#project.projectId, scope, collection, name });
  }

  *#values(prefix: Buffer, from: Buffer | undefined): Iterable<R> {
    for (const { value } of this.#table.below(prefix, startWithin(prefix, from))) yield value as R;
  }
}
