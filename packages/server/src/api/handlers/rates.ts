import * as contract from '@menshen/contract';
import { signsOf } from '../../rates/bots/signs.ts';
import type { LimitedSubject } from '../../rates/limited.ts';
import type { CompiledLimit } from '../../rates/model.ts';
import { type Bound, bind } from '../bind.ts';
import type { HandlerParts } from './parts.ts';

const shown = 100;
const topShown = 10;
const suspectsShown = 50;

/** Limits, lists and signs of bots. */
export function rateHandlers(parts: HandlerParts): readonly Bound[] {
  const { rates, lists, directory, runtime, clock } = parts;
  const named = (subject: LimitedSubject): contract.LimitedSubjectView => ({
    ...subject,
    name: subject.kind === 'person' ? (directory.snapshot().person(subject.who)?.name ?? null) : null,
  });

  return [
    bind(contract.getAccessLists, async (call) => {
      const { limit, cursor, ...filter } = call.query;
      return await lists.page(filter, limit, cursor ?? null);
    }),
    bind(contract.addListEntries, async (call) => ({ added: [...(await lists.add(call.body, call.by))] })),
    bind(contract.removeListEntries, async (call) => ({
      removed: await lists.remove(call.body.ids, call.body.reason, call.by),
    })),
    bind(contract.getTrafficLimits, async (call) => {
      const now = clock();
      const { app } = call.query;
      const mine = (subject: LimitedSubject): boolean => app === undefined || subject.app === null || subject.app === app;
      const { perAddressBurst, perAddressPerSecond } = runtime().config.gateway.limits;
      const { addressPrefix } = runtime().config.gateway.rates;
      const limiter = rates.limiter.state();
      const connections = rates.connections.state();
      return {
        now,
        node: {
          nodes: rates.nodes(),
          aloneSince: limiter.since,
          forgottenBuckets: limiter.forgotten,
          connections: connections.open,
          connectionsRefused: connections.refused,
          challenges: { ...rates.challenges.counts },
          phones: { ...rates.phones.counts },
        },
        limited: rates.ledger.now(now, shown).filter(mine).map(named),
        top: rates.ledger.top(now, shown).filter(mine).slice(0, topShown).map(named),
        suspects: rates.bots.suspects(suspectsShown).map(({ signs, ...suspect }) => ({ ...suspect, signs: [...signsOf(signs)] })),
        limits: limitsInForce(parts, app),
        address: { perSecond: perAddressPerSecond, burst: perAddressBurst, ...addressPrefix },
      };
    }),
    bind(contract.liftLimits, async (call) => {
      const { kind, who, reason } = call.body;
      await rates.lift(kind, kind === 'address' ? rates.addressKey(who) : who, reason, call.by);
      return { ok: true as const };
    }),
  ];
}

/** Every limit once: those of an app stand on each of its routes. */
function limitsInForce({ runtime, rates }: HandlerParts, only: string | undefined): contract.LimitInForce[] {
  const found: contract.LimitInForce[] = [];
  for (const app of runtime().apps.values()) {
    if (only !== undefined && app.id !== only) continue;
    const limits = new Map<string, CompiledLimit>();
    for (const route of app.routes) for (const limit of [...route.rates.early, ...route.rates.late]) limits.set(limit.key, limit);
    for (const limit of limits.values()) {
      const { route, per, requests, windowSeconds, rate, shared, answer, riskAtLeast, botAtLeast } = limit;
      const refused = rates.refusedBy(limit);
      found.push({
        app: app.id,
        route,
        per,
        requests,
        windowSeconds,
        burst: rate.capacity,
        shared,
        answer,
        riskAtLeast,
        botAtLeast,
        refused,
      });
    }
  }
  return found.sort((a, b) => b.refused - a.refused);
}
