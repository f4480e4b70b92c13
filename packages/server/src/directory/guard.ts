import type { Plan } from './plan.ts';

/** When a change is not believed without an administrator's word. */
export interface GuardRules {
  /** Greatest share of a source's people that may leave in one run, 0 to 1. */
  readonly share: number;
  /** This many leavers at once are believed, however small the company. */
  readonly minimum: number;
}

/**
 * Whether a change takes away more than an everyday run does: a source that answers with nothing, or with a part, must not empty the company.
 * Only absence counts; who is named as disabled is believed at once, because that closes doors on somebody's word and not on silence.
 */
export function exceedsGuard(plan: Plan, departmentsBefore: number, rules: GuardRules): boolean {
  const { left, activeBefore, departmentsRemoved } = plan;
  if (activeBefore > 0 && left.length === activeBefore) return true;
  if (departmentsBefore > 1 && departmentsRemoved.length === departmentsBefore) return true;
  return (
    left.length > Math.max(rules.minimum, activeBefore * rules.share) ||
    departmentsRemoved.length > Math.max(rules.minimum, departmentsBefore * rules.share)
  );
}
