import { readFileSync } from 'node:fs';

/** What a project has from its beginning. */
const always = /^(default|default-allow-(icmp|internal|rdp|ssh))$|-compute@developer\./;

/**
 * All that exists in the sandbox beyond what every project has, asked for with plain requests.
 *
 * @param env of a window that `cloudlab env` has pointed at it
 */
export async function whatExists(env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const { CLOUDLAB_URL: url, CLOUDLAB_TOKEN_FILE: file, GOOGLE_CLOUD_PROJECT: project } = env;
  const token = readFileSync(String(file), 'utf8').trim();
  const found: string[] = [];
  const lists = [
    `storage/v1/b?project=${project}`,
    `compute/v1/projects/${project}/aggregated/instances`,
    `compute/v1/projects/${project}/aggregated/disks`,
    `compute/v1/projects/${project}/aggregated/addresses`,
    `compute/v1/projects/${project}/global/firewalls`,
    `v1/projects/${project}/serviceAccounts`,
  ];
  for (const path of lists) {
    const reply = await fetch(`${url}/${path}`, { headers: { authorization: `Bearer ${token}` } });
    if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
    found.push(...namesIn(await reply.json()));
  }
  return found.filter((name) => !always.test(name));
}

/** The names of whatever a list holds: flat, or by zone. */
function namesIn(list: unknown): readonly string[] {
  // A zone without anything has a warning instead, with data that have no name.
  if (Array.isArray(list)) return list.flatMap(({ email, name }) => email ?? name ?? []);
  if (typeof list !== 'object' || list === null) return [];
  return Object.values(list).flatMap(namesIn);
}
