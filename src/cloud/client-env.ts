/**
 * The variables that lead clients to a sandbox instead of to GCP: each program, and each
 * language's library, reads others.
 *
 * | Client | Reads |
 * |---|---|
 * | gcloud, bq | `CLOUDSDK_*`: every property can be set so (https://docs.cloud.google.com/sdk/docs/properties) |
 * | google-cloud-storage for Python | `STORAGE_EMULATOR_HOST`, which sends no credentials, or `API_ENDPOINT_OVERRIDE`, which does |
 * | @google-cloud/storage | `STORAGE_EMULATOR_HOST`; with credentials only by its options |
 * | storage for Go | `STORAGE_EMULATOR_HOST`; with credentials only by its options |
 * | google-cloud-storage for Java | nothing: `setHost` (https://github.com/googleapis/google-cloud-java/issues/12650) |
 * | Terraform's google provider | `GOOGLE_<SERVICE>_CUSTOM_ENDPOINT`, `GOOGLE_OAUTH_ACCESS_TOKEN` |
 * | AWS CLI, boto3 and others | `AWS_ENDPOINT_URL_S3`, and keys from files |
 */

/** What the learner's tools say who he is with, in files of their own. */
export interface Learner {
  readonly email: string;
  /** The session token. */
  readonly token: string;
  /** The file that holds it, and nothing else. */
  readonly tokenFile: string;
}

/** A sandbox as clients see it. */
export interface ClientAccess {
  /** Scheme, host and port, without a slash at the end. */
  readonly url: string;
  readonly project: string;
  /** Whoever shows no token is nobody. */
  readonly enforce?: boolean;
  /** Undefined where nobody asked for a token: then clients come without credentials. */
  readonly learner?: Learner | undefined;
  /** Files that some clients read instead of variables; see `client-files.ts`. */
  readonly files?: ClientFiles | undefined;
}

export interface ClientFiles {
  /** gcloud's configuration directory. */
  readonly gcloudConfig: string;
  /** Application Default Credentials; undefined without a token. */
  readonly applicationCredentials: string | undefined;
  readonly awsConfig: string;
  readonly awsCredentials: string;
  readonly gsutilConfig: string;
}

