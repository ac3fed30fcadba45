import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { isProject } from '../../project.ts';
import { apiMethod } from '../../wire/api-method.ts';
import { readJson } from '../../wire/body.ts';
import { ApiError, invalid, notImplemented } from '../../wire/errors.ts';
import { paramsOf, queryOf } from '../../wire/query.ts';
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

const POLICIES = '/v2/projects/:project/policies';
const POLICY = `${POLICIES}/:constraint`;

const method = (name: string) => apiMethod(`orgpolicy.projects.${name}`);

const specSchema = z.object({
  etag: z.string().nullish(),
  inheritFromParent: z.boolean().nullish(),
  reset: z.boolean().nullish(),
  rules: z
    .array(
      z.object({
        enforce: z.boolean().nullish(),
        allowAll: z.boolean().nullish(),
        denyAll: z.boolean().nullish(),
        values: z.unknown().optional(),
        condition: z.unknown().optional(),
      }),
    )
    .nullish(),
});

const policySchema = z.object({
  name: z.string().nullish(),
  etag: z.string().nullish(),
  spec: specSchema.nullish(),
  dryRunSpec: z.unknown().optional(),
});

type Given = z.infer<typeof policySchema>;

/**
 * The Organization Policy API (`gcloud org-policies`).
 *
 * https://docs.cloud.google.com/resource-manager/docs/reference/orgpolicy/rest/v2/projects.policies
 */
export function orgPolicyRoutesV2(app: FastifyInstance, state: IamState, permit: Permit): void {
  const permitted = (request: FastifyRequest, permission: string): void => {
    const resource = projectResource(state);
    const named = paramsOf<'project'>(request).project;
    if (isProject(state, named)) permit(request, permission, resource);
    else permit.refuse(request, permission, { ...resource, name: `projects/${named}` });
  };
  const constraintOf = (request: FastifyRequest) =>
    requireConstraint(paramsOf<'constraint'>(request).constraint);
  const show = (name: ConstraintName, policy: OrgPolicyRecord) => showPolicy(state, name, policy);

  app.get(
    '/v2/projects/:project/constraints',
    method('constraints.list'),
    async (request, reply) => {
      permitted(request, 'orgpolicy.constraints.list');
      const constraints = constraintNames.map((name) => showConstraint(state, name));
      return sendJson(request, reply, { constraints });
    },
  );

  app.get(POLICIES, method('policies.list'), async (request, reply) => {
    permitted(request, 'orgpolicy.policies.list');
    const policies = orgPolicies(state).map(([name, policy]) => show(name, policy));
    return sendJson(request, reply, policies.length > 0 ? { policies } : {});
  });

  app.post(POLICIES, method('policies.create'), async (request, reply) => {
    permitted(request, 'orgpolicy.policies.create');
    const given = parse(policySchema, await readJson(request));
    const name = requireConstraint(given.name?.split('/').at(-1) ?? '');
    const enforced = enforcedBy(given);
    const policy = await state.store.write(() => {
      if (orgPolicyOf(state, name)) {
        throw new ApiError(409, 'alreadyExists', 'Requested entity already exists');
      }
      return putOrgPolicy(state, name, enforced);
    });
    return sendJson(request, reply, show(name, policy));
  });

  app.get(POLICY, method('policies.get'), async (request, reply) => {
    permitted(request, 'orgpolicy.policy.get');
    const name = constraintOf(request);
    return sendJson(request, reply, show(name, requireOrgPolicy(state, name)));
  });

  app.get(
    `${POLICIES}/:constraint([^/:]+)::getEffectivePolicy`,
    method('policies.getEffectivePolicy'),
    async (request, reply) => {
      permitted(request, 'orgpolicy.policy.get');
      const name = constraintOf(request);
      const rules = [{ enforce: isEnforced(state, name) }];
      return sendJson(request, reply, { name: nameOf(state, name), spec: { rules } });
    },
  );

  app.patch(POLICY, method('policies.patch'), async (request, reply) => {
    permitted(request, 'orgpolicy.policies.update');
    const name = constraintOf(request);
    const given = parse(policySchema, await readJson(request));
    const enforced = enforcedBy(given);
    const policy = await state.store.write(() => {
      checkOrgEtag(requireOrgPolicy(state, name), given.spec?.etag ?? given.etag);
      return putOrgPolicy(state, name, enforced);
    });
    return sendJson(request, reply, show(name, policy));
  });

  app.delete(POLICY, method('policies.delete'), async (request, reply) => {
    permitted(request, 'orgpolicy.policies.delete');
    const name = constraintOf(request);
    const { etag } = queryOf(request);
    await state.store.write(() => {
      checkOrgEtag(requireOrgPolicy(state, name), etag);
      removeOrgPolicy(state, name);
    });
    return sendJson(request, reply, {});
  });
}

function requireOrgPolicy(state: IamState, name: ConstraintName): OrgPolicyRecord {
  const policy = orgPolicyOf(state, name);
  if (policy) return policy;
  throw new ApiError(404, 'notFound', 'Requested entity was not found.');
}

/** Whether the policy enforces its constraint; undefined where it says that the default holds. */
function enforcedBy({ spec, dryRunSpec }: Given): boolean | undefined {
  if (dryRunSpec) throw notImplemented('dry runs of organization policies');
  const rules = spec?.rules ?? [];
  if (spec?.reset) {
    if (rules.length === 0) return undefined;
    throw invalid('A policy that resets a constraint cannot have rules.');
  }
  const [rule, ...others] = rules;
  if (others.length > 0 || rule?.condition) {
    throw notImplemented('conditional rules of organization policies');
  }
  if (typeof rule?.enforce === 'boolean') return rule.enforce;
  throw invalid('The policy of a boolean constraint needs one rule that has enforce.');
}

const nameOf = ({ projectNumber }: IamState, constraint: ConstraintName): string =>
  `projects/${projectNumber}/policies/${constraint}`;

function showPolicy(
  state: IamState,
  constraint: ConstraintName,
  { enforced, revision, updated }: OrgPolicyRecord,
): object {
  const etag = etagOf(revision);
  const said = enforced === undefined ? { reset: true } : { rules: [{ enforce: enforced }] };
  const spec = { etag, updateTime: new Date(updated).toISOString(), ...said };
  return { name: nameOf(state, constraint), spec, etag };
}

function showConstraint({ projectNumber }: IamState, constraint: ConstraintName): object {
  const { title, description, equivalent } = CONSTRAINTS[constraint];
  return {
    name: `projects/${projectNumber}/constraints/${constraint}`,
    displayName: title,
    ...{ description, constraintDefault: 'ALLOW', booleanConstraint: {} },
    ...(equivalent === undefined ? {} : { equivalentConstraint: equivalent }),
  };
}
