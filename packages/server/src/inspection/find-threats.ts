import { attackClass, type InspectedPlace } from '@menshen/contract';
import type { Detection, DetectionRequest, InspectOptions, TextFindings } from '@menshen/inspect';
import { fieldName, pathName } from './field-name.ts';
import { maskEvidence } from './mask-evidence.ts';
import type { FoundThreat } from './model.ts';
import { isLiteralWord } from './rule-facts.ts';

/** What the engine found in one request, in the form that is decided on, recorded and replayed. */
export interface Found {
  readonly threats: readonly FoundThreat[];
  /** The step budget ended before the request did, or there was more to decide on than is gathered. */
  readonly exhausted: boolean;
}

const noNames: ReadonlySet<string> = new Set();

/** What is settled before is cheap to hand around: most requests have nothing. */
export const nothingFound: Found = Object.freeze({ threats: Object.freeze([]), exhausted: false });

/** The most threats that are gathered. A request with more is not read to its end: none of them may push another out before it was decided on. */
export const maxGathered = 2_000;

/**
 * Runs the engine over a request. All that is decided on is per text and class, because an exception takes points from one field and must not hide
 * what stands in another. Texts whose points stay below `floor` are left out: no rule that blocks could ask for them. Evidence leaves here masked.
 */
export function findThreats(
  detection: Detection,
  request: DetectionRequest,
  floor: number,
  options: Pick<InspectOptions, 'settled' | 'maxSteps' | 'enough'>,
): Found {
  const threats: FoundThreat[] = [];
  let overflown = false;
  const files = request.body?.files ?? [];
  const fileNames = files.length === 0 ? noNames : new Set(files.map(({ name }) => name));
  const { exhausted } = detection.inspect(request, {
    ...options,
    hear(text) {
      if (threats.length >= maxGathered) overflown = true;
      else threats.push(...threatsOf(text, floor, fileNames));
    },
  });
  if (threats.length === 0) return exhausted ? { threats, exhausted } : nothingFound;
  return { threats, exhausted: exhausted || overflown };
}

function threatsOf(
  { place: at, path, layers, findings }: TextFindings,
  floor: number,
  fileNames: ReadonlySet<string>,
): FoundThreat[] {
  // The engine meets a file's name among the fields too; it is one place for whoever reads or excepts it.
  const ofFile = at === 'multipart' && path.length === 3 && path[2] === 'filename' && fileNames.has(String(path[1]));
  const place = ofFile ? 'file' : at;
  const classes = new Map<string, TextFindings['findings'][number][]>();
  for (const finding of findings) {
    const same = classes.get(finding.class);
    if (same === undefined) classes.set(finding.class, [finding]);
    else same.push(finding);
  }
  const threats: FoundThreat[] = [];
  for (const [name, same] of classes) {
    const known = attackClass.safeParse(name);
    if (!known.success) continue;
    const total = same.reduce((sum, { points }) => sum + points, 0);
    if (total < floor) continue;
    same.sort((a, b) => b.points - a.points);
    threats.push({
      class: known.data,
      place,
      name: nameOf(place, path),
      layers,
      evidence: maskEvidence(same[0]?.evidence ?? '', isLiteralWord),
      features: same.map(({ rule, points }) => ({ rule, points })),
    });
  }
  return threats;
}

/** The field's name from the engine's path, whose first part says the source. A key's own name is an attack's text, so its container is named. */
function nameOf(place: InspectedPlace, path: readonly (string | number)[]): string {
  const [source, ...rest] = path;
  if (place === 'key') {
    const container = pathName(rest.slice(0, -1));
    return container === '' ? String(source ?? '') : `${String(source)}.${container}`;
  }
  if (place === 'header' || place === 'cookie') return fieldName(String(rest[0] ?? ''));
  if (place === 'file') return pathName(rest.slice(0, -1));
  return pathName(rest);
}
