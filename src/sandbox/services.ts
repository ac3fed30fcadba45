import type { FastifyInstance } from 'fastify';
import type { Bodies } from './disk/bodies.ts';
import type { Store } from './disk/store.ts';
import type { Events } from './events.ts';
import { storageService } from './storage/service.ts';

/** What the server hands to every service; services do not import each other. */
export interface ServiceHost {
  store: Store;
  bodies: Bodies;
  /** The sandbox's time: what every resource is dated by and grows old by. */
  clock: () => Date;
  /** The real time: what signatures and tokens of clients outside are dated by. */
  wallClock: () => Date;
  events: Events;
  /** Takes what an operator should know, a line each. */
  log: (line: string) => void;
  randomBytes: (size: number) => Uint8Array;
  projectId: string;
  projectNumber: string;
}

/** One cloud service of the sandbox. */
export interface Service {
  name: string;
  routes(app: FastifyInstance): void;
  /** Numbers for the status page; must not scan anything. */
  status(): Record<string, number>;
  /** Forgets what is kept in memory, after all data was wiped. */
  reset(): void;
}

/** Every service there is. Adding one is adding its line here. */
export const services: readonly ((host: ServiceHost) => Promise<Service>)[] = [storageService];
