import { assetsOf } from '../risk/assets/from-seen.ts';
import { controlsOf } from '../risk/controls/from-seen.ts';
import type { Seen } from '../risk/seen.ts';
import { weaknessesOf } from '../risk/vulnerabilities/from-seen.ts';
import { type ComplianceSeen, signFacts } from './signs/from-seen.ts';
import type { ComplianceFacts } from './standing.ts';

/** What is seen where nothing happens beside the seen of risk: no incident, no training, no shipping of the log. */
export const quiet: Omit<ComplianceSeen, 'seen'> = {
  incidents: {
    ...{ incidents: 0, open: 0, overdue: 0, dutiesDone: 0, dutiesLate: 0, dutiesOverdue: 0, unjudged: 0, closed: 0 },
    ...{ withLessons: 0, actionsOverdue: 0, mttd: null, mtta: null, mttc: null, mttr: null, since: 0, newest: null },
  },
  training: null,
  exports: [],
};

/** Facts of compliance from what is seen, as a deployment makes them. */
export function complianceFactsOf(seen: Seen, more: Omit<ComplianceSeen, 'seen'> = quiet, at = seen.at): ComplianceFacts {
  const assets = assetsOf(seen, new Map());
  return {
    ...{ at, assets, businesses: [] },
    facts: [...controlsOf(seen), ...signFacts({ seen, ...more })],
    weaknesses: weaknessesOf(seen, assets),
  };
}
