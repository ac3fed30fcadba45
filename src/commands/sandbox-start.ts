import { resolve } from 'node:path';
import { writeFileAtomically } from '../atomic-file.ts';
import {
  evalCommands,
  gsutilConfigFor,
  printVariables,
  variablesByClient,
} from '../cloud/client-env.ts';
import { openSandbox } from '../cloud/open-sandbox.ts';
import {
  announceSandbox,
  findRunningSandbox,
  readStatus,
  type SandboxAddress,
  withdrawSandbox,
} from '../cloud/running-sandbox.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes, UserError } from '../errors.ts';
import { prepareHome } from '../home.ts';
import { wrap } from '../terminal/width.ts';

export interface StartOptions {
  readonly port: number | undefined;
  readonly data: string | undefined;
  readonly tls: boolean;
  readonly tlsPort: number | undefined;
  readonly faults: boolean;
  readonly realtime: boolean;
  readonly unlimitedQuota: boolean;
}

/**
 * Runs the sandbox in the foreground until Ctrl-C or `sandbox stop`, and lets
 * the other commands find it.
 */
export async function startSandboxCommand(
  context: Context,
  options: StartOptions,
): Promise<ExitCode> {
  const { host, home, terminal, say } = context;
  prepareHome(home);
  const other = await findRunningSandbox(home);
  if (other !== undefined) {
    throw new UserError('sandbox-already-running', {
      url: other.address.url,
      pid: other.address.pid,
    });
  }
  const dataDir = options.data === undefined ? home.sandboxData : resolve(host.cwd, options.data);
  const controlToken = Buffer.from(host.random(24)).toString('base64url');
  const tlsPort = options.tlsPort === undefined ? {} : { port: options.tlsPort };
  const sandbox = await openSandbox(host, {
    dataDir,
    controlToken,
    log: (line) => terminal.note(line),
    faults: options.faults,
    realtime: options.realtime,
    unlimitedQuota: options.unlimitedQuota,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.tls ? { tls: { directory: home.sandboxTls, ...tlsPort } } : {}),
  });
  const status = await readStatus(sandbox.url);
  if (status === undefined) {
    await sandbox.close();
    throw new UserError('sandbox-unreachable', { url: sandbox.url, asked: 'start' });
  }
  const { url, projectId } = sandbox;
  const address: SandboxAddress = {
    url,
    pid: host.pid,
    dataDir,
    instanceId: status.instanceId,
    controlToken,
    ...(sandbox.tls === undefined ? {} : { tls: sandbox.tls }),
    ...(options.faults ? { faults: true as const } : {}),
  };
  if (sandbox.tls !== undefined) {
    writeFileAtomically(home.gsutilConfig, gsutilConfigFor(sandbox.tls, projectId));
  }
  announceSandbox(home, address);
  const stopListening = host.interrupts.listen(() => void sandbox.close());
  try {
    if (terminal.json) {
      const { tls, faults } = address;
      terminal.printJson({
        url,
        projectId,
        dataDir,
        pid: host.pid,
        ...(tls === undefined ? {} : { httpsUrl: tls.url, caFile: tls.caFile }),
        ...(faults === undefined ? {} : { faults }),
      });
    } else introduce(context, address, projectId);
    await sandbox.closed;
  } finally {
    stopListening();
    withdrawSandbox(home, status.instanceId);
  }
  terminal.note(say.sandbox.stopped);
  return exitCodes.done;
}

function introduce(
  { terminal, say }: Context,
  { url, dataDir, tls, faults }: SandboxAddress,
  projectId: string,
): void {
  const { strong, accent, code } = terminal.paint;
  const words = say.sandbox;
  const show = (text: string) => {
    for (const line of text.split('\n')) terminal.print(`  ${code(line)}`);
  };
  terminal.print(strong(words.running(accent(url))));
  terminal.print(words.dataIn(dataDir));
  if (tls !== undefined) {
    terminal.print(words.alsoTls(accent(tls.url)));
    terminal.print(words.caIn(tls.caFile));
  }
  if (faults) terminal.print(wrap(words.faultsHint, terminal.columns));
  terminal.print(`\n${words.pointClients}`);
  for (const shell of ['posix', 'fish', 'powershell'] as const) {
    terminal.print(`${words[shell]}:`);
    show(evalCommands[shell]);
  }
  terminal.print(`\n${words.orByHand}`);
  for (const { clients, variables } of variablesByClient(url, projectId)) {
    terminal.print(`${clients}:`);
    show(printVariables(variables, 'posix'));
  }
  terminal.print(`\n${words.thenTry}`);
  show('gcloud storage buckets list\ngcloud compute instances list\ncloudlab mission create-vm');
  terminal.print(`\n${wrap(words.stopHint, terminal.columns)}`);
}
