import type { CampaignView } from '@menshen/contract';

/** How much a campaign needs somebody: 0 most. A campaign that stopped itself stands before one that somebody stopped. */
export function urgency({ state, stop, heldUntil, recent, uncertain }: CampaignView): number {
  if (state === 'stopped') return stop?.cause === 'administrator' ? 2 : 0;
  if (recent.answerViolations > 0 || (heldUntil !== null && state !== 'ended')) return 1;
  if (uncertain > 0 || recent.requestViolations > 0 || recent.shownViolations > 0) return 3;
  return state === 'open' ? 4 : state === 'resting' || state === 'scheduled' ? 5 : 6;
}

export function byUrgency(campaigns: readonly CampaignView[]): CampaignView[] {
  return [...campaigns].sort((a, b) => urgency(a) - urgency(b) || b.recent.claims - a.recent.claims || a.id.localeCompare(b.id));
}

/** Campaigns whose name, id or app holds what was typed. */
export function matching(campaigns: readonly CampaignView[], typed: string | undefined): readonly CampaignView[] {
  const wanted = typed?.toLowerCase();
  if (wanted === undefined) return campaigns;
  return campaigns.filter(({ id, app, name, appName }) =>
    [id, app, name.zh, name.en, appName.zh, appName.en].some((text) => text.toLowerCase().includes(wanted)),
  );
}

/** The part of the budget that is granted or reserved, of the cents or of the count, whichever is nearer its end; 0 to 1. */
export function budgetShare({ budget, taken }: CampaignView): number {
  const byCents = taken.cents / budget.cents;
  const byCount = budget.count === null ? 0 : taken.count / budget.count;
  return Math.min(1, Math.max(byCents, byCount));
}
