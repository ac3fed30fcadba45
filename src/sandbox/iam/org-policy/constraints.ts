import { notImplemented } from '../../wire/errors.ts';

/** A restriction that an organization policy can put on a project; all of these are on or off. */
export interface Constraint {
  readonly title: string;
  readonly description: string;
  /** The newer constraint that does the same. */
  readonly equivalent?: string;
}

const NO_KEYS = {
  title: 'Disable service account key creation',
  description:
    'Blocks the creation of keys of service accounts, which are secrets that do not expire.',
};
const NO_ACCOUNTS = {
  title: 'Disable service account creation',
  description: 'Blocks the creation of service accounts.',
};

/**
 * The constraints that the sandbox obeys, by their names without `constraints/`.
 *
 * https://docs.cloud.google.com/organization-policy/restrict-service-accounts
 */
const constraints = {
  'iam.disableServiceAccountCreation': {
    ...NO_ACCOUNTS,
    equivalent: 'constraints/iam.managed.disableServiceAccountCreation',
  },
  'iam.disableServiceAccountKeyCreation': {
    ...NO_KEYS,
    equivalent: 'constraints/iam.managed.disableServiceAccountKeyCreation',
  },
  'iam.managed.disableServiceAccountCreation': NO_ACCOUNTS,
  'iam.managed.disableServiceAccountKeyCreation': NO_KEYS,
} satisfies Record<string, Constraint>;

export type ConstraintName = keyof typeof constraints;

export const CONSTRAINTS: Readonly<Record<ConstraintName, Constraint>> = constraints;

export const constraintNames = Object.keys(constraints) as readonly ConstraintName[];

/**
 * A constraint by its name, with or without `constraints/`.
 *
 * @throws ApiError 501 for one that the sandbox would not obey
 */
export function requireConstraint(named: string): ConstraintName {
  const name = named.replace(/^constraints\//, '').slice(0, 200);
  if (Object.hasOwn(constraints, name)) return name as ConstraintName;
  throw notImplemented(`the organization policy constraint ${name}`);
}
