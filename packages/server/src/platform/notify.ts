import { resolve } from 'node:path';
import type { EventStream } from '../api/stream.ts';
import { atMost } from '../gently.ts';
import { createSmsProvider } from '../identity/factors/providers/create-provider.ts';
import { kindOf, makeChannel } from '../notify/channels/make-channel.ts';
import { createNotifyService, type NamedChannel, type NotifyService } from '../notify/service.ts';
import { createNotifyStore } from '../notify/store.ts';
import type { Closers } from './closers.ts';
import type { Current } from './current.ts';
import type { Foundation } from './foundation.ts';
import { memoized } from './memoized.ts';
import type { Outbound } from './outbound.ts';
import type { People } from './people.ts';
import { startRounds } from './rounds.ts';

const workMs = 1_000;
/** What has not been sent by then is sent after the next start: its lease runs out. */
const partingMs = 3_000;

/** Starts telling people: channels follow the configuration in force, and each node sends what is due. */
export function startNotify(
  { store, coordination, audit, metrics, clock, random }: Foundation,
  current: Current,
  closers: Closers,
  {
    people,
    outbound,
    stream,
  }: { readonly people: Pick<People, 'app' | 'providers'>; readonly outbound: Outbound; readonly stream: EventStream },
): NotifyService {
  const channels = memoized(
    () => current.runtime.config.notify.channels,
    (configured): ReadonlyMap<string, NamedChannel> =>
      new Map(
        configured.map((one) => [
          one.id,
          {
            ...{ id: one.id, kind: kindOf(one), language: one.language },
            channel: makeChannel(one, {
              fetch: outbound,
              clock,
              app: people.app,
              messenger: people.providers.messenger,
              sms: () => {
                const { sms } = current.runtime.config;
                return sms === undefined ? null : createSmsProvider(sms, { fetch: outbound, clock, random });
              },
              path: (file) => resolve(current.folder, file),
            }),
          },
        ]),
      ),
  );
  const notify = createNotifyService({
    store: createNotifyStore(store),
    config: () => current.runtime.config.notify,
    channels,
    base: () => current.runtime.config.console.publicUrl ?? null,
    changed: () => stream.send('notice', {}),
    ...{ coordination, audit, metrics, clock, random },
  });
  const stop = startRounds(
    workMs,
    () => notify.begin(),
    () => metrics.add('menshen_maintenance_failures_total'),
  );
  closers.add(async () => {
    await stop();
    await atMost(partingMs, notify.settled());
  });
  return notify;
}
