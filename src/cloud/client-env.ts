import { UserError } from '../errors.ts';

/** The shells that are spoken of by name. */
export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;

/** Shells that share one syntax for setting a variable. */
export type ShellFamily = 'posix' | 'fish' | 'powershell';

const families: Readonly<Record<string, ShellFamily>> = {
  bash: 'posix',
  zsh: 'posix',
  sh: 'posix',
  dash: 'posix',
  ksh: 'posix',
  fish: 'fish',
  powershell: 'powershell',
  pwsh: 'powershell',
};

/**
 * The family of the shell that was named, or else of the one in use.
 *
 * @param path the value of SHELL
 * @throws UserError `unsupported-shell` where one was named that is not known
 */
export function chooseShell(
  named: string | undefined,
  path: string | undefined,
  platform: NodeJS.Platform,
): ShellFamily {
  if (named !== undefined) {
    const family = families[named];
    if (family !== undefined) return family;
    throw new UserError('unsupported-shell', {
      shell: named,
      supported: shells.join(', '),
    });
  }
  if (path === undefined && platform === 'win32') return 'powershell';
  return (
    families[
      path
        ?.split(/[\\/]/)
        .at(-1)
        ?.replace(/\.exe$/i, '') ?? ''
    ] ?? 'posix'
  );
}

/** The command with which each shell takes over what `cloudlab env` prints. */
export const evalCommands: Readonly<Record<ShellFamily, string>> = {
  posix: 'eval "$(cloudlab env)"',
  fish: 'cloudlab env --shell fish | source',
  powershell: 'cloudlab env --shell powershell | Out-String | Invoke-Expression',
};

/** The variables of some of Google's tools. */
export interface ClientVariables {
  readonly clients: string;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * What leads Google's tools to a sandbox instead of to GCP, tool by tool.
 *
 * @param url scheme, host and port, without a slash at the end
 */
export function variablesByClient(url: string, project: string): readonly ClientVariables[] {
  return [
    {
      clients: 'Python, Node.js, Go (google-cloud-storage, @google-cloud/storage, go/storage)',
      variables: { STORAGE_EMULATOR_HOST: url, GOOGLE_CLOUD_PROJECT: project },
    },
    {
      clients: 'gcloud',
      variables: {
        // gcloud needs the path with its slash at the end.
        CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: `${url}/storage/v1/`,
        CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE: `${url}/compute/v1/`,
        CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM: `${url}/`,
        CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS: `${url}/`,
        CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER: `${url}/`,
        CLOUDSDK_API_ENDPOINT_OVERRIDES_ORGPOLICY: `${url}/`,
        // Where the URLs lead that `gcloud storage sign-url` makes.
        CLOUDSDK_STORAGE_GS_XML_ENDPOINT_URL: url,
        CLOUDSDK_AUTH_DISABLE_CREDENTIALS: 'true',
        CLOUDSDK_CORE_PROJECT: project,
        // Where `gcloud compute` works unless it is told otherwise; it would ask each time.
        CLOUDSDK_COMPUTE_REGION: 'asia-northeast3',
        CLOUDSDK_COMPUTE_ZONE: 'asia-northeast3-a',
      },
    },
  ];
}

/** The same for all tools at once. */
export function clientVariables(url: string, project: string): Record<string, string> {
  return Object.assign({}, ...variablesByClient(url, project).map(({ variables }) => variables));
}

/** Where a sandbox listens over TLS, and the certificates that its clients have to trust. */
export interface TlsAddress {
  readonly url: string;
  readonly caFile: string;
  /** The same with the public authorities: what a tool trusts may be replaced by it. */
  readonly bundleFile: string;
}

/**
 * What leads the tools to a sandbox over TLS, gsutil among them, and makes them trust it.
 *
 * @param gsutilConfig the file that holds `gsutilConfigFor` the same address
 */
export function tlsVariables(
  { url, caFile, bundleFile }: TlsAddress,
  project: string,
  gsutilConfig: string,
): Record<string, string> {
  return {
    ...clientVariables(url, project),
    BOTO_CONFIG: gsutilConfig,
    // Node adds these to what it trusts; with the others they take its place.
    NODE_EXTRA_CA_CERTS: caFile,
    CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE: bundleFile,
    REQUESTS_CA_BUNDLE: bundleFile,
    SSL_CERT_FILE: bundleFile,
    AWS_CA_BUNDLE: bundleFile,
  };
}

/** A configuration with which gsutil asks a sandbox and, knowing no account, nobody else. */
export function gsutilConfigFor({ url, bundleFile }: TlsAddress, project: string): string {
  const { hostname, port } = new URL(url);
  return [
    '[Credentials]',
    `gs_json_host = ${hostname}`,
    `gs_json_port = ${port}`,
    `gs_host = ${hostname}`,
    `gs_port = ${port}`,
    '[Boto]',
    `ca_certificates_file = ${bundleFile}`,
    '[GSUtil]',
    `default_project_id = ${project}`,
    '',
  ].join('\n');
}

/**
 * Where a proxy is set, what keeps the tools from asking it for a sandbox that
 * only this machine can reach.
 *
 * @param variables the environment of this process, to whose NO_PROXY the sandbox is added
 */
export function proxyExceptions(
  variables: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const proxied = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'].some(
    (name) => (variables[name] ?? '') !== '',
  );
  if (!proxied) return {};
  const names = (variables['NO_PROXY'] ?? '').split(',').filter((name) => name !== '');
  const value = [...new Set([...names, '127.0.0.1'])].join(',');
  return { NO_PROXY: value, no_proxy: value };
}

const assignments: Readonly<Record<ShellFamily, (name: string, value: string) => string>> = {
  posix: (name, value) => `export ${name}='${value}'`,
  fish: (name, value) => `set -gx ${name} '${value}'`,
  powershell: (name, value) => `$env:${name} = '${value}'`,
};

/** The variables as commands of a shell. */
export function printVariables(
  variables: Readonly<Record<string, string>>,
  shell: ShellFamily,
): string {
  const assign = assignments[shell];
  return Object.entries(variables)
    .map(([name, value]) => assign(name, value))
    .join('\n');
}
