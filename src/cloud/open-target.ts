import type { Host } from '../context.ts';
import type { Home } from '../home.ts';
import { openGcpTarget } from './gcp-target.ts';
import { type OpenOptions, openSandboxTarget } from './sandbox-target.ts';
import type { Service, Target, TargetRecord } from './target.ts';

/** Opens what a record names: for a new run, or for the cleanup after an earlier one. */
export function openTarget(
  host: Host,
  home: Home,
  record: TargetRecord,
  services: readonly Service[],
  options: OpenOptions = {},
): Promise<Target> {
  switch (record.kind) {
    case 'sandbox':
      return openSandboxTarget(host, home, record, services, options);
    case 'gcp':
      return openGcpTarget(record.project, services, host.clock);
  }
}
