type Plain = Readonly<Record<string, unknown>>;

const plain = (value: unknown): Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Plain) : {};

/** What Menshen adds to an OCSF event: `unmapped.menshen`. */
export function menshenOf(event: Plain): Plain {
  return plain(plain(event.unmapped).menshen);
}

/** The `detail` of an event: one text, or named values; nothing when there is none. */
export function detailOf(own: Plain): readonly (readonly [string, string])[] {
  if (typeof own.detail === 'string') return [['detail', own.detail]];
  return Object.entries(plain(own.detail)).map(
    ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  );
}

const detailNames = [
  'detail',
  'from',
  'to',
  'reason',
  'mode',
  'by',
  'roles',
  'uid',
  'count',
  'departments',
  'people',
  'added',
  'changed',
  'left',
  'apps',
] as const;

/** Whether we have a word for a named value of a detail; others stand under their own name. */
export function isDetailName(name: string): name is (typeof detailNames)[number] {
  return (detailNames as readonly string[]).includes(name);
}

const classes = { 2004: 'finding', 3001: 'account', 3002: 'authentication', 3004: 'entity', 6003: 'api' } as const;

/** Our word for an OCSF class (1.8.0) that the platform writes; null for others. */
export function className(classUid: number): (typeof classes)[keyof typeof classes] | null {
  return Object.hasOwn(classes, classUid) ? classes[classUid as keyof typeof classes] : null;
}
