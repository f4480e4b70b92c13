import { dependencyId, routeId, versionId } from '../assets/from-seen.ts';
import type { Grade, Weakness } from '../model.ts';
import type { Seen } from '../seen.ts';
import { isDependency } from './dependency.ts';

/** CWE numbers and the kind of weakness that a threat asks for. */
const kinds: readonly (readonly [string, readonly number[]])[] = [
  ['sql', [89, 564, 943]],
  ['command', [77, 78, 94, 95, 96, 502, 917, 1336]],
  ['xss', [79, 80, 83, 87]],
  ['path', [22, 23, 36, 73, 98]],
  ['ssrf', [918, 601]],
  ['secret', [259, 321, 522, 540, 615, 798]],
  ['access', [284, 285, 287, 306, 384, 425, 639, 862, 863]],
  ['crypto', [261, 295, 310, 319, 326, 327, 328, 330, 338, 347, 759, 760, 916]],
  ['upload', [434]],
  ['validation', [20, 129, 345, 352, 353, 602, 915, 1321]],
  ['privacy', [200, 201, 209, 312, 359, 532]],
  ['injection', [74, 90, 91, 93, 113, 116, 611, 643]],
  ['business-logic', [362, 770, 799, 837, 840, 841]],
];
const kindByCwe = new Map(kinds.flatMap(([kind, numbers]) => numbers.map((number) => [number, kind] as const)));

/** The kind of a finding by its CWE numbers; `configuration` for what stands for none of ours. */
export function kindOf(cwe: readonly number[]): string {
  for (const number of cwe) {
    const kind = kindByCwe.get(number);
    if (kind !== undefined) return kind;
  }
  return 'configuration';
}

const grades = { critical: 5, high: 4, medium: 3, low: 2, info: 1 } as const satisfies Record<string, Grade>;

/** Middle of the CVSS band of a severity, for what nobody scored. */
export const scoreOfSeverity = { critical: 9.5, high: 8, medium: 5.5, low: 2.5, info: 0 } as const;

/**
 * Findings as weaknesses: of the interface that a probe found them at, else of the code they stand in. How sure the tool is takes a grade off the ease, and a
 * person's confirmation puts it back.
 */
export function findingWeaknesses({ findings }: Seen, assets: ReadonlySet<string>): Weakness[] {
  return findings.flatMap((finding) => {
    const {
      id,
      app,
      project,
      route,
      severity,
      confidence,
      cwe,
      confirmed,
      file,
      line,
      firstSeen,
      title,
      tool,
      cves = [],
    } = finding;
    const atRoute = route === null ? null : routeId(app, route.replace(/\{(\w+)\}/g, ':$1'));
    const code = versionId(app, /backend|server|cloud|api/.test(project) ? 'backend' : 'miniprogram');
    const grade = grades[severity];
    const unsure = confidence === 'low' && !confirmed ? 1 : 0;
    const place = file === null ? (route ?? '') : `${file}${line === null ? '' : `:${line}`}`;
    const weakness: Weakness = {
      ...{ id: `finding:${id}`, kind: isDependency(finding) ? 'dependency' : kindOf(cwe), title, cve: null, cvss: null },
      source: route === null ? 'scan' : 'probe',
      asset: isDependency(finding) ? dependencyId(app) : atRoute !== null && assets.has(atRoute) ? atRoute : code,
      fix: { zh: '按扫描发现给出的办法修复', en: 'mend it as the finding says' },
      ...{ ease: Math.max(1, grade - unsure), impact: grade, fixable: true, since: firstSeen },
      evidence: [
        { text: { zh: `${tool} 在 ${place} 发现`, en: `found by ${tool} at ${place}` }, at: firstSeen, path: `/findings/${id}` },
      ],
    };
    // Each CVE has an advisory of its own.
    return cves.length === 0 ? [weakness] : cves.map((cve) => ({ ...weakness, id: `finding:${id}:${cve}`, cve }));
  });
}
