/*
 * What the user's own environment says to cloud tools, and a shell of the sandbox must not
 * hear: whose account it is, which project, which endpoint. A tool that found one of these
 * could do in the real cloud, and on the real bill, what was meant for the sandbox.
 */

const own: readonly RegExp[] = [
  /^CLOUDSDK_/,
  /^AWS_/,
  /^BOTO_/,
  /^GCE_METADATA_/,
  /^GCLOUD_PROJECT$/,
  /^NO_GCE_CHECK$/,
  /^GOOGLE_(APPLICATION_CREDENTIALS|CREDENTIALS|OAUTH_ACCESS_TOKEN|IMPERSONATE_SERVICE_ACCOUNT)$/,
  /^GOOGLE_(API_KEY|ACCOUNT|USE_DEFAULT_CREDENTIALS|BILLING_PROJECT|GHA_CREDS_PATH)$/,
  /^GOOGLE_(PROJECT|REGION|ZONE|CLOUD_PROJECT|CLOUD_QUOTA_PROJECT|CLOUD_KEYFILE_JSON)$/,
  /^GOOGLE_(CLOUD_UNIVERSE_DOMAIN|UNIVERSE_DOMAIN|API_USE_CLIENT_CERTIFICATE)$/,
  /^GOOGLE_[A-Z0-9_]+_CUSTOM_ENDPOINT$/,
  /^GCLOUD_KEYFILE_JSON$/,
  /^(STORAGE_EMULATOR_HOST|API_ENDPOINT_OVERRIDE|API_VERSION_OVERRIDE)$/,
];

/** How tools are run, what they look like and what they trust, and nothing of whose they are. */
const harmless =
  /^CLOUDSDK_(ROOT_DIR|PYTHON|PYTHON_ARGS|PYTHON_SITEPACKAGES|GSUTIL_PYTHON|BQ_PYTHON|ENCODING|CORE_VERBOSITY|CORE_CUSTOM_CA_CERTS_FILE)$|^AWS_(CA_BUNDLE|PAGER|CLI_AUTO_PROMPT|DEFAULT_OUTPUT)$/;

/** What the files of a user's own shell are likely to set when it starts: nobody can see it before. */
export const oftenSetByShells: readonly string[] = [
  ...['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
  ...['AWS_SESSION_TOKEN', 'AWS_DEFAULT_REGION', 'AWS_ENDPOINT_URL', 'AWS_ROLE_ARN'],
  ...['CLOUDSDK_ACTIVE_CONFIG_NAME', 'CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT'],
  ...['CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE', 'CLOUDSDK_BILLING_QUOTA_PROJECT'],
  ...['GOOGLE_CREDENTIALS', 'GOOGLE_CLOUD_KEYFILE_JSON', 'GCLOUD_KEYFILE_JSON', 'GCLOUD_PROJECT'],
  ...['GOOGLE_IMPERSONATE_SERVICE_ACCOUNT', 'GOOGLE_CLOUD_QUOTA_PROJECT', 'GOOGLE_API_KEY'],
  'BOTO_PATH',
];

/**
 * Those variables of an environment that must go where clients are led to a sandbox.
 *
 * @param outer the environment
 * @param ours the variables that are set instead, and need not be removed
 */
export function outerCredentials(
  outer: Readonly<Record<string, string | undefined>>,
  ours: Readonly<Record<string, string>>,
): string[] {
  return Object.keys(outer).filter(
    (name) =>
      outer[name] !== undefined &&
      !Object.hasOwn(ours, name) &&
      own.some((pattern) => pattern.test(name)) &&
      !harmless.test(name),
  );
}
