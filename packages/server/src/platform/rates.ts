import type { Config } from '@menshen/contract';
import { createListService, type ListService, listRevocation } from '../rates/lists/service.ts';
import { createListStore } from '../rates/lists/store.ts';
import { createPhoneStore } from '../rates/phone/store.ts';
import { createRates, liftRevocation, type RatesService } from '../rates/service.ts';
import type { Closers } from './closers.ts';
import type { Current } from './current.ts';
import type { Foundation } from './foundation.ts';
import type { People } from './people.ts';

const catchUpMs = 1_000;

export interface RatesRooms {
  readonly rates: RatesService;
  readonly lists: ListService;
  /** Hears how many requests are under way, once there is a gateway. */
  watchLoad(inFlight: () => number): void;
}

/** Starts limits, lists and bot signs of a node. Before the feed of revocations starts, so that no change of a list is missed. */
export async function startRates(
  foundation: Foundation,
  current: Current,
  config: Config,
  closers: Closers,
  { identity, providers }: Pick<People, 'identity' | 'providers'>,
): Promise<RatesRooms> {
  const { store, audit, revocations, coordination, metrics, keys, clock, random } = foundation;
  const failed = (): void => metrics.add('menshen_maintenance_failures_total');
  const lists = await createListService({
    store: createListStore(store),
    ...{ audit, revocations, clock, random },
    apps: () => new Set(current.runtime.apps.keys()),
  });
  let inFlight = (): number => 0;
  const rates = createRates({
    lists: lists.snapshot,
    ...{ coordination, revocations, audit, metrics, keys, clock, random },
    runtime: () => current.runtime,
    buckets: config.gateway.rates.buckets,
    nodes: () => foundation.nodes?.count() ?? 1,
    load: () => inFlight() / current.runtime.config.gateway.limits.requestsInFlight,
    phone: {
      store: createPhoneStore(store),
      openidOf: async (uid, appid) =>
        (await identity.identitiesOf(uid)).find(({ channel, provider }) => channel === 'wechat' && provider === appid)?.subject ??
        null,
      client: (app) => providers.wechat(app),
    },
  });
  /** Changes of other nodes that are not taken over yet: the feed names each once, and the store may be away just then. */
  const missed = new Set<string>();
  const catchUp = (): void => {
    for (const change of missed) lists.refresh(change).then(() => missed.delete(change), failed);
  };
  const catcher = setInterval(catchUp, catchUpMs);
  catcher.unref();
  closers.add(() => clearInterval(catcher));
  revocations.subscribe((entry, own) => {
    if (own) return;
    if (entry.kind === listRevocation) {
      missed.add(entry.subject);
      catchUp();
    }
    if (entry.kind === liftRevocation) rates.lifted(entry.subject);
  });
  closers.add(() => lists.maintain());
  closers.add(() => rates.phones.close());

  metrics.gauge(
    'menshen_limited_subjects',
    'Addresses, persons and others that are limited now.',
    () => rates.ledger.now(clock(), 2_000).length,
  );
  metrics.gauge(
    'menshen_list_entries',
    'Entries of the allow and deny lists.',
    () => [...lists.snapshot.standing(clock())].length,
  );
  metrics.gauge('menshen_shared_limits_alone', 'Whether shared limits are counted by this node alone.', () =>
    Number(rates.limiter.state().alone),
  );
  metrics.gauge(
    'menshen_buckets_forgotten',
    'Live token buckets pushed out by a flood of keys.',
    () => rates.limiter.state().forgotten,
  );
  metrics.gauge('menshen_client_connections', 'Connections of clients.', () => rates.connections.state().open);
  metrics.gauge(
    'menshen_client_connections_refused',
    'Connections refused because their address had too many.',
    () => rates.connections.state().refused,
  );
  metrics.gauge(
    'menshen_clients_too_slow',
    'Clients cut off because head or body came too slowly.',
    () => rates.connections.state().slow,
  );
  metrics.gauge('menshen_puzzles_issued', 'Puzzles given out before a refusal.', () => rates.challenges.counts.issued);
  metrics.gauge('menshen_puzzles_solved', 'Puzzles whose solution was accepted.', () => rates.challenges.counts.solved);
  return {
    rates,
    lists,
    watchLoad(read) {
      inFlight = read;
    },
  };
}
