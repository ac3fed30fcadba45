import { expect, test } from 'vitest';
import { actor, enforced, grant, memberOf, PROJECT } from './iam-policies-support.ts';
import { client, start } from './support.ts';

test('the project is told in the words of both versions, by its id and by its number', async () => {
  const http = client(await start());
  const v1 = { projectId: PROJECT, projectNumber: '100000000001', lifecycleState: 'ACTIVE' };
  const v3 = { name: 'projects/100000000001', projectId: PROJECT, state: 'ACTIVE' };
  for (const named of [PROJECT, '100000000001']) {
    expect((await http.get(`/v1/projects/${named}`)).json).toMatchObject(v1);
    expect((await http.get(`/v3/projects/${named}`)).json).toMatchObject(v3);
  }
  const ancestry = await http.post(`/v1/projects/${PROJECT}:getAncestry`, {});
  expect(ancestry.json).toEqual({ ancestor: [{ resourceId: { type: 'project', id: PROJECT } }] });
  const { json } = await http.get('/v1/projects/somebody-elses');
  expect(json.error).toMatchObject({ code: 403, status: 'PERMISSION_DENIED' });
});

const FILTERS: [path: string, found: number][] = [
  ['/v1/projects', 1],
  ['/v1/projects?filter=lifecycleState:ACTIVE', 1],
  ['/v1/projects?filter=id:cloudlab-*+AND+projectNumber=100000000001', 1],
  ['/v1/projects?filter=id:other', 0],
  ['/v1/projects?filter=labels.env:prod', 0],
  ['/v3/projects:search?query=projectId:cloudlab-sandbox', 1],
  ['/v3/projects:search?query=state:DELETE_REQUESTED', 0],
];

test('filters find the project or not', async () => {
  const http = client(await start());
  for (const [path, found] of FILTERS) {
    expect((await http.get(path)).json.projects ?? [], path).toHaveLength(found);
  }
});

test('who may not see the project finds none, and what does not exist yet says so', async () => {
  const { sandbox, learner, nobody } = await enforced();
  expect((await nobody('GET', '/v1/projects')).status).toBe(401);
  const send = await actor(sandbox, learner, 'stranger');
  expect((await send('GET', '/v1/projects')).json).toEqual({});
  await grant(learner, 'roles/browser', memberOf('stranger'));
  expect((await send('GET', '/v1/projects')).json.projects).toHaveLength(1);
  expect((await learner('GET', '/v1/projects?filter=id:a+OR+id:b')).status).toBe(501);
  expect((await learner('DELETE', `/v1/projects/${PROJECT}`)).status).toBe(501);
});
