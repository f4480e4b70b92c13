import type { AttackClassName, InspectedPlace, ReplayReport } from '@menshen/contract';
import { compileRules } from './decide.ts';
import type { InspectionRules, JudgedThreat } from './model.ts';
import { routeKey } from './route-key.ts';
import { readThreats } from './threats-text.ts';

/** A recorded request in which something was found. */
export interface InspectedRow {
  readonly requestId: string;
  /** Epoch ms. */
  readonly time: number;
  readonly app: string;
  readonly route: string;
  readonly verdict: 'passed' | 'noted' | 'blocked' | 'excepted';
  readonly class: string;
  /** JSON of the event's threats. */
  readonly threats: string;
  readonly dropped: number;
}

/** Rules of every route, by {@link routeKey}; plain, so that they can be sent to a thread. */
export type RuleBook = ReadonlyMap<string, InspectionRules>;

type Group = ReplayReport['groups'][number];
export type ReplayOutcome = Omit<ReplayReport, 'from' | 'to' | 'limits'> & {
  /** Requests of which not all findings were kept. */
  readonly incomplete: number;
};

const maxGroups = 200;
const maxExamples = 5;

/** Decides recorded requests by two sets of rules with the function that decides live ones. Both are judged at `now`: an exception that has ended counts in neither. */
export function replay(rows: Iterable<InspectedRow>, before: RuleBook, after: RuleBook, now: number): ReplayOutcome {
  const judgeBefore = judgeOf(before, now);
  const judgeAfter = judgeOf(after, now);
  const groups = new Map<string, Group & { count: number }>();
  const outcome = { requests: 0, blockedBefore: 0, blockedAfter: 0, blockedToPassed: 0, passedToBlocked: 0, incomplete: 0 };
  for (const row of rows) {
    const key = routeKey(row.app, row.route);
    if (!before.has(key) && !after.has(key)) continue;
    outcome.requests += 1;
    if (row.dropped > 0) outcome.incomplete += 1;
    const threats = readThreats(parse(row.threats));
    const was = judgeBefore(key, threats);
    const would = judgeAfter(key, threats);
    if (was !== null) outcome.blockedBefore += 1;
    if (would !== null) outcome.blockedAfter += 1;
    const cause = was !== null && would === null ? was : was === null ? would : null;
    if (cause === null) continue;
    const change = was === null ? 'passed_to_blocked' : 'blocked_to_passed';
    if (was === null) outcome.passedToBlocked += 1;
    else outcome.blockedToPassed += 1;
    addToGroup(groups, change, row, cause);
  }
  return { ...outcome, groups: [...groups.values()].sort((a, b) => b.count - a.count) };
}

type Judge = (key: string, threats: readonly JudgedThreat[]) => JudgedThreat | null;

/** The threat for which a request is blocked; null where it passes, also because its route only watches. */
function judgeOf(book: RuleBook, now: number): Judge {
  const compiled = new Map<string, ReturnType<typeof compileRules>>();
  return (key, threats) => {
    const rules = book.get(key);
    if (rules === undefined || rules.mode !== 'enforce') return null;
    let decide = compiled.get(key);
    if (decide === undefined) {
      decide = compileRules(rules);
      compiled.set(key, decide);
    }
    return decide(threats, now).blocking[0] ?? null;
  };
}

function addToGroup(
  groups: Map<string, Group & { count: number }>,
  change: Group['change'],
  { app, route, requestId, time }: InspectedRow,
  threat: JudgedThreat,
): void {
  const where: { place: InspectedPlace; name: string } = { place: threat.place, name: threat.name };
  const attack: AttackClassName = threat.class;
  const key = JSON.stringify([change, app, route, attack, where]);
  let group = groups.get(key);
  if (group === undefined) {
    if (groups.size >= maxGroups) return;
    group = { change, app, route, class: attack, where, count: 0, examples: [] };
    groups.set(key, group);
  }
  group.count += 1;
  if (group.examples.length < maxExamples)
    group.examples.push({
      ...{ requestId, time, app, route, class: attack, where },
      rule: threat.features[0]?.rule ?? '',
      score: threat.score,
    });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
