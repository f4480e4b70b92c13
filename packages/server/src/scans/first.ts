import type { StoredFinding } from './model.ts';

const most = 5;
const ofOneFile = 2;

/**
 * The few to begin with, of findings that come by weight: each rule once and each file at most twice, so that five findings are five different things to
 * do. What somebody has confirmed stands before what nobody has looked at; what is only information never does.
 */
export function firstOf(findings: readonly StoredFinding[]): StoredFinding[] {
  const wanted = findings
    .filter(({ severity, confidence }) => severity !== 'info' && confidence !== 'low')
    .toSorted((a, b) => b.weight + bonus(b) - a.weight - bonus(a));
  const chosen: StoredFinding[] = [];
  const rules = new Set<string>();
  const files = new Map<string, number>();
  for (const finding of wanted) {
    const place = `${finding.project} ${finding.file ?? finding.route ?? ''}`;
    if (rules.has(finding.rule) || (files.get(place) ?? 0) >= ofOneFile) continue;
    chosen.push(finding);
    rules.add(finding.rule);
    files.set(place, (files.get(place) ?? 0) + 1);
    if (chosen.length === most) return chosen;
  }
  for (const finding of wanted) {
    if (chosen.length === most) break;
    if (!chosen.includes(finding)) chosen.push(finding);
  }
  return chosen;
}

const bonus = ({ state }: StoredFinding): number => (state === 'confirmed' ? 12 : state === 'reopened' ? 6 : 0);
