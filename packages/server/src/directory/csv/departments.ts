import type { Department, SourceDepartment } from '../model.ts';

/** The id of a department that a file names, or what is wrong with the name. */
export type DepartmentFinder = (text: string) => string | { readonly problem: 'department_unknown' | 'department_ambiguous' };

const maxDepth = 32;

/** Finds departments by id, or by their names from the top (`总部/研发/一组`) or from anywhere below it. */
export function createDepartmentFinder(
  known: ReadonlyMap<string, Department>,
  added: readonly SourceDepartment[],
): DepartmentFinder {
  const all = new Map<string, { readonly name: string; readonly parent: string | null }>();
  for (const department of known.values()) all.set(department.id, department);
  for (const department of added) all.set(department.id, { name: department.name ?? department.id, parent: department.parent });
  const byName = new Map<string, string[]>();
  for (const [id, { name }] of all) {
    const same = byName.get(name);
    if (same === undefined) byName.set(name, [id]);
    else same.push(id);
  }
  const endsWith = (id: string, names: readonly string[]): boolean => {
    let at: string | null = id;
    for (const name of [...names].reverse()) {
      const department: { readonly name: string; readonly parent: string | null } | undefined =
        at === null ? undefined : all.get(at);
      if (department?.name !== name) return false;
      at = department.parent;
    }
    return true;
  };
  return (text) => {
    if (all.has(text)) return text;
    const names = text.split('/').map((name) => name.trim());
    if (names.length > maxDepth) return { problem: 'department_unknown' };
    const found = (byName.get(names.at(-1) ?? '') ?? []).filter((id) => endsWith(id, names));
    const [first] = found;
    if (first === undefined) return { problem: 'department_unknown' };
    return found.length === 1 ? first : { problem: 'department_ambiguous' };
  };
}
