/**
 * Makes a check of field names that backends parse into nested values (`a[b]`, `a.b`). The check says no to a name that
 * reaches a prototype there (`__proto__[x]`, `constructor.prototype.x`) and to one that comes both with and without brackets
 * (`a=1&a[b]=2`), of which backends keep different ones. `values` has the names accepted so far.
 */
export function createNameCheck(values: Readonly<Record<string, unknown>>): (name: string) => boolean {
  /** Names up to the first bracket, and whether a bracket follows; only kept once a bracket has been seen. */
  let families: Map<string, boolean> | null = null;
  return (name) => {
    if (name.includes('__proto__') || (name.includes('constructor') && name.includes('prototype'))) return false;
    const bracket = name.indexOf('[');
    if (bracket < 0 && families === null) return true;
    families ??= new Map(Object.keys(values).map((key) => [key, false]));
    const stem = bracket < 0 ? name : name.slice(0, bracket);
    const nested = families.get(stem);
    families.set(stem, bracket >= 0);
    return nested === undefined || nested === bracket >= 0;
  };
}
