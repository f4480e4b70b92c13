/** The names on a field's way, without list marks. */
export const namesOf = (field: string): string[] =>
  field
    .replaceAll('[]', '')
    .split('.')
    .filter((name) => name !== '');

/** Whether a mask hides a field: its names stand next to one another on the field's way, as `maskFields` reads them. */
export function isMaskedBy(field: string, mask: string): boolean {
  const names = namesOf(field);
  const wanted = mask.split('.');
  return names.some((_name, at) => wanted.every((name, step) => names[at + step] === name));
}

const maskName = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** The path of a mask for a field: the longest end of its way that a mask can name; null where it has none, or is a list of bare values. */
export function maskPathOf(field: string): string | null {
  if (field.endsWith('[]')) return null;
  const names = namesOf(field);
  let from = names.length;
  while (from > 0 && names.length - from < 8 && maskName.test(names[from - 1] ?? '')) from -= 1;
  return from === names.length ? null : names.slice(from).join('.');
}
