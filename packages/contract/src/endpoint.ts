import type * as z from 'zod';
import type { Bilingual } from './bilingual.ts';
import type { RiskClass } from './containment.ts';
import type { ErrorCode } from './errors.ts';

/** Who may call: anybody, an administrator or machine that has proved who it is, or an employee on the page for learners. */
export type Access = 'public' | 'admin' | 'employee';

/**
 * The three separated powers over the control plane (GB/T 22239-2019 8.1.5.1 to 8.1.5.3): `system` runs the platform (configuration, mode, recovery),
 * `security` decides (policies, people, sessions, response), `audit` looks at what everybody did. No account holds two.
 */
export const administratorPowers = ['system', 'security', 'audit'] as const;
export type AdministratorPower = (typeof administratorPowers)[number];
/** For what concerns every administrator: their own session and factors, and what the shell of the console shows. */
export const everyPower: readonly AdministratorPower[] = administratorPowers;

/** What an API token of a machine may be for. */
export const tokenScopes = [
  'audit:read',
  'people:read',
  'people:write',
  'authorize',
  'bounces',
  'events:write',
  'guard',
  'incidents',
  'playbooks',
  'release',
  'reopen',
  'risk:import',
  'scan',
  'seal',
  'keys',
  'scim',
] as const;
export type TokenScope = (typeof tokenScopes)[number];
/** Scopes with which a machine changes something or opens sealed data: their tokens need approval. */
export const writeScopes: readonly TokenScope[] = [
  'people:write',
  'bounces',
  'events:write',
  'guard',
  'incidents',
  'playbooks',
  'release',
  'reopen',
  'risk:import',
  'scan',
  'seal',
  'keys',
  'scim',
];

/** The scope that opens the whole log, which of the powers only `audit` may read: a token of it is approved by who holds that power. */
export const auditScope: TokenScope = 'audit:read';

/** The parts of a call as its endpoint's schemas made them; an endpoint without a part has undefined there. */
export interface ApprovalSubject<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
}

/** Acts that take two administrators only in companies that want it so. */
export const fourEyesSettings = ['enrolmentCode'] as const;
export type FourEyesSetting = (typeof fourEyesSettings)[number];

/**
 * An act that one administrator may not do alone. `when` and `subject` are methods, so that an endpoint of precise types is still an endpoint. The call is refused with `approval_required` until it carries, in `X-Menshen-Approval`, an
 * approval of exactly this call: same endpoint, params, query and body.
 */
export interface ApprovalRule<Params = unknown, Query = unknown, Body = unknown> {
  /** Who may approve; always another account than the one that asks. */
  readonly approvers: readonly AdministratorPower[];
  /** Fewer of them, where the call says so. */
  approversOf?(call: ApprovalSubject<Params, Query, Body>): readonly AdministratorPower[];
  /** Whether a call needs it; every call when absent. */
  when?(call: ApprovalSubject<Params, Query, Body>): boolean;
  /** Id of the administrator that is acted on, who may neither ask nor approve. */
  subject?(call: ApprovalSubject<Params, Query, Body>): string;
  /** Asked for only where the configuration's `console.fourEyes` names it; always when absent. */
  readonly setting?: FourEyesSetting;
  /** How much the call can do to honest people: asked for only where the configuration's `containment.fourEyes` names the class; always when absent. */
  riskClass?(call: ApprovalSubject<Params, Query, Body>): RiskClass;
  /** Whether it may be forced alone in an emergency (break-glass); false when absent. */
  readonly breakGlass?: boolean;
}

/**
 * One operation of the control plane: the server binds a handler to it, the console calls it, and the OpenAPI document is made of it,
 * so that the three cannot differ. A path parameter is written `{name}`.
 */
export interface Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
> {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly group: string;
  readonly summary: Bilingual;
  readonly access: Access;
  /** Administrators with one of these powers may call; empty on public endpoints, and where only machines call. */
  readonly powers: readonly AdministratorPower[];
  /** API tokens with one of these scopes may call; no token when absent. */
  readonly scopes?: readonly TokenScope[];
  /** Greatest age in seconds of the caller's second factor; unlimited when absent. Machines have none and are not asked. */
  readonly stepUpSeconds?: number;
  readonly approval?: ApprovalRule<z.output<Params>, z.output<Query>, z.output<Body>>;
  /** Greatest size of a body; 256 KiB when absent. */
  readonly bodyBytes?: number;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly response: Response;
  /** Status of success; 200 when absent. */
  readonly status?: 200 | 201 | 202 | 204;
  readonly errors: readonly ErrorCode[];
}

/** Gives an endpoint its precise type. */
export function defineEndpoint<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  endpoint: Endpoint<P, Q, B, R>,
): Endpoint<P, Q, B, R> {
  return Object.freeze(endpoint);
}

/** The age in seconds after which a second factor must be shown again for what changes factors, administrators or tokens. */
export const freshSeconds = 300;
