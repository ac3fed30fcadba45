import { resolve } from 'node:path';
import { variablesByClient } from '../cloud/client-env.ts';
import { findRunningSandbox, type SandboxAddress } from '../cloud/running-sandbox.ts';
import { evalCommands, printVariables } from '../cloud/shell-families.ts';
import { startAnnounced } from '../cloud/start-announced.ts';
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
  readonly auth: 'open' | 'enforce';
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
  const tlsPort = options.tlsPort === undefined ? {} : { port: options.tlsPort };
  const { sandbox, address, projectId, close } = await startAnnounced(host, home, {
    dataDir,
    auth: options.auth,
    log: (line) => terminal.note(line),
    faults: options.faults,
    realtime: options.realtime,
    unlimitedQuota: options.unlimitedQuota,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.tls ? { tls: { directory: home.sandboxTls, ...tlsPort } } : {}),
  });
  const stopListening = host.interrupts.listen(() => void sandbox.close());
  try {
    if (terminal.json) {
      const { url, tls, faults, auth = 'open' } = address;
      terminal.printJson({
        url,
        projectId,
        dataDir,
        pid: host.pid,
        auth,
        ...(tls === undefined ? {} : { httpsUrl: tls.url, caFile: tls.caFile }),
        ...(faults === undefined ? {} : { faults }),
      });
    } else introduce(context, address, projectId);
    await sandbox.closed;
  } finally {
    stopListening();
    await close();
  }
  terminal.note(say.sandbox.stopped);
  return exitCodes.done;
}

function introduce(
  { terminal, say }: Context,
  { url, dataDir, tls, faults, auth }: SandboxAddress,
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
  if (auth === 'enforce') terminal.print(wrap(words.enforceHint, terminal.columns));
  terminal.print(`\n${words.pointClients}`);
  for (const shell of ['posix', 'fish', 'powershell'] as const) {
    terminal.print(`${words[shell]}:`);
    show(evalCommands[shell]);
  }
  terminal.print(wrap(words.orShell('cloudlab shell'), terminal.columns));
  // An address alone lets nobody in who has to prove who he is.
  const [libraries] = auth === 'enforce' ? [] : variablesByClient({ url, project: projectId });
  if (libraries !== undefined) {
    terminal.print(`\n${words.orByHand}`);
    terminal.print(`${libraries.clients}:`);
    show(printVariables(libraries.variables, 'posix'));
  }
  terminal.print(`\n${words.thenTry}`);
  show('gcloud storage buckets list\ngcloud compute instances list\ncloudlab mission create-vm');
  terminal.print(`\n${wrap(words.stopHint, terminal.columns)}`);
}
