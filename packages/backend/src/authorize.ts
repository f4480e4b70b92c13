import { AuthorizeError } from './authorize-error.ts';
import { type ControlPlaneOptions, createControlPlane } from './control-plane.ts';

/** A value of an attribute: text, a whole number, a truth value, or an entity, `{ __entity: { type, id } }`. */
export type AttributeValue = string | number | boolean | { readonly __entity: EntityName } | readonly AttributeValue[];

export interface EntityName {
  readonly type: string;
  readonly id: string;
}

/** Who wants to do what: `uid` is `sub` of the verified identity. */
export interface Asker {
  readonly uid: string;
  readonly app: string;
  readonly action: string;
  /** Circumstances for the policies, over the standard ones of the moment. */
  readonly context?: Readonly<Record<string, AttributeValue>>;
}

export interface Resource extends EntityName {
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly parents?: readonly EntityName[];
}

export interface Decision {
  readonly allow: boolean;
  /** Ids of the policies that decided. */
  readonly determining: readonly string[];
  /** Fields that an allowed answer must hide. */
  readonly masked: readonly string[];
}

/** How the resources of a list are found in the database; see `authorizeFilter` in the OpenAPI document. */
export interface ListQuestion extends Asker {
  readonly dialect: 'sqlite' | 'postgres' | 'mysql';
  readonly resourceType: string;
  readonly table: Readonly<Record<string, unknown>>;
  /** The number of PostgreSQL's first placeholder, 1 if absent. */
  readonly firstPlaceholder?: number;
}

/** Rows that the person may see: `none` needs no query, `all` no condition, `some` the condition with its parameters. */
export interface ListAnswer {
  readonly rows: 'all' | 'none' | 'some';
  readonly where: string;
  readonly parameters: readonly (string | number | boolean | null)[];
}

/** The token needs the scope `authorize`. */
export type AuthorizerOptions = ControlPlaneOptions;

export interface Authorizer {
  /** Asks the policies. Every failure throws: there is no answer that could be taken for "yes". @throws AuthorizeError */
  decide(asker: Asker, resource: Resource): Promise<Decision>;
  /** Like {@link Authorizer.decide}, for code that only goes on when it may. @throws AuthorizeError `not_permitted` */
  demand(asker: Asker, resource: Resource): Promise<Decision>;
  /** The condition for a list. @throws AuthorizeError `no_sql_form` when a policy has none; the message names it */
  filter(question: ListQuestion): Promise<ListAnswer>;
}

/** Asks the company's policies from a backend or cloud function, where no gateway stands before the call or a list has to be narrowed. */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const call = createControlPlane(options);

  const post = async (path: string, body: unknown): Promise<Readonly<Record<string, unknown>>> => {
    const { status, value } = await call(path, body).catch((error: unknown) => {
      throw new AuthorizeError('unreachable', { cause: error });
    });
    if (status === 200 && value !== null) return value;
    throw new AuthorizeError(status === 401 || status === 403 ? 'token_refused' : status === 404 ? 'unknown' : 'refused');
  };

  const decide: Authorizer['decide'] = async (asker, resource) => {
    const { allow, determining, masked } = await post('/api/v1/authorize', { ...asker, resource });
    if (typeof allow !== 'boolean' || !isTexts(determining) || !isTexts(masked)) throw new AuthorizeError('refused');
    return { allow, determining, masked };
  };

  return {
    decide,
    async demand(asker, resource) {
      const decision = await decide(asker, resource);
      if (!decision.allow) throw new AuthorizeError('not_permitted');
      return decision;
    },
    async filter(question) {
      const { rows, where, refusals } = await post('/api/v1/authorize/filter', question);
      if (rows === null && Array.isArray(refusals)) throw new AuthorizeError('no_sql_form', { policies: refusals.map(policyOf) });
      if ((rows !== 'all' && rows !== 'none' && rows !== 'some') || !isWhere(where)) throw new AuthorizeError('refused');
      return { rows, where: where.text, parameters: where.parameters };
    },
  };
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

function isWhere(value: unknown): value is { readonly text: string; readonly parameters: ListAnswer['parameters'] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'text' in value &&
    typeof value.text === 'string' &&
    'parameters' in value &&
    Array.isArray(value.parameters)
  );
}

function policyOf(refusal: unknown): string {
  const policy: unknown = typeof refusal === 'object' && refusal !== null && 'policy' in refusal ? refusal.policy : null;
  return typeof policy === 'string' ? policy : '-';
}
