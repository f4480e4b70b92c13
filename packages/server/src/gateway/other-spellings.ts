/**
 * How else a backend may read a path: many tell no capital from a small letter and take a slash at the end for nothing (Express, Rails, ASP.NET), trim a segment, or take
 * `.json` and `.xml` for a form of the answer (Rails, older Spring). Segments, decoded; the path is canonical.
 */
export function otherSpellings(path: string): readonly (readonly string[])[] {
  const segments = path.slice(1).split('/').map(foldedSegment);
  while (segments.length > 0 && segments.at(-1) === '') segments.pop();
  const last = segments.at(-1) ?? '';
  const bare = last.replace(/\.(?:json|xml)$/, '');
  return bare === last || bare === '' ? [segments] : [segments, [...segments.slice(0, -1), bare]];
}

/** A segment, as written in a route or in a path, as such backends compare it. */
export function foldedSegment(segment: string): string {
  return decodeURIComponent(segment)
    .trim()
    .replace(/[. ]{1,100}$/, '')
    .toUpperCase()
    .toLowerCase();
}

/** What of a route is compared. */
interface Pattern {
  readonly method: string;
  readonly segments: readonly string[];
}

const isParameter = (segment: string): boolean => segment.startsWith(':');

/** Whether a path that `route` takes may, in another spelling, be one of `other`, which says more. */
export function mayBeOther(route: Pattern, other: Pattern): boolean {
  if (route.method !== other.method) return false;
  let more = false;
  for (const [at, mine] of route.segments.entries()) {
    const theirs = other.segments[at];
    if (mine === '*') return theirs !== '*';
    if (theirs === undefined || theirs === '*') return false;
    if (isParameter(mine)) more ||= !isParameter(theirs);
    else if (!isParameter(theirs)) {
      if (foldedSegment(mine) !== foldedSegment(theirs)) return false;
      more ||= mine !== theirs;
    }
  }
  return more && other.segments.length === route.segments.length;
}
