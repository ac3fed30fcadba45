import type { FastifyInstance } from 'fastify';
import type { ServiceHost } from '../services.ts';
import { askFirst } from './access/ask.ts';
import { offerRoutes } from './catalogue-offers.ts';
import { placeRoutes } from './catalogue-places.ts';
import { diskRoutes } from './disks/routes.ts';
import { loadRoutes } from './groups/autoscalers/load.ts';
import { autoscalerRoutes } from './groups/autoscalers/routes.ts';
import { GroupController } from './groups/controller.ts';
import { groupRoutes } from './groups/groups.ts';
import { managerRoutes } from './groups/managers/routes.ts';
import { templateRoutes } from './groups/templates.ts';
import { imageRoutes } from './images/routes.ts';
import { expireInstances } from './instances/preemption.ts';
import { instanceRoutes } from './instances/routes.ts';
import { MachineRoom } from './machines/machine-room.ts';
import { machineRoutes } from './machines/routes.ts';
import { networkRoutes } from './network/network-routes.ts';
import { purgeOperations } from './operations/purge.ts';
import { operationRoutes } from './operations/routes.ts';
import { projectRoutes } from './project/routes.ts';
import { snapshotRoutes } from './snapshots/routes.ts';
import { type ComputeState, openState } from './state.ts';
import { unsupportedRoutes } from './unsupported/routes.ts';

/** What runs Compute Engine once somebody has asked for it. */
export interface Engine {
  routes(app: FastifyInstance): void;
  isElsewhere(port: number): boolean;
  /** How many instances have an inside that runs. */
  machines(): number;
  catchUp(signal: AbortSignal): Promise<void>;
  pause(): Promise<void>;
  reset(): void;
}

export function openEngine(host: ServiceHost): Engine {
  const state = host.store.openTables(() => openState(host));
  const groups = new GroupController(state);
  const room = new MachineRoom(state);
  state.machines = room;
  return {
    routes(app) {
      addRoutes(app, state, room, groups);
      state.scheduler.start();
      groups.start();
      room.resume();
    },
    isElsewhere: (port) => room.servedAt(port),
    machines: () => room.count,
    catchUp: async (signal) => {
      await state.scheduler.runDue(signal);
      await expireInstances(state, signal);
      do await state.scheduler.runDue(signal);
      while (!signal.aborted && (await groups.runDue()));
      await purgeOperations(state, signal);
    },
    pause: async () => {
      await state.scheduler.pause();
      await groups.pause();
      await room.pause();
    },
    reset: () => {
      state.scheduler.start();
      groups.start();
    },
  };
}

function addRoutes(
  app: FastifyInstance,
  state: ComputeState,
  room: MachineRoom,
  groups: GroupController,
): void {
  app.addHook('onResponse', ({ method }, _reply, done) => {
    if (method !== 'GET') room.recheck();
    done();
  });
  askFirst(app, state);
  projectRoutes(app, state);
  placeRoutes(app, state);
  offerRoutes(app, state);
  operationRoutes(app, state);
  diskRoutes(app, state);
  snapshotRoutes(app, state);
  imageRoutes(app, state);
  instanceRoutes(app, state);
  networkRoutes(app, state);
  templateRoutes(app, state);
  groupRoutes(app, state);
  managerRoutes(app, state, groups);
  autoscalerRoutes(app, state, groups);
  loadRoutes(app, state, groups);
  machineRoutes(app, room);
  unsupportedRoutes(app, state);
}
