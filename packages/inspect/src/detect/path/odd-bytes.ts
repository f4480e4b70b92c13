import { createFinder } from '../text/finder.ts';

/** Escapes that no valid UTF-8 holds, or that only lists of evasions hold. */
export const oddities: readonly string[] = [
  '%c0%',
  '%c0.',
  '%c1%',
  '%e0%80%',
  '%f0%80%',
  '%f8%80%',
  '%fc%80%',
  '%uefc8',
  '%%35%%63',
  '%%32%%65',
  '%01%u',
  '?.0x5c',
  '%25%5c',
  '%%c0',
];

/**
 * Dots and slashes spelled in illegal bytes, or with both kinds of slashes mixed: `%c0%5e%c0%5e`, `/.\\/\\.`. One such escape is no sign: texts in
 * GBK have them too. `coded` says whether one of the {@link oddities} occurs.
 */
export function findOddBytes(folded: string, coded: boolean): { start: number; end: number } | undefined {
  if (coded) {
    const firsts = new Map<string, number>();
    let odd: { start: number; end: number } | undefined;
    findOddity(folded, (oddity, start, end) => {
      const first = firsts.get(oddity);
      if (first === undefined) firsts.set(oddity, start);
      else if (first >= 0) {
        if (isPathLike(folded, first)) odd = { start: first, end };
        else firsts.set(oddity, -1);
      }
      return odd !== undefined || undefined;
    });
    if (odd !== undefined) return odd;
  }
  return findMixedRun(folded);
}

const findOddity = createFinder(
  oddities.map((oddity) => [oddity, oddity] as const),
  true,
);

function isPathLike(folded: string, at: number): boolean {
  const next = folded.slice(at, at + 12);
  return folded.slice(at + 6, at + 66).includes(next.slice(0, 6));
}

const isStep = (code: number): boolean => code === 0x2e || code === 0x2f || code === 0x5c;

function findMixedRun(text: string): { start: number; end: number } | undefined {
  // Every such run has a backslash; each run is walked once.
  let end = 0;
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', end + 1)) {
    let start = at;
    while (start > end && isStep(text.charCodeAt(start - 1))) start -= 1;
    let dots = 0;
    let forward = 0;
    let backward = 0;
    for (end = start; end < text.length; end += 1) {
      const code = text.charCodeAt(end);
      if (code === 0x2e) dots += 1;
      else if (code === 0x2f) forward += 1;
      else if (code === 0x5c) backward += 1;
      else break;
    }
    if (dots >= 2 && forward >= 1 && backward >= 1 && forward + backward >= 3) return { start, end };
  }
  return undefined;
}
