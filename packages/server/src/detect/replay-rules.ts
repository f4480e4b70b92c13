import { fold, type OpenAlerts } from './fold.ts';
import { findingOfHit, type HitPlace } from './live/rule-finding.ts';
import type { RuleHit, RuleWatch, WatchedRule } from './live/sigma.ts';
import type { Alert, Directory } from './model.ts';

/** How often a rule would have fired. */
export interface RuleTally extends WatchedRule {
  /** Events that it matched, or that completed it. */
  readonly matches: number;
  /** What people would have seen of that: repeats within an incident are one alert. */
  readonly alerts: number;
  /** Time of its first and its last match, epoch ms; null where it never fired. */
  readonly first: number | null;
  readonly last: number | null;
}

type Counted = { -readonly [K in keyof RuleTally]: RuleTally[K] };

/** Counts what rules find, and folds it into alerts as they would have been. Memory grows with the number of rules, not with what they find. */
export function createRuleTally(
  rules: Pick<RuleWatch, 'rules'>,
  {
    open,
    claimRoutes,
    learnUntil,
  }: { readonly open: OpenAlerts; readonly claimRoutes: Directory['claimRoutes']; readonly learnUntil: number | null },
  opened: (alert: Alert) => void,
) {
  const tallies = new Map<string, Counted>(
    rules.rules.map((rule) => [rule.rule, { ...rule, matches: 0, alerts: 0, first: null, last: null }]),
  );
  return {
    take(hits: readonly RuleHit[], ts: number, at: HitPlace): void {
      // What came before was taken to fill windows.
      if (learnUntil !== null && ts < learnUntil) return;
      for (const hit of hits) {
        const tally = tallies.get(hit.rule);
        if (tally === undefined) continue;
        tally.matches += 1;
        tally.first ??= ts;
        tally.last = Math.max(tally.last ?? ts, ts);
        const found = fold(open, findingOfHit(hit, at, claimRoutes), ts);
        if (!found.opened) continue;
        tally.alerts += 1;
        opened(found.alert);
      }
    },
    /** The most frequent first; those that never fired by name. */
    tallies: (): RuleTally[] =>
      [...tallies.values()].sort((a, b) => b.matches - a.matches || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0)),
  };
}
