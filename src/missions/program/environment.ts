/**
 * The environment of a learner's program: nothing of this process's own but
 * what is named here. So no credential gets in, whatever it is called
 * (GOOGLE_*, AWS_*, AZURE_*, CLOUDSDK_*, tokens of a CI, SSH_AUTH_SOCK).
 */

type Variables = Readonly<Record<string, string | undefined>>;

/** The language of messages and the place in the world. */
const anywhere = ['LANG', 'LANGUAGE', 'LC_ALL', 'LC_CTYPE', 'TZ'];

/** Without these Windows starts nothing, or finds no library. */
const onWindows = ['SystemRoot', 'SystemDrive', 'windir', 'ComSpec', 'PATHEXT'];

/**
 * @param own the environment of this process
 * @param home the program's own home directory, where it also keeps temporary files
 * @param given what the program is told; it has the last word
 */
export function programEnvironment(
  own: Variables,
  platform: NodeJS.Platform,
  home: string,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const windows = platform === 'win32';
  const kept = pick(own, windows ? [...anywhere, ...onWindows] : anywhere);
  return {
    ...kept,
    PATH: windows
      ? `${kept['SystemRoot'] ?? 'C:\\Windows'}\\System32`
      : '/usr/local/bin:/usr/bin:/bin',
    HOME: home,
    USERPROFILE: home,
    TMPDIR: home,
    TMP: home,
    TEMP: home,
    // Its requests go to this machine, whatever proxy the company has.
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
    // Nobody is asked, and waited for, who could be Google's metadata server.
    ...('GCE_METADATA_HOST' in given ? {} : { NO_GCE_CHECK: 'true' }),
    ...given,
  };
}

/** Windows knows names in any case. */
function pick(own: Variables, names: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value =
      own[name] ??
      Object.entries(own).find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1];
    if (value !== undefined) found[name] = value;
  }
  return found;
}
