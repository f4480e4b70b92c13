import type { NotifyConfig, NotifyRouteConfig } from '@menshen/contract';
import type { Delivery, NewNotice } from './model.ts';
import { severityRank } from './model.ts';

export type PlannedDelivery = Pick<Delivery, 'channel' | 'reason' | 'due'>;

/** Where a notice of this moment goes, and when: each channel once, at the earliest of what its routes say. */
export function planDeliveries(config: NotifyConfig, notice: NewNotice, now: number): PlannedDelivery[] {
  const routes: readonly NotifyRouteConfig[] =
    config.routes.length > 0
      ? config.routes
      : [{ severity: 'high', channels: config.channels.map(({ id }) => id), escalate: [] }];
  const planned = new Map<string, PlannedDelivery>();
  const add = (one: PlannedDelivery): void => {
    const earlier = planned.get(one.channel);
    if (earlier === undefined || one.due < earlier.due) planned.set(one.channel, one);
  };
  for (const route of routes) {
    if (!fits(route, notice)) continue;
    const { quiet } = route;
    const start =
      quiet === undefined || severityRank(notice.severity) >= severityRank(quiet.except) ? now : endOfQuiet(quiet, now);
    for (const channel of route.channels) add({ channel, reason: start > now ? 'quiet' : 'route', due: start });
    for (const { afterMinutes, channels } of route.escalate)
      for (const channel of channels) add({ channel, reason: 'escalation', due: start + afterMinutes * 60_000 });
  }
  return [...planned.values()];
}

function fits({ kinds, severity, apps }: NotifyRouteConfig, notice: NewNotice): boolean {
  if (severityRank(notice.severity) < severityRank(severity)) return false;
  if (kinds !== undefined && !kinds.includes(notice.kind)) return false;
  return apps === undefined || (notice.app !== null && apps.includes(notice.app));
}

/** The end of quiet hours that a time lies in, else the time itself. Looked for minute by minute, so that a change of the clocks is kept. */
export function endOfQuiet(
  quiet: { readonly from: string; readonly to: string; readonly timeZone: string },
  now: number,
): number {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: quiet.timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const [from, to] = [minutes(quiet.from), minutes(quiet.to)];
  const isQuiet = (at: number): boolean => {
    const minute = minutes(clock.format(at));
    return from < to ? minute >= from && minute < to : minute >= from || minute < to;
  };
  let at = now;
  for (let step = 0; step <= 26 * 60 && isQuiet(at); step += 1) at = Math.floor(at / 60_000) * 60_000 + 60_000;
  return at;
}

const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
