import type { Business, Grade } from '../model.ts';

/**
 * `importance.tied.1`: a business that is tightly tied to a more important one is raised by one grade, at most to that one's (GB/T 20984-2022, annex D.1, lets the
 * assessor raise it). Only what people said counts, not what was raised, so that a chain of ties does not lift everything.
 */
export function effectiveImportance(businesses: readonly Business[]): ReadonlyMap<string, Grade> {
  const own = new Map(businesses.map(({ id, importance }) => [id, importance]));
  return new Map(
    businesses.map(({ id, importance, tiedTo }) => {
      const tied = tiedTo.reduce((most, other) => Math.max(most, other === id ? 0 : (own.get(other) ?? 0)), 0);
      return [id, tied > importance ? importance + 1 : importance];
    }),
  );
}
