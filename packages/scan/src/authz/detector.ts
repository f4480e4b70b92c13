import type { Detector } from '../detector.ts';
import { analyse } from './analysis.ts';
import { judgeAssignment } from './judge/assignment.ts';
import { judgeClaimedScope } from './judge/claimed-scope.ts';
import { judgeClientWrites } from './judge/client-writes.ts';
import { judgeContentChecks, judgeWatermarks } from './judge/content.ts';
import { judgeExposure } from './judge/exposure.ts';
import { judgeFunctions } from './judge/functions.ts';
import { judgeHttpFunctions } from './judge/http-function.ts';
import { judgeIdentity } from './judge/identity.ts';
import { judgeOrderState } from './judge/order-state.ts';
import { judgeOwnership } from './judge/ownership.ts';
import { judgePayment } from './judge/payment.ts';
import { judgeClaimedRole } from './judge/privilege.ts';
import { judgeRaces } from './judge/race.ts';
import { judgeRewards } from './judge/rewards.ts';
import { judgeRoleSiblings } from './judge/role-siblings.ts';
import { gather } from './judge/siblings.ts';
import { judgeSignatures } from './judge/signature.ts';
import { judgeSms } from './judge/sms.ts';
import { judgeSharedState } from './judge/state.ts';
import { judgeTokenIsId } from './judge/token-is-id.ts';
import { judgeTokenConfusion } from './judge/tokens.ts';
import { judgeUnaskedRoles } from './judge/unasked-roles.ts';
import type { Verdict } from './judge/verdict.ts';

/** Who may do what: entry points, guards and identities of the server code, and each access to data judged by them. */
export const authorizationDetector: Detector = {
  id: 'authz/engine',
  rules: [
    'MP-CLD-001',
    'MP-CLD-002',
    'MP-CLD-003',
    'MP-CLD-004',
    'MP-CLD-005',
    'MP-CLD-006',
    'MP-CLD-008',
    'MP-CLD-010',
    'MP-CLD-011',
    'MP-API-001',
    'MP-API-002',
    'MP-API-003',
    'MP-API-004',
    'MP-API-005',
    'MP-API-008',
    'MP-API-009',
    'MP-API-010',
    'MP-API-011',
    'MP-API-012',
    'MP-API-013',
    'MP-API-014',
    'MP-API-015',
    'MP-API-016',
    'MP-CNT-001',
    'MP-CNT-002',
  ],
  run(context) {
    const { machine, traces, sources, serverFiles } = analyse(context);
    const verdicts = new Map<string, Verdict>();
    const collect = (verdict: Verdict): void => {
      const known = verdicts.get(verdict.key);
      if (!known || rank(verdict) > rank(known)) verdicts.set(verdict.key, verdict);
    };
    const siblings = gather(traces);
    judgeOwnership(traces, siblings, collect);
    judgeIdentity(traces, collect);
    judgeFunctions(traces, siblings, collect);
    judgeHttpFunctions(traces, collect);
    judgeClientWrites(context, collect);
    judgePayment(traces, sources, collect);
    judgeOrderState(traces, collect);
    judgeRewards(traces, collect);
    judgeAssignment(traces, collect);
    judgeClaimedRole(traces, collect);
    judgeClaimedScope(traces, collect);
    judgeRaces(traces, collect);
    judgeRoleSiblings(traces, collect);
    judgeUnaskedRoles(traces, collect);
    judgeSms(traces, collect);
    judgeExposure(traces, sources, collect);
    judgeTokenConfusion(traces, sources, collect);
    judgeTokenIsId(traces, collect);
    judgeSharedState(machine, collect);
    const files = serverFiles.map((path) => context.project.file(path)).filter((file) => file !== undefined);
    judgeSignatures(context, files, collect);
    judgeContentChecks(traces, collect);
    judgeWatermarks(context, files, collect);
    for (const verdict of verdicts.values()) {
      const { key: _key, place, ...report } = verdict;
      context.report({ ...report, file: place.file, start: place.start, end: Math.max(place.end, place.start + 1) });
    }
  },
};

/** Of two verdicts on one thing the surer one speaks. */
function rank(verdict: Verdict): number {
  return verdict.confidence === 'low' ? 0 : verdict.confidence === 'medium' ? 1 : 2;
}
