import type { KeyObject } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

/**
 * Who sends a request and what he may do. The IAM service answers; it hands this to the
 * server, and the server to the other services, which ask before they do anything.
 *
 * A request goes through three questions:
 *
 * 1. **Who?** `callerOf`: a bearer token that this sandbox gave out names somebody; a signature
 *    does as well, which the service that verified it says with `assume`. No credentials are
 *    an anonymous caller.
 * 2. **May he?** `check` with the permission (`storage.objects.get`) and the resource: the
 *    policies on the resource, on what is above it and on the project, their roles and their
 *    conditions decide. What was asked and answered is kept with the request for the audit log.
 * 3. **How is he refused?** The service says that in its own words: each of Google's APIs has others.
 *
 * While the sandbox is `open` (the default), whoever shows no token that this sandbox knows
 * is its owner, so that nothing stands in a beginner's way; whoever shows one is held to what
 * it allows. With `enforce`, nobody is the owner without proving it.
 *
 * https://docs.cloud.google.com/iam/docs/overview
 */
export interface Identity {
  readonly mode: AuthMode;

  /**
   * Who sends the request, by its `Authorization` header or its `access_token` parameter,
   * unless `assume` has said it. Looked up once a request.
   *
   * @throws ApiError 401 where credentials are shown that do not hold: expired, revoked, or (with
   *   `enforce`) never given out here
   */
  callerOf(request: FastifyRequest): Caller;

  /** A signature (a signed URL, an HMAC key) has proven that the request is this account's. */
  assume(request: FastifyRequest, email: string): void;

  /**
   * True where the caller has the permission on the resource. Throws as `callerOf`, and never
   * because of a missing permission.
   */
  check(request: FastifyRequest, permission: string, resource: ProtectedResource): boolean;

  /** Those of the permissions that the caller has: the answer of every `testIamPermissions`. */
  allowed(
    request: FastifyRequest,
    permissions: readonly string[],
    resource: ProtectedResource,
  ): string[];

  /** True for a predefined role and for a custom role of the project that is not deleted. */
  hasRole(role: string): boolean;

  /**
   * Whom a policy names, as it is kept: addresses in lower case.
   *
   * @throws ApiError 400 for whom no policy can name, and for an account that the project has not
   */
  acceptMember(member: string): string;

  /** True for a permission on something that the sandbox has. */
  isPermission(name: string): boolean;

  /**
   * Refuses the expression of a condition that is none. Whoever keeps policies asks this before
   * keeping one: conditions that nobody has let in never hold.
   *
   * @throws ApiError 400 for what is no condition, 501 for what the sandbox has nothing to tell about
   */
  requireCondition(expression: string): Promise<void>;

  /** A service account by its email address; undefined if there is none. */
  serviceAccount(email: string): ServiceAccount | undefined;

  /**
   * A service account as something that permissions are needed for, such as to act as it; it
   * need not be there.
   */
  accountResource(email: string): ProtectedResource;

  /**
   * The public keys, neither disabled nor expired, whose private halves sign for a service
   * account. None if there is no such account, or if it is disabled.
   */
  signingKeys(email: string): KeyObject[];

  /** A token with which a service account's machine (a VM) acts; as long-lived as Google's. */
  tokenOf(email: string, scopes: readonly string[]): AccessToken;
}

/**
 * The header that marks what a program inside a VM has sent; its value is the VM's address. A
 * VM is nobody's own computer, so such a request is never the owner's for showing nothing,
 * not even while the sandbox is open. Whoever else sends the header has less for it: it need
 * not be secret. That it is there counts, whatever it says.
 */
export const FROM_A_MACHINE = 'x-cloudlab-machine';

/** `open`: who shows nothing is the owner. `enforce`: who shows nothing is nobody. */
export type AuthMode = 'open' | 'enforce';

/** Somebody who sends requests. */
export interface Caller {
  /**
   * As policies name him: `user:learner@example.com`, `serviceAccount:...`, `principal://...`;
   * undefined for who has shown nothing.
   */
  readonly member: string | undefined;
  /** Sets that he belongs to, as policies name them: `principalSet://...`. */
  readonly sets: readonly string[];
  /** His email address or subject, for messages and the audit log; `anonymous` for who has none. */
  readonly name: string;
  /** May do everything: nobody asked who he is. */
  readonly unlimited: boolean;
  /** Where he acts through a service account: who he was before, the first first. */
  readonly through?: readonly string[];
  /** OAuth scopes of his token; undefined where there are no limits of that kind. */
  readonly scopes?: readonly string[];
  /** The key of a service account that proved him, as the audit log names it. */
  readonly keyName?: string;
}

/** Something that a permission is needed for. */
export interface ProtectedResource {
  /** As conditions and the audit log name it: `projects/_/buckets/photos/objects/cat.jpg`. */
  readonly name: string;
  /** As conditions name it: `storage.googleapis.com/Object`. */
  readonly type: string;
  /** The policies of the resource and of what it lies in, below the project's; read at need. */
  readonly policies?: () => readonly Policy[];
}

/** Who has which role. https://docs.cloud.google.com/iam/docs/reference/rest/v1/Policy */
export interface Policy {
  readonly bindings: readonly Binding[];
}

export interface Binding {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition?: { readonly title: string; readonly expression: string };
}

/** What was asked of the identity service for one request. */
export interface RequestAccess {
  caller: Caller | undefined;
  /** In the order in which they were asked. */
  checks: readonly PermissionCheck[];
}

export interface PermissionCheck {
  readonly permission: string;
  readonly resource: string;
  readonly granted: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null until somebody asks who sends it. */
    access: RequestAccess | null;
  }
}

export interface AccessToken {
  readonly token: string;
  readonly expiresInSeconds: number;
}

export interface ServiceAccount {
  email: string;
  uniqueId: string;
  projectId: string;
  disabled: boolean;
}
