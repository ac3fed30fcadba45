import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { isProject } from '../../project.ts';
import { apiMethod } from '../../wire/api-method.ts';
import { readJson } from '../../wire/body.ts';
import { invalid } from '../../wire/errors.ts';
import { paramsOf } from '../../wire/query.ts';
import { sendJson } from '../../wire/reply.ts';
import { etagOf } from '../policies/etag.ts';
import { type Permit, projectResource } from '../policies/permit.ts';
import { parse } from '../schema.ts';
import type { IamState } from '../state.ts';
import {
  CONSTRAINTS,
  type ConstraintName,
  constraintNames,
  requireConstraint,
} from './constraints.ts';
import {
  checkOrgEtag,
  isEnforced,
  type OrgPolicyRecord,
  orgPolicies,
  orgPolicyOf,
  putOrgPolicy,
  removeOrgPolicy,
} from './org-policies.ts';

const PROJECT = '/v1/projects/:project([^/:]+)';

const method = (name: string) => apiMethod(`cloudresourcemanager.projects.${name}`);

const constraintRequest = z.object({
  constraint: z.string().nullish(),
  etag: z.string().nullish(),
});

const setRequest = z.object({
  policy: z
    .object({
      constraint: z.string().nullish(),
      etag: z.string().nullish(),
      booleanPolicy: z.object({ enforced: z.boolean().nullish() }).nullish(),
      listPolicy: z.unknown().optional(),
      restoreDefault: z.unknown().optional(),
    })
    .nullish(),
});

/**
 * The same policies as Resource Manager's version 1 has them (`gcloud resource-manager
 * org-policies`).
 *
 * https://docs.cloud.google.com/resource-manager/reference/rest/v1/projects/setOrgPolicy
 */
export function orgPolicyRoutesV1(app: FastifyInstance, state: IamState, permit: Permit): void {
  const call = (
    name: string,
    permission: string,
    answer: (body: Record<string, unknown>, request: FastifyRequest) => Promise<object> | object,
  ) =>
    app.post(`${PROJECT}::${name}`, method(name), async (request, reply) => {
      const resource = projectResource(state);
      const named = paramsOf<'project'>(request).project;
      if (isProject(state, named)) permit(request, permission, resource);
      else permit.refuse(request, permission, { ...resource, name: `projects/${named}` });
      return sendJson(request, reply, await answer(await readJson(request), request));
    });

  call('getOrgPolicy', 'orgpolicy.policy.get', (body) => {
    const name = requireConstraint(parse(constraintRequest, body).constraint ?? '');
    return showPolicy(name, orgPolicyOf(state, name));
  });

  call('getEffectiveOrgPolicy', 'orgpolicy.policy.get', (body) => {
    const name = requireConstraint(parse(constraintRequest, body).constraint ?? '');
    const booleanPolicy = isEnforced(state, name) ? { enforced: true } : {};
    return { constraint: `constraints/${name}`, booleanPolicy };
  });

  call('setOrgPolicy', 'orgpolicy.policy.set', async (body) => {
    const policy = parse(setRequest, body).policy ?? {};
    const name = requireConstraint(policy.constraint ?? '');
    if (policy.listPolicy) throw invalid('A boolean constraint cannot have a list policy.');
    if (!policy.booleanPolicy && !policy.restoreDefault) {
      throw invalid('The policy of a boolean constraint needs a booleanPolicy.');
    }
    const enforced = policy.booleanPolicy ? policy.booleanPolicy.enforced === true : undefined;
    const record = await state.store.write(() => {
      checkOrgEtag(orgPolicyOf(state, name), policy.etag);
      return putOrgPolicy(state, name, enforced);
    });
    return showPolicy(name, record);
  });

  call('clearOrgPolicy', 'orgpolicy.policy.set', async (body) => {
    const { constraint, etag } = parse(constraintRequest, body);
    const name = requireConstraint(constraint ?? '');
    await state.store.write(() => {
      checkOrgEtag(orgPolicyOf(state, name), etag);
      removeOrgPolicy(state, name);
    });
    return {};
  });

  call('listOrgPolicies', 'orgpolicy.policies.list', () => {
    const policies = orgPolicies(state).map(([name, policy]) => showPolicy(name, policy));
    return policies.length > 0 ? { policies } : {};
  });

  call('listAvailableOrgPolicyConstraints', 'orgpolicy.constraints.list', () => ({
    constraints: constraintNames.map((name) => {
      const { title, description } = CONSTRAINTS[name];
      return {
        ...{ name: `constraints/${name}`, displayName: title, description },
        ...{ constraintDefault: 'ALLOW', booleanConstraint: {}, version: 1 },
      };
    }),
  }));
}

function showPolicy(name: ConstraintName, policy: OrgPolicyRecord | undefined): object {
  const constraint = `constraints/${name}`;
  if (!policy) return { constraint, etag: etagOf(0) };
  const { enforced, revision, updated } = policy;
  return {
    constraint,
    ...(enforced === undefined
      ? { restoreDefault: {} }
      : { booleanPolicy: enforced ? { enforced } : {} }),
    etag: etagOf(revision),
    updateTime: new Date(updated).toISOString(),
    version: 1,
  };
}