/** The variables of some of Google's tools. */
export interface ClientVariables {
  readonly clients: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Where `gcloud compute` and Terraform work unless they are told otherwise; they would ask each time. */
const region = 'asia-northeast3';
const zone = `${region}-a`;

/** Where gcloud finds the APIs that the sandbox has; it needs each path with its slash at the end. */
const apis = {
  storage: '/storage/v1/',
  compute: '/compute/v1/',
  iam: '/',
  iamcredentials: '/',
  cloudresourcemanager: '/',
  orgpolicy: '/',
  logging: '/',
};

/**
 * APIs that the sandbox does not have, by gcloud's names: it is asked all the same, and says so.
 * The real cloud would be asked otherwise.
 */
const missing = [
  ...['aiplatform', 'artifactregistry', 'bigquery', 'cloudbilling', 'cloudbuild', 'cloudfunctions'],
  ...['cloudkms', 'cloudscheduler', 'container', 'dns', 'eventarc', 'firestore', 'monitoring'],
  ...['pubsub', 'run', 'secretmanager', 'serviceusage', 'spanner', 'sql'],
];

/** What leads Google's tools to a sandbox instead of to GCP, tool by tool. */
export function variablesByClient(access: ClientAccess): readonly ClientVariables[] {
  const { url, project } = access;
  return [
    {
      clients: 'Python, Node.js, Go (google-cloud-storage, @google-cloud/storage, go/storage)',
      variables: libraryVariables(access),
    },
    { clients: 'gcloud', variables: gcloudVariables(access) },
    { clients: 'Terraform', variables: terraformVariables(access) },
    ...(access.files === undefined ? [] : [awsVariables(url, access.files)]),
    {
      clients: 'curl',
      variables: {
        CLOUDLAB_URL: url,
        ...(access.learner && { CLOUDLAB_TOKEN_FILE: access.learner.tokenFile }),
        GOOGLE_CLOUD_PROJECT: project,
      },
    },
  ];
}

/**
 * The same for all tools at once.
 *
 * @param more default: an open sandbox, and clients that come without credentials or files
 */
export function clientVariables(
  url: string,
  project: string,
  more: Omit<ClientAccess, 'url' | 'project'> = {},
): Record<string, string> {
  const groups = variablesByClient({ ...more, url, project });
  return Object.assign({}, ...groups.map(({ variables }) => variables));
}

function libraryVariables({ url, project, enforce, files }: ClientAccess): Record<string, string> {
  return {
    // With the first, requests come without credentials, whatever there is.
    ...(enforce ? { API_ENDPOINT_OVERRIDE: url } : { STORAGE_EMULATOR_HOST: url }),
    GOOGLE_CLOUD_PROJECT: project,
    // Whatever else looks for credentials finds the learner's, and never the user's own.
    ...(files?.applicationCredentials && {
      GOOGLE_APPLICATION_CREDENTIALS: files.applicationCredentials,
    }),
    ...(files && { GCE_METADATA_HOST: new URL(url).host }),
  };
}

function gcloudVariables({ url, project, learner, files }: ClientAccess): Record<string, string> {
  const paths = [
    ...Object.entries(apis),
    ...missing.map((api) => [api, `/_cloudlab/missing/${api}/`] as const),
  ];
  const overrides = paths.map(([api, path]) => [
    `CLOUDSDK_API_ENDPOINT_OVERRIDES_${api.toUpperCase()}`,
    `${url}${path}`,
  ]);
  return {
    ...Object.fromEntries(overrides),
    // Where the URLs lead that `gcloud storage sign-url` makes.
    CLOUDSDK_STORAGE_GS_XML_ENDPOINT_URL: url,
    // Of a key file named by CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE gcloud ignores the `token_uri`.
    CLOUDSDK_AUTH_TOKEN_HOST: `${url}/token`,
    ...(learner === undefined
      ? { CLOUDSDK_AUTH_DISABLE_CREDENTIALS: 'true' }
      : {
          CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: learner.tokenFile,
          CLOUDSDK_CORE_ACCOUNT: learner.email,
        }),
    CLOUDSDK_CORE_PROJECT: project,
    CLOUDSDK_COMPUTE_REGION: region,
    CLOUDSDK_COMPUTE_ZONE: zone,
    ...(files && {
      CLOUDSDK_CONFIG: files.gcloudConfig,
      CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: 'true',
      CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: 'true',
      CLOUDSDK_SURVEY_DISABLE_PROMPTS: 'true',
      // It would look for a metadata server, and wait where there is none.
      CLOUDSDK_CORE_CHECK_GCE_METADATA: 'false',
    }),
  };
}

/** https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/provider_reference */
function terraformVariables({ url, project, learner }: ClientAccess): Record<string, string> {
  return {
    GOOGLE_PROJECT: project,
    GOOGLE_REGION: region,
    GOOGLE_ZONE: zone,
    GOOGLE_STORAGE_CUSTOM_ENDPOINT: `${url}/storage/v1/`,
    GOOGLE_COMPUTE_CUSTOM_ENDPOINT: `${url}/compute/v1/`,
    GOOGLE_IAM_CUSTOM_ENDPOINT: `${url}/v1/`,
    GOOGLE_IAM_CREDENTIALS_CUSTOM_ENDPOINT: `${url}/v1/`,
    GOOGLE_RESOURCE_MANAGER_CUSTOM_ENDPOINT: `${url}/v1/`,
    GOOGLE_CLOUD_RESOURCE_MANAGER_CUSTOM_ENDPOINT: `${url}/v1/`,
    // Without one it would look for the user's own credentials.
    GOOGLE_OAUTH_ACCESS_TOKEN: learner?.token ?? 'sandbox',
  };
}

/** https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html */
function awsVariables(url: string, files: ClientFiles): ClientVariables {
  return {
    clients: 'AWS CLI, boto3',
    variables: {
      AWS_ENDPOINT_URL_S3: url,
      AWS_REGION: 'us-east-1',
      AWS_CONFIG_FILE: files.awsConfig,
      AWS_SHARED_CREDENTIALS_FILE: files.awsCredentials,
      AWS_EC2_METADATA_DISABLED: 'true',
      BOTO_CONFIG: files.gsutilConfig,
    },
  };
}

/** Where a sandbox listens over TLS, and the certificates that its clients have to trust. */
export interface TlsAddress {
  readonly url: string;
  readonly caFile: string;
  /** The same with the public authorities: what a tool trusts may be replaced by it. */
  readonly bundleFile: string;
}

/**
 * What makes the tools trust a sandbox over TLS, and leads gsutil there.
 *
 * @param gsutilConfig the file that holds `gsutilConfigFor` the same address
 */
export function trustVariables(
  { caFile, bundleFile }: TlsAddress,
  gsutilConfig: string,
): Record<string, string> {
  return {
    BOTO_CONFIG: gsutilConfig,
    // Node adds these to what it trusts; with the others they take its place.
    NODE_EXTRA_CA_CERTS: caFile,
    CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE: bundleFile,
    REQUESTS_CA_BUNDLE: bundleFile,
    SSL_CERT_FILE: bundleFile,
    AWS_CA_BUNDLE: bundleFile,
  };
}

/** An HMAC key, as the tools that speak S3 sign with. */
export interface HmacKey {
  readonly accessId: string;
  readonly secret: string;
}

/**
 * A configuration with which gsutil asks a sandbox and, knowing no other account, nobody else.
 *
 * @param key with which it signs; default: it comes as nobody
 */
export function gsutilConfigFor(
  { url, bundleFile }: TlsAddress,
  project: string,
  key?: HmacKey,
): string {
  const { hostname: address, port } = new URL(url);
  // Where it signs, it takes certificates for names only.
  const hostname = key === undefined ? address : 'localhost';
  return [
    '[Credentials]',
    ...(key === undefined
      ? []
      : [`gs_access_key_id = ${key.accessId}`, `gs_secret_access_key = ${key.secret}`]),
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
