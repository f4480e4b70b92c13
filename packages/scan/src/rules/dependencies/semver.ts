/** A version of Semantic Versioning 2.0.0; parts that are left out count as 0. */
export interface Version {
  readonly numbers: readonly [number, number, number];
  readonly prerelease: readonly string[];
}

const pattern =
  /^[v=\s]{0,4}(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:\.\d{1,9})?(?:[-.]([0-9A-Za-z][0-9A-Za-z.-]{0,80}))?(?:\+[0-9A-Za-z.-]{0,80})?$/;

export function parseVersion(text: string): Version | undefined {
  const match = pattern.exec(text.trim());
  if (match === null) return undefined;
  return { numbers: [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)], prerelease: match[4]?.split('.') ?? [] };
}

/** Negative, zero or positive, by clause 11 of the specification. */
export function compareVersions(a: Version, b: Version): number {
  for (let at = 0; at < 3; at += 1) {
    const difference = (a.numbers[at] ?? 0) - (b.numbers[at] ?? 0);
    if (difference !== 0) return difference;
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0) return b.prerelease.length - a.prerelease.length;
  for (let at = 0; at < Math.max(a.prerelease.length, b.prerelease.length); at += 1) {
    const left = a.prerelease[at];
    const right = b.prerelease[at];
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
    if (left === right) continue;
    const numeric = [/^\d+$/.test(left), /^\d+$/.test(right)] as const;
    if (numeric[0] && numeric[1]) return Number(left) - Number(right);
    if (numeric[0] !== numeric[1]) return numeric[0] ? -1 : 1;
    return left < right ? -1 : 1;
  }
  return 0;
}

/** The lowest version that a range of package.json can mean: `1.2.3` of `^1.2.3`; undefined for `*`, tags and addresses. */
export function lowestOf(range: string): string | undefined {
  const match =
    /^\s{0,4}(?:\^|~|>=|=|v)?\s{0,4}(\d{1,9}(?:\.\d{1,9}){0,2}(?:-[0-9A-Za-z.-]{1,40})?)(?:\.[x*])?\s{0,4}(?:$|<|-|\|\|)/.exec(
      range,
    );
  return match?.[1];
}
