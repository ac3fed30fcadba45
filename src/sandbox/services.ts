import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AuditLog } from './audit/audit-log.ts';
import { computeService } from './compute/service.ts';
import type { Bodies } from './disk/bodies.ts';
import type { Store } from './disk/store.ts';
import type { Events } from './events.ts';
import type { AuthMode, Identity } from './identity.ts';
import type { LaterRoutes } from './later-apps.ts';
import { loggingService } from './logging/service.ts';
import type { Project } from './project.ts';
import { storageService } from './storage/service.ts';

/** What the server hands to every service, the one that knows identities included. */
export interface BaseHost extends Project {
  store: Store;
  bodies: Bodies;
  /** The sandbox's time: what every resource is dated by and grows old by. */
  clock: () => Date;
  /** The real time: what signatures and tokens of clients outside are dated by. */
  wallClock: () => Date;
  events: Events;
  /** Who did what, request by request. */
  auditLog: AuditLog;
  /** Where the sandbox listens: for links that no request's address can be taken for. */
  baseUrl: () => string;
  /** Takes what an operator should know, a line each. */
  log: (line: string) => void;
  randomBytes: (size: number) => Uint8Array;
  /** Who has to prove who he is. */
  auth: AuthMode;
  /** Operations take as long as on GCP, instead of a thousandth of that. */
  realtime: boolean;
  /** Compute Engine's quotas are not those of a new project: there are none. */
  unlimitedQuota: boolean;
  /**
   * The built program that VMs run in (`dist/guest/worker.js`): its path on this machine;
   * undefined where VMs are to have no inside.
   */
  guestProgram: string | undefined;
}

/** What the server hands to services; they do not import each other. */
export interface ServiceHost extends BaseHost {
  identity: Identity;
}

/** One cloud service of the sandbox. */
export interface Service {
  name: string;
  routes?(app: FastifyInstance): void;
  /** Routes that are only added once somebody asks for one of them. */
  laterRoutes?: readonly LaterRoutes[];
  /**
   * Where to route a request whose path is below no route's root, or whose host is a name
   * below `localhost`; undefined if that is not this service's either. Handlers find what
   * the client asked for in `request.originalUrl`.
   */
  rewriteUrl?(url: string, headers: IncomingHttpHeaders): string | undefined;
  /** True if a web page of this origin may send the request. */
  allowsOrigin?(request: FastifyRequest, origin: string): boolean;
  /** True for a port of this machine whose pages are another machine's: a VM's web server. */
  isElsewhere?(port: number): boolean;
  /** Numbers for the status page; must not scan anything. */
  status(): Record<string, number>;
  /**
   * Does what resources have become due for by the sandbox's clock. It works in short
   * steps, between which requests are served, and ends early once `signal` is aborted.
   */
  catchUp?(signal: AbortSignal): Promise<void>;
  /** Ends what goes on besides requests, before the data is wiped or closed. */
  pause?(): Promise<void>;
  /** Forgets what is kept in memory, after all data was wiped, and goes on. */
  reset(): void;
}

/** Every service but IAM, which the server starts first. Adding one is adding its line here. */
export const services: readonly ((host: ServiceHost) => Promise<Service>)[] = [
  storageService,
  computeService,
  loggingService,
];
