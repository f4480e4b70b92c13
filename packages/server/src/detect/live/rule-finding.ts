import type { GuardDifference } from '@menshen/contract';
import type { Activity, Alert, Directory } from '../model.ts';
import type { RuleHit } from './sigma.ts';

/** The event at which a rule hit, as far as it is an activity, and the app that it is of. */
export interface HitPlace {
  readonly activity: Activity | null;
  readonly app: string | null;
  /** What a guard expected at it and what came; null where no guard refused it. */
  readonly difference: GuardDifference | null;
}

/** Where it happened, for whoever has to stop it there: the app, its route, and the campaign that is claimed by it where that is one. */
function placeOf({ activity, app }: HitPlace, claimRoutes: Directory['claimRoutes']): Alert['facts'] {
  const endpoint = activity?.endpoint ?? null;
  const [only, ...more] = endpoint === null ? [] : (claimRoutes.get(endpoint) ?? []);
  const campaign = activity?.campaign ?? (more.length === 0 ? only : undefined);
  return {
    ...(app === null ? {} : { app }),
    ...(endpoint === null ? {} : { endpoint }),
    ...(campaign == null ? {} : { campaign }),
  };
}

/** What an alert says of a rule's hit, and the incident that it belongs to. */
export function findingOfHit(hit: RuleHit, at: HitPlace, claimRoutes: Directory['claimRoutes']) {
  const { activity, app } = at;
  // What one of many events said explains no sum of them.
  const difference = hit.value === null ? at.difference : null;
  const who = { user: activity?.user ?? null, ip: activity?.ip ?? null, device: activity?.device ?? null };
  const place = placeOf(at, claimRoutes);
  // Whoever asked may be anybody: a campaign that is wrong makes one alert, and not one for each customer.
  const campaign = hit.aboutCampaign && place['campaign'] !== undefined ? `campaign ${app ?? ''} ${place['campaign']}` : null;
  const entity = campaign ?? (hit.group === '' ? `user ${who.user ?? who.ip ?? ''}` : `group ${hit.group}`);
  const facts: Alert['facts'] = {
    title: hit.title,
    ...(hit.titleZh === null ? {} : { title_zh: hit.titleZh }),
    ...(hit.description === null ? {} : { description: hit.description }),
    ...(hit.descriptionZh === null ? {} : { description_zh: hit.descriptionZh }),
    ...(hit.value === null ? {} : { value: hit.value }),
    ...(hit.elsewhere === 0 ? {} : { events_elsewhere: hit.elsewhere }),
    ...place,
    ...(difference === null ? {} : { guard_expected: difference.expected, guard_seen: difference.seen }),
  };
  const session = activity?.session ?? null;
  const about = campaign === null ? { ...who, session } : { ...who, user: null, device: null, session: null };
  return { rule: hit.rule, entity, score: 1, severity: hit.severity, ...about, events: hit.events, facts };
}
