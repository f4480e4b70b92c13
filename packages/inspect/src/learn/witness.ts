/**
 * How many different people must have shown a feature before it counts. Below it, one person or a few could teach what is normal; and what so
 * many share is nobody's own.
 */
export const neededPersons = 5;

/** Who has shown a feature: the tags of the first few people, or `true` once there are enough; then no tag is kept. */
export type Witnesses = true | readonly number[];

/** A feature: how often it was seen, and by whom. */
export interface Feature {
  n: number;
  by: Witnesses;
}

export const unseen = (): Feature => ({ n: 0, by: [] });

/** Counts a feature for a person. `tag` is 32 bits that stand for the person and mean nothing without the key that made them. */
export function witness(feature: Feature, tag: number): void {
  feature.n += 1;
  if (feature.by === true || feature.by.includes(tag)) return;
  feature.by = feature.by.length + 1 >= neededPersons ? true : [...feature.by, tag];
}

/** Whether enough different people have shown it. */
export function counts(feature: Feature | undefined): boolean {
  return feature?.by === true;
}

/** The features of two nodes together. */
export function mergeFeatures(a: Feature | undefined, b: Feature | undefined): Feature {
  if (a === undefined || b === undefined) return { ...(a ?? b ?? unseen()) };
  if (a.by === true || b.by === true) return { n: a.n + b.n, by: true };
  const tags = [...new Set([...a.by, ...b.by])];
  return { n: a.n + b.n, by: tags.length >= neededPersons ? true : tags };
}

/** Merges two records of features by name. */
export function mergeRecords(
  a: Readonly<Record<string, Feature>>,
  b: Readonly<Record<string, Feature>>,
): Record<string, Feature> {
  const out: Record<string, Feature> = {};
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) out[name] = mergeFeatures(a[name], b[name]);
  return out;
}
