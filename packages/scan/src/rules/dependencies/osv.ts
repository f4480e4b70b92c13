import { compareVersions, parseVersion } from './semver.ts';

/** An advisory in the form of OSV (https://ossf.github.io/osv-schema/), with what the scan needs of it. */
export interface Advisory {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  /** The same in Chinese, where it is known. */
  readonly summaryZh?: string;
  readonly severity: 'critical' | 'high' | 'medium' | 'low';
  readonly references: readonly string[];
  readonly affected: readonly AffectedPackage[];
}

export interface AffectedPackage {
  readonly ecosystem: string;
  readonly name: string;
  readonly ranges: readonly (readonly RangeEvent[])[];
  readonly versions: readonly string[];
}

export type RangeEvent = { readonly introduced: string } | { readonly fixed: string } | { readonly last_affected: string };

/** Advisories by ecosystem and package, for look-up. */
export type AdvisoryIndex = ReadonlyMap<string, readonly Advisory[]>;

const longestText = 2000;
const mostEntries = 5000;

/**
 * Reads one OSV record. Unknown members are ignored.
 *
 * @returns undefined for what is no record, was withdrawn, or names no package of the ecosystems that the scan knows
 */
export function readAdvisory(value: unknown): Advisory | undefined {
  if (!isRecord(value) || typeof value['id'] !== 'string' || value['withdrawn'] !== undefined) return undefined;
  const affected = list(value['affected']).flatMap((entry) => readAffected(entry) ?? []);
  if (affected.length === 0) return undefined;
  return {
    id: value['id'].slice(0, 80),
    aliases: list(value['aliases'])
      .filter((alias): alias is string => typeof alias === 'string')
      .slice(0, 20),
    summary: text(value['summary']) || text(value['details']).split('\n')[0] || value['id'],
    severity: severityOf(value),
    references: list(value['references'])
      .flatMap((entry) =>
        isRecord(entry) && typeof entry['url'] === 'string' && /^https:\/\//.test(entry['url']) ? [entry['url']] : [],
      )
      .slice(0, 5),
    affected,
  };
}

export function indexAdvisories(advisories: Iterable<Advisory>): AdvisoryIndex {
  const index = new Map<string, Advisory[]>();
  for (const advisory of advisories)
    for (const { ecosystem, name } of advisory.affected) {
      const key = `${ecosystem} ${name}`;
      const known = index.get(key);
      if (known === undefined) index.set(key, [advisory]);
      else if (known.at(-1) !== advisory) known.push(advisory);
    }
  return index;
}

/** The advisories that hold for a version, with the version that mends each. */
export function advisoriesFor(
  index: AdvisoryIndex,
  ecosystem: string,
  name: string,
  version: string,
): { advisory: Advisory; fixed: string | undefined }[] {
  return (index.get(`${ecosystem} ${name}`) ?? []).flatMap((advisory) => {
    for (const entry of advisory.affected)
      if (entry.ecosystem === ecosystem && entry.name === name) {
        const hit = isAffected(entry, version);
        if (hit !== undefined) return [{ advisory, fixed: hit.fixed }];
      }
    return [];
  });
}

/** OSV's evaluation: within any range, or among the listed versions. */
export function isAffected({ ranges, versions }: AffectedPackage, version: string): { fixed: string | undefined } | undefined {
  const parsed = parseVersion(version);
  if (parsed !== undefined)
    for (const events of ranges) {
      let open = false;
      let fixed: string | undefined;
      for (const event of events) {
        if ('introduced' in event) {
          const from = event.introduced === '0' ? undefined : parseVersion(event.introduced);
          if (event.introduced === '0' || (from !== undefined && compareVersions(parsed, from) >= 0)) open = true;
        } else if ('fixed' in event) {
          const until = parseVersion(event.fixed);
          if (!open || until === undefined) continue;
          if (compareVersions(parsed, until) >= 0) open = false;
          else fixed ??= event.fixed;
        } else {
          const last = parseVersion(event.last_affected);
          if (open && last !== undefined && compareVersions(parsed, last) > 0) open = false;
        }
      }
      if (open) return { fixed };
    }
  return versions.includes(version) ? { fixed: undefined } : undefined;
}

function readAffected(value: unknown): AffectedPackage | undefined {
  if (!isRecord(value) || !isRecord(value['package'])) return undefined;
  const { ecosystem, name } = value['package'];
  if (typeof ecosystem !== 'string' || typeof name !== 'string' || !/^(?:npm|Maven|Packagist|PyPI)$/.test(ecosystem))
    return undefined;
  const ranges = list(value['ranges']).flatMap((range) => {
    if (!isRecord(range) || (range['type'] !== 'SEMVER' && range['type'] !== 'ECOSYSTEM')) return [];
    const events = list(range['events']).flatMap((event) => readEvent(event) ?? []);
    return events.length === 0 ? [] : [sortEvents(events)];
  });
  const versions = list(value['versions']).filter((version): version is string => typeof version === 'string');
  return { ecosystem, name, ranges, versions };
}

function readEvent(event: unknown): RangeEvent | undefined {
  if (!isRecord(event)) return undefined;
  for (const key of ['introduced', 'fixed', 'last_affected'] as const)
    if (typeof event[key] === 'string') return { [key]: event[key] } as RangeEvent;
  return undefined;
}

const versionOf = (event: RangeEvent): string => Object.values(event)[0] ?? '0';

/** Events by version, as the evaluation needs them. */
function sortEvents(events: readonly RangeEvent[]): readonly RangeEvent[] {
  return [...events].sort((a, b) => {
    const left = parseVersion(versionOf(a));
    const right = parseVersion(versionOf(b));
    return left === undefined || right === undefined ? 0 : compareVersions(left, right);
  });
}

function severityOf(value: Readonly<Record<string, unknown>>): Advisory['severity'] {
  const named = isRecord(value['database_specific']) ? String(value['database_specific']['severity'] ?? '').toUpperCase() : '';
  if (named === 'CRITICAL') return 'critical';
  if (named === 'HIGH') return 'high';
  if (named === 'LOW') return 'low';
  if (named === 'MODERATE' || named === 'MEDIUM') return 'medium';
  const vector = list(value['severity'])
    .map((entry) => (isRecord(entry) ? String(entry['score'] ?? '') : ''))
    .join(' ');
  // Without a named severity: impact on all three properties over the network is high.
  return /\/AV:N/.test(vector) && /\/C:H|\/I:H|\/A:H|\/VC:H|\/VI:H|\/VA:H/.test(vector) ? 'high' : 'medium';
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, mostEntries) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, longestText) : '');
