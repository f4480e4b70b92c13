import { appSchema } from '@menshen/contract';
import type { RealtimeLog, ScriptError } from '@menshen/wechat';
import { afterEach, describe, expect, it } from 'vitest';
import { openCoordination } from '../../coordination/coordination.ts';
import type { Coordination } from '../../coordination/model.ts';
import { ocsfProblems } from '../testing-ocsf.ts';
import { createWechatLogPuller } from './puller.ts';

const start = Date.UTC(2026, 10, 25, 15, 50);
let coordination: Coordination | null = null;
afterEach(async () => {
  await coordination?.close();
});

const line = (changes: Partial<RealtimeLog> = {}): RealtimeLog => ({
  ...{ level: 4, platform: 1, clientVersion: '8.0.50', openid: 'o-guest', timestamp: start / 1_000 },
  ...{ page: 'pages/pay', traceId: 't1', filterMsg: null, messages: ['pay failed'] },
  ...changes,
});
const error = (count: number): ScriptError => ({
  message: 'x is not defined',
  stack: 'at pay',
  messageId: 'm',
  stackId: 's',
  users: 2,
  count,
});

/** A WeChat that keeps what it is given, and a puller of it whose events are kept. */
async function pulling(logs: object) {
  const clock = { now: start };
  coordination = await openCoordination({ url: 'memory:', clock: () => clock.now });
  const app = appSchema.parse({
    ...{ id: 'portal', basePath: '/p', audience: ['employee'], upstream: 'http://127.0.0.1:1', routes: [] },
    wechat: { appid: 'wx0123456789abcdef', secret: 's', logs },
  });
  const lines: RealtimeLog[] = [];
  const errors: ScriptError[] = [];
  const queries: { from: number; to: number; level: number }[] = [];
  const events: { message: string; severity_id: number; actor: object; unmapped: { menshen: Record<string, unknown> } }[] = [];
  const cursor = { next: 0 };
  const pull = createWechatLogPuller({
    apps: () => [app],
    client: () =>
      ({
        async searchRealtimeLogs(query: { from: number; to: number; level: number; start: number; limit: number }) {
          queries.push(query);
          const found = lines.filter(({ timestamp }) => timestamp >= query.from && timestamp <= query.to).reverse();
          return { rows: found.slice(query.start, query.start + query.limit), total: found.length };
        },
        listScriptErrors: async () => ({ rows: errors, total: errors.length }),
      }) as never,
    uidOf: async (_, openid) => (openid === 'o-zhang' ? 'zhang' : null),
    cursor: () => ({ read: () => cursor.next, write: (next) => Object.assign(cursor, { next }) }),
    coordination,
    audit: { record: async (event) => events.push(JSON.parse(event)) },
    visitorKey: new Uint8Array(32).fill(1),
    clock: () => clock.now,
  });
  const minute = async (): Promise<void> => {
    clock.now += 60_000;
    await pull();
  };
  return { lines, errors, queries, events, minute, clock };
}

describe('logs that WeChat keeps of a mini program', () => {
  it('are taken over once, in the order of time, over the edge of a day in China', async () => {
    const { lines, queries, events, minute } = await pulling({ level: 'warn' });
    lines.push(line({ timestamp: start / 1_000 - 3 * 86_400, messages: ['old'] }), line());
    await minute();
    await minute();
    expect(events.map(({ message }) => message)).toEqual(['old', 'pay failed']);
    for (const { from, to } of queries) expect(Math.floor((from + 28_800) / 86_400)).toBe(Math.floor((to + 28_800) / 86_400));
    // A line that comes late, and one in the same second.
    lines.push(line({ timestamp: start / 1_000 - 100, messages: ['late'] }), line({ messages: ['other'] }));
    await minute();
    expect(events.slice(2).map(({ message }) => message)).toEqual(['late', 'other']);
    expect(events.flatMap((event) => ocsfProblems(event))).toEqual([]);
  });

  it('are all taken where there are more than a page holds', async () => {
    const { lines, events, minute } = await pulling({ level: 'info' });
    lines.push(...Array.from({ length: 250 }, (_, at) => line({ messages: [`line ${at}`] })));
    await minute();
    expect(events.map(({ message }) => message)).toEqual(lines.map(({ messages: [text] }) => text));
  });

  it('name people by their accounts, and others by a digest that is no openid', async () => {
    const { lines, events, minute } = await pulling({ level: 'warn' });
    lines.push(line({ openid: 'o-zhang' }), line());
    await minute();
    expect(events[0]?.actor).toEqual({ user: { uid: 'zhang' } });
    expect(events[1]?.actor).toEqual({ app_name: 'mini program' });
    expect(events[1]?.unmapped.menshen['visitor']).toMatch(/^[0-9a-f]{16}$/);
    expect(JSON.stringify(events)).not.toContain('o-guest');
  });

  it('bring no personal value and no secret into the log', async () => {
    const { lines, events, minute } = await pulling({ level: 'warn' });
    const key = 'tiihtNczf5v6AKRyjwEUhQ==';
    lines.push(
      line({ messages: ['call 13812345678', 'card 11010519491231002X'] }),
      line({ messages: [`{"session_key":"${key}"}`] }),
      line({ messages: ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ6aGFuZyJ9.AAAA'], filterMsg: '13812345678' }),
    );
    await minute();
    const text = JSON.stringify(events);
    for (const secret of ['13812345678', '11010519491231002X', key, 'eyJhbGciOiJIUzI1NiJ9']) expect(text).not.toContain(secret);
    expect(events).toHaveLength(3);
  });

  it('tell of a script error when it is new and when it has doubled', async () => {
    const { errors, events, minute } = await pulling({ level: 'off', scriptErrors: true });
    errors.push(error(3));
    await minute();
    await minute();
    errors[0] = error(4);
    await minute();
    errors[0] = error(7);
    await minute();
    expect(events.map(({ unmapped }) => unmapped.menshen['count'])).toEqual([3, 4]);
    expect(events[0]).toMatchObject({ message: 'x is not defined', severity_id: 2 });
  });

  it('are asked for once a minute at most', async () => {
    const { clock, minute, queries } = await pulling({ level: 'warn' });
    await minute();
    const asked = queries.length;
    clock.now -= 30_000;
    await minute();
    expect(queries).toHaveLength(asked);
  });
});
