import type { ApprovalView } from '@menshen/contract';

function rank({ review, mayReview, mayDecide, mine, state }: ApprovalView): number {
  if (review?.state === 'open') return mayReview ? 0 : 2;
  if (mayDecide) return 1;
  if (mine && state === 'approved') return 1;
  return mine ? 3 : 4;
}

/** What the reader can act on comes first, forced acts before all; within each the oldest, which ends soonest. */
export function rankApprovals(approvals: readonly ApprovalView[]): readonly ApprovalView[] {
  return [...approvals].sort((a, b) => rank(a) - rank(b) || a.requestedAt - b.requestedAt);
}
