import type { Bilingual, NotifyConfig } from '@menshen/contract';
import type { Audit } from '../audit/service.ts';
import type { Coordination } from '../coordination/model.ts';
import type { Metrics } from '../gateway/metrics.ts';
import type { Channel } from './channels/channel.ts';
import type { ChannelKind } from './channels/make-channel.ts';
import { ChannelError, type ChannelProblem, type Delivery, type NewNotice, type Notice, outcomeOf, problemOf } from './model.ts';
import { renderNotice } from './render.ts';
import { planDeliveries } from './routing.ts';
import type { NotifyStore } from './store.ts';

/** A channel of the configuration in force. */
export interface NamedChannel {
  readonly id: string;
  readonly kind: ChannelKind;
  readonly language: 'zh' | 'en';
  readonly channel: Channel;
}

export interface NotifyParts {
  readonly store: NotifyStore;
  readonly config: () => NotifyConfig;
  readonly channels: () => ReadonlyMap<string, NamedChannel>;
  /** Address of the console, for links; null where it is not configured. */
  readonly base: () => string | null;
  readonly coordination: Pick<Coordination, 'tokenBucket'>;
  readonly audit: Pick<Audit, 'act'>;
  readonly metrics: Pick<Metrics, 'add'>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
  /** Hears that notices have changed. */
  readonly changed: () => void;
}

export interface ChannelState {
  readonly id: string;
  readonly kind: ChannelKind;
  /** Of the last day. */
  readonly sent: number;
  readonly failed: number;
  readonly lastSent: number | null;
}

export interface NotifyService {
  /** Tells people; durable when it resolves. A matter that is already open and young is counted instead. */
  send(notice: NewNotice): Promise<string>;
  acknowledge(id: string, by: string): Promise<boolean>;
  list(
    filter: { readonly open: boolean; readonly before: number | null },
    limit: number,
  ): Promise<(Notice & { deliveries: Delivery[] })[]>;
  channels(): Promise<ChannelState[]>;
  /** Sends a test message now; null when it was taken. */
  test(channel: string, by: string): Promise<ChannelProblem | null>;
  /** Sends what is due, on any number of nodes; resolves when all of it has been sent or not. */
  work(): Promise<void>;
  /** Begins to send what is due and waits for nothing: to be called every second or so. A channel that does not answer keeps no other one waiting. */
  begin(): Promise<void>;
  /** Resolves when nothing is being sent. */
  settled(): Promise<void>;
  maintain(): Promise<void>;
}

const dayMs = 86_400_000;
const keepMs = 180 * dayMs;
const atOnce = 20;
/** Robots take 20 messages a minute; the rest waits. */
const rate = { capacity: 15, refillPerSecond: 0.3, cost: 1 } as const;

export function createNotifyService(parts: NotifyParts): NotifyService {
  const { store, clock, metrics } = parts;
  const newId = (): string => `n_${Buffer.from(parts.random(16)).toString('base64url')}`;

  const sending = new Set<Promise<void>>();
  const deliver = async (delivery: Delivery): Promise<void> => {
    const now = clock();
    const named = parts.channels().get(delivery.channel);
    const notice = await store.find(delivery.notice);
    if (notice === null) return;
    const bucket = await parts.coordination.tokenBucket.take(`notify:${delivery.channel}`, rate);
    if (!bucket.allowed && delivery.state === 'waiting') return await store.postpone(delivery.id, now + bucket.retryAfterMs);
    if (!(await store.take(delivery, now))) return;
    let problem: ChannelProblem | null = null;
    try {
      if (named === undefined) throw new ChannelError('misconfigured');
      await named.channel.send(renderNotice(notice, named.language, parts.base()), notice);
    } catch (error) {
      problem = problemOf(error);
    }
    // Also after a refusal for good: a mail server that refuses everybody may be the very thing that is wrong.
    await store.settle(delivery.id, outcomeOf(problem, false, delivery.attempts + 1, clock()));
    metrics.add(problem === null ? 'menshen_notices_sent_total' : 'menshen_notice_failures_total');
    parts.changed();
  };

  const start = async (): Promise<Promise<void>[]> =>
    (await store.due(clock(), atOnce)).map((delivery) => {
      const one = deliver(delivery).finally(() => sending.delete(one));
      sending.add(one);
      return one;
    });

  return {
    async send(notice) {
      const now = clock();
      const config = parts.config();
      const since = now - (notice.foldMinutes ?? config.foldMinutes) * 60_000;
      const planned = planDeliveries(config, notice, now).map((one) => ({ ...one, id: newId() }));
      const id = await store.tell(newId(), notice, { now, since }, planned);
      parts.changed();
      return id;
    },
    async acknowledge(id, by) {
      const done = await parts.audit.act(
        by,
        { activity: 'update', entity: 'notice', detail: { notice: id, acknowledged: 1 } },
        () => store.acknowledge(id, by, clock()),
      );
      if (done) parts.changed();
      return done;
    },
    async list(filter, limit) {
      const notices = await store.list(filter, limit);
      const deliveries = Map.groupBy(await store.deliveriesOf(notices.map(({ id }) => id)), ({ notice }) => notice);
      return notices.map((notice) => ({ ...notice, deliveries: deliveries.get(notice.id) ?? [] }));
    },
    async channels() {
      const figures = await store.figures(clock() - dayMs);
      return [...parts.channels().values()].map(({ id, kind }) => {
        const { sent = 0, failed = 0, lastSent = null } = figures.get(id) ?? {};
        return { id, kind, sent, failed, lastSent };
      });
    },
    async test(channel, by) {
      const named = parts.channels().get(channel);
      if (named === undefined) return 'misconfigured';
      return await parts.audit.act(by, { activity: 'create', entity: 'test message', detail: { channel } }, async () => {
        try {
          await named.channel.send(renderNotice(testNotice(newId(), clock(), by), named.language, parts.base()), {
            id: 'test',
            kind: 'test',
          });
          return null;
        } catch (error) {
          return problemOf(error);
        }
      });
    },
    async work() {
      await Promise.all(await start());
    },
    async begin() {
      for (const one of await start()) one.catch(() => metrics.add('menshen_maintenance_failures_total'));
    },
    async settled() {
      await Promise.allSettled(sending);
    },
    maintain: () => store.removeBefore(clock() - keepMs),
  };
}

const same = (zh: string, en: string): Bilingual => ({ zh, en });

function testNotice(id: string, now: number, by: string): Notice {
  return {
    ...{ id, kind: 'test', severity: 'info', app: null, matter: 'test', path: '/notices' },
    title: same('测试消息', 'Test message'),
    happened: same(`${by} 从控制台发出了测试消息。`, `${by} sent a test message from the console.`),
    ...{ done: null, asked: same('无需操作：您能收到门神的通知。', 'Nothing: you can be reached by Menshen.') },
    ...{ created: now, count: 1, last: now, acknowledged: null, acknowledgedBy: null },
  };
}
