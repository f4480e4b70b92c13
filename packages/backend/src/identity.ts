/** A department, and the names on the way to it: the company first, itself last. Names change; compare by `id`. */
export interface Department {
  readonly id: string;
  readonly path: readonly string[];
}

/** Who asks, as the gateway vouches for it. Frozen. */
export interface Identity {
  /** The person's id at the gateway; the key to use in your own tables. */
  readonly uid: string;
  readonly name: string;
  readonly kind: 'employee' | 'partner' | 'customer';
  readonly departments: readonly Department[];
  readonly roles: readonly string[];
  /** 1 after login; 2 with a second factor. */
  readonly assurance: number;
  /** 0 (none) to 4. */
  readonly risk: number;
  /** Public identifier of the session, for your logs; opens nothing. */
  readonly sessionId: string;
}

const kinds: readonly Identity['kind'][] = ['employee', 'partner', 'customer'];
const maxText = 512;
const maxItems = 1_000;

/** The identity in the claims of a verified token, or `null` when a claim is missing or not of its form. */
export function identityFromClaims(claims: Readonly<Record<string, unknown>>): Identity | null {
  const { sub, name, kind, departments, roles, assurance, risk, sid } = claims;
  const known = kinds.find((one) => one === kind);
  if (!isText(sub) || sub === '' || !isText(name) || known === undefined || !isText(sid)) return null;
  if (!isLevel(assurance, 9) || !isLevel(risk, 4)) return null;
  if (!isListOf(roles, isText) || !isListOf(departments, isDepartment)) return null;
  return Object.freeze({
    uid: sub,
    name,
    kind: known,
    departments: Object.freeze(departments.map(({ id, path }) => Object.freeze({ id, path: Object.freeze([...path]) }))),
    roles: Object.freeze([...roles]),
    assurance,
    risk,
    sessionId: sid,
  });
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= maxText;
}

function isLevel(value: unknown, max: number): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= max;
}

function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.length <= maxItems && value.every(isItem);
}

function isDepartment(value: unknown): value is Department {
  return (
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    isText(value.id) &&
    'path' in value &&
    isListOf(value.path, isText)
  );
}
