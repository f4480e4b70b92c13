import type { Person } from './model.ts';
import type { DirectorySnapshot } from './snapshot.ts';

/** People of a department: in it, and in it or anywhere below; each counts once. */
export interface HeadCount {
  direct: number;
  total: number;
}

/** Counts by department, in slices for {@link gently}: a look at everybody for each department takes half a minute in a company of 50,000. */
export function* countHeads(
  directory: DirectorySnapshot,
  counts: (person: Person) => boolean,
): Generator<void, ReadonlyMap<string, HeadCount>> {
  const found = new Map<string, HeadCount>([...directory.departments.keys()].map((id) => [id, { direct: 0, total: 0 }]));
  const above = new Set<string>();
  for (const person of directory.people.values()) {
    yield;
    if (!counts(person)) continue;
    above.clear();
    for (const id of person.departments) {
      const own = found.get(id);
      if (own !== undefined) own.direct += 1;
      for (const at of directory.chain(id)) above.add(at);
    }
    for (const id of above) {
      const one = found.get(id);
      if (one !== undefined) one.total += 1;
    }
  }
  return found;
}
