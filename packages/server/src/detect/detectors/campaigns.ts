import type { Campaign, Claim } from '../baseline/others.ts';
import { distinct, push, since } from '../baseline/windows.ts';
import { multiples } from '../learn.ts';
import type { CampaignBounds, Directory } from '../model.ts';
import type { Detector, Seen } from '../seen.ts';

const DAY = 24 * 3_600_000;
const LEARNED = 100;

/** Coupons: amounts that the campaign does not give, and many accounts in one hand. */
export const campaigns: Detector = ({ state, directory, report }) => {
  return (seen) => {
    const { activity, person, address, device } = seen;
    const { campaign, amountCents, ts, id, ip, user } = activity;
    if (campaign !== null && amountCents !== null) {
      const wrong = wrongAmount(
        amountCents,
        directory.campaigns.get(campaign),
        state.campaigns.get(campaign),
        directory.campaigns.size > 0,
      );
      if (wrong !== null) {
        report(seen, {
          rule: 'amount_tampering',
          entity: `user ${user ?? ip} ${campaign}`,
          score: 1.2,
          events: [id],
          facts: { campaign, amount_cents: amountCents, ...wrong, granted: activity.outcome === 'ok' },
        });
      }
    }
    if (!(activity.kind.claim || (campaign !== null && !activity.kind.read)) || user === null || seen.service) return;
    const touch = { ts, id, key: user };
    if (device !== null) {
      push(device.claims, touch, 128);
      judge(
        seen,
        device.claims,
        `device ${seen.deviceName}`,
        [...device.users.values()].filter((last) => last < ts - DAY).length,
        // In a shop several customers have the same model.
        activity.deviceIsKind ? 10 : 3,
        report,
      );
    }
    if (address !== null && !seen.sharedAddress) {
      if (!seen.knownAddress || person === null || person.days < 2)
        push(address.claims, { ...touch, device: activity.device }, 128);
      // Customers of a shop come through its one address, each with a phone of their own.
      if (!ownPhones(since(address.claims, ts - 3 * DAY), activity.deviceIsKind ? 4 : 2))
        judge(seen, address.claims, `ip ${ip}`, 0, 5, report);
    }
    if (person !== null && activity.outcome === 'ok') {
      const named = campaign === null ? (directory.claimRoutes.get(activity.endpoint ?? '') ?? []) : [campaign];
      const key = named.length === 1 ? `${named[0]}` : (activity.object ?? activity.endpoint ?? '');
      push(person.claims, { ts, id, key }, 64);
      const same = since(person.claims, ts - DAY).filter((item) => item.key === key);
      report(seen, {
        rule: 'coupon_farming',
        entity: `user ${user}`,
        score: same.length / Math.max(4, given(directory, named) + 1),
        events: same.map((item) => item.id),
        facts: { claims: same.length, campaign: campaign ?? named[0] ?? '', window_hours: 24 },
      });
    }
  };
};

/** What the campaigns declare that they give a person in a day; 0 where one of them does not say. */
function given({ campaigns: bounds }: Directory, named: readonly string[]): number {
  const each = named.map((id) => bounds.get(id)?.personDay ?? null);
  return each.reduce<number>((sum, one) => sum + (one ?? 0), 0) * (each.includes(null) ? 0 : 1);
}

/** Whether nobody's phone claims for as many as `each` people. */
function ownPhones(claims: readonly Claim[], each: number): boolean {
  const devices = new Set(claims.map(({ device }) => device ?? null));
  return !devices.has(null) && devices.size * each > distinct(claims, ({ key }) => key);
}

function judge(
  seen: Seen,
  claims: readonly { ts: number; id: string; key: string }[],
  entity: string,
  usual: number,
  floor: number,
  report: Parameters<Detector>[0]['report'],
): void {
  const recent = since(claims, seen.activity.ts - 3 * DAY);
  const people = distinct(recent, ({ key }) => key);
  report(seen, {
    rule: 'coupon_farming',
    entity,
    score: people / Math.max(floor, usual * 2),
    events: recent.map((item) => item.id),
    facts: { accounts: people, claims: recent.length, campaign: seen.activity.campaign ?? '', window_hours: 72 },
    about: { user: null },
  });
}

/** What is wrong with an amount; null where nothing is. */
function wrongAmount(amount: number, bounds: CampaignBounds | undefined, learned: Campaign | undefined, declared: boolean) {
  if (bounds !== undefined) {
    const { minCents, maxCents, fixedCents } = bounds;
    if (fixedCents !== null && amount !== fixedCents) return { fixed_cents: fixedCents };
    if (fixedCents === null && minCents !== null && amount < minCents) return { min_cents: minCents };
    if (fixedCents === null && maxCents !== null && amount > maxCents) return { max_cents: maxCents };
  } else if (declared) {
    return { unknown_campaign: true };
  }
  if (amount <= 0 || !Number.isInteger(amount)) return { positive: false };
  if (learned === undefined || learned.claims < LEARNED) return null;
  if (bounds === undefined && (amount > learned.max * 1.5 || amount < learned.min / 3)) {
    return { usual_min_cents: learned.min, usual_max_cents: learned.max };
  }
  for (const [at, step] of multiples.entries()) {
    if ((learned.multiples[at] ?? 0) >= learned.claims * 0.995)
      return amount % step === 0 ? null : { usual_multiple_cents: step };
  }
  return null;
}
