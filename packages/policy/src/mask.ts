const FIELD = /^[A-Za-z_][A-Za-z0-9_]{0,63}(?:\.[A-Za-z_][A-Za-z0-9_]{0,63}){0,5}$/;
const MAX_FIELDS = 100;

/**
 * Reads a `@mask("phone, bank.card")` annotation: names of fields, dots between levels, commas between fields. `undefined` for
 * anything else; such a policy is not loaded.
 */
export function parseMask(text: string): readonly string[] | undefined {
  const fields = text.split(',').map((field) => field.trim());
  return fields.length <= MAX_FIELDS && fields.every((field) => FIELD.test(field)) ? [...new Set(fields)] : undefined;
}

/** The fields that every one of some masks hides: what one policy shows is shown. */
export function commonFields(masks: ReadonlyArray<readonly string[]>): readonly string[] {
  const [first = [], ...others] = masks;
  return first.filter((field) => others.every((mask) => mask.includes(field)));
}
