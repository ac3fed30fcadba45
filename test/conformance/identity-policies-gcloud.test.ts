import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startGcloud } from './gcloud.ts';

interface Binding {
  role: string;
  members: string[];
  condition?: { title: string };
}

/*
 * `gcloud projects`, `gcloud iam roles`, the policies of service accounts and organization
 * policies, unmodified. Every call takes a second or so, so it is one sequence.
 */
test('a session with gcloud about who may do what', { timeout: 240_000 }, async (context) => {
  const { sandbox, dir, gcloud: anyGcloud } = await startGcloud(context, {}, { anonymous: true });
  const { projectId } = sandbox;
  const gcloud = async (...args: string[]) => {
    const text = await anyGcloud(...args, '--format=json');
    return text.trim() === '' ? undefined : JSON.parse(text);
  };
  const email = `uploader@${projectId}.iam.gserviceaccount.com`;
  const member = `--member=serviceAccount:${email}`;
  const change = (verb: string, role: string, condition: string, who = member) =>
    gcloud('projects', verb, projectId, who, `--role=${role}`, `--condition=${condition}`);

  expect(await gcloud('projects', 'describe', projectId)).toMatchObject({ projectId });
  await gcloud('iam', 'service-accounts', 'create', 'uploader');

  // Reads the policy, adds a binding and sets it with the etag that it read.
  await change('add-iam-policy-binding', 'roles/storage.objectCreator', 'None');
  const until = 'expression=request.time < timestamp("2030-01-01T00:00:00Z"),title=until-2030';
  await change('add-iam-policy-binding', 'roles/storage.objectViewer', until);
  const policy = await gcloud('projects', 'get-iam-policy', projectId);
  const ours = policy.bindings.filter(({ role }: Binding) => role.startsWith('roles/storage.'));
  expect(policy.version).toBe(3);
  expect(ours).toEqual([
    { role: 'roles/storage.objectCreator', members: [`serviceAccount:${email}`] },
    {
      role: 'roles/storage.objectViewer',
      members: [`serviceAccount:${email}`],
      condition: { title: 'until-2030', expression: until.split(/=|,title/)[1] },
    },
  ]);
  await change('remove-iam-policy-binding', 'roles/storage.objectViewer', until);
  const file = join(dir, 'stale.json');
  await writeFile(file, JSON.stringify(policy));
  await expect(gcloud('projects', 'set-iam-policy', projectId, file)).rejects.toThrow(
    /There were concurrent policy changes/,
  );
  await expect(change('add-iam-policy-binding', 'roles/storage.nothing', 'None')).rejects.toThrow(
    /INVALID_ARGUMENT: Role roles\/storage\.nothing is not supported for this resource\./,
  );
  const typo = `--member=serviceAccount:uplaoder@${projectId}.iam.gserviceaccount.com`;
  await expect(change('add-iam-policy-binding', 'roles/browser', 'None', typo)).rejects.toThrow(
    /Service account uplaoder@.* does not exist/,
  );

  const role = ['iam', 'roles'];
  const inProject = `--project=${projectId}`;
  await gcloud(...role, 'create', 'uploads', inProject, '--permissions=storage.objects.create');
  await gcloud(...role, 'update', 'uploads', inProject, '--add-permissions=storage.objects.list');
  expect(await gcloud(...role, 'describe', 'uploads', inProject)).toMatchObject({
    includedPermissions: ['storage.objects.create', 'storage.objects.list'],
  });
  await expect(
    gcloud(...role, 'update', 'uploads', inProject, '--add-permissions=storage.objects.gett'),
  ).rejects.toThrow(/Permission storage\.objects\.gett is not valid/);
  const creator = await gcloud(...role, 'describe', 'roles/storage.objectCreator');
  expect(creator.includedPermissions).toContain('storage.objects.create');
  expect(creator.includedPermissions).not.toContain('storage.objects.get');

  const acting = await gcloud(
    ...['iam', 'service-accounts', 'add-iam-policy-binding', email],
    ...['--member=user:learner@example.com', '--role=roles/iam.serviceAccountTokenCreator'],
  );
  expect(acting.bindings).toEqual([
    { role: 'roles/iam.serviceAccountTokenCreator', members: ['user:learner@example.com'] },
  ]);

  const constraint = 'iam.disableServiceAccountKeyCreation';
  await gcloud('resource-manager', 'org-policies', 'enable-enforce', constraint, inProject);
  const keys = ['iam', 'service-accounts', 'keys', 'create', join(dir, 'key.json')];
  await expect(gcloud(...keys, `--iam-account=${email}`)).rejects.toThrow(
    /FAILED_PRECONDITION: Key creation is not allowed on this service account\.[\s\S]*constraints\/iam\.disableServiceAccountKeyCreation/,
  );
  const set = join(dir, 'policy.json');
  const name = `projects/${projectId}/policies/${constraint}`;
  await writeFile(set, JSON.stringify({ name, spec: { rules: [{ enforce: false }] } }));
  await gcloud('org-policies', 'set-policy', set);
  const described = await gcloud('org-policies', 'describe', constraint, inProject, '--effective');
  expect(described.spec.rules).toEqual([{ enforce: false }]);
  await gcloud(...keys, `--iam-account=${email}`);
});
