import { expect, it } from 'vitest';
import type { Audit } from '../audit/service.ts';
import type { RevocationFeed } from '../coordination/revocation-feed.ts';
import type { Revocation } from '../coordination/store.ts';
import { createLiveSessions } from './live-sessions.ts';
import type { Session } from './model.ts';
import { SessionSnapshot } from './snapshot.ts';
import type { IdentityStore } from './store.ts';

const session = (sid: string, created: number): Session => ({
  sid,
  created,
  secretHash: new Uint8Array(32),
  generation: 0,
  previous: null,
  binding: null,
  risk: { level: 0, reasons: [], at: 0 },
  app: 'portal',
  channel: 'wecom',
  person: { uid: 'li', name: '李', kind: 'employee' },
  assurance: 1,
  amr: ['wecom'],
  secondFactorAt: null,
  assuranceUntil: null,
  lastSeen: created,
  idleExpires: 100_000,
  idleMs: 100_000,
  absoluteExpires: 100_000,
  address: '192.0.2.1',
  device: null,
  build: null,
});

/** A node whose feed says what a test says. */
async function node(clock = { now: 10_000 }) {
  let looks = 0;
  let hear: (entry: Revocation, own: boolean) => void = () => {};
  const removed: string[] = [];
  const sessions = new SessionSnapshot();
  const live = await createLiveSessions({
    sessions,
    store: {
      sessions: async () => [],
      sessionsSince: async () => {
        looks += 1;
        return [];
      },
      removeSessions: async (sids: readonly string[]) => void removed.push(...sids),
      touchSessions: async () => {},
      removeExpired: async () => {},
    } as Partial<IdentityStore> as IdentityStore,
    audit: {} as Audit,
    revocations: {
      recent: async () => [],
      subscribe: (handler: typeof hear) => {
        hear = handler;
        return () => {};
      },
    } as Partial<RevocationFeed> as RevocationFeed,
    shared: true,
    clock: () => clock.now,
  });
  const revoke = (at: number) => hear({ position: 1, kind: 'person', subject: 'li', detail: 'test', at }, false);
  return { live, sessions, removed, revoke, looks: () => looks };
}

it('ends, when another node puts somebody out, what they had opened by then, and no login since', async () => {
  const { live, sessions, removed, revoke } = await node();
  for (const [sid, created] of [
    ['stolen', 4_000],
    ['at-once', 5_000],
    ['honest', 5_001],
  ] as const)
    sessions.put(session(sid, created));
  revoke(5_000);
  expect(sessions.ofPerson('li').map(({ sid }) => sid)).toEqual(['honest']);
  expect(['stolen', 'at-once', 'honest'].map((sid) => sessions.wasEnded(sid))).toEqual([true, true, false]);
  await live.maintain();
  expect(removed).toEqual(['stolen', 'at-once']);
});

it('refuses a login that was under way when another node put its person out, and none that began since', async () => {
  const { live, revoke } = await node();
  const under = live.logins.begin('li', 4_999);
  const since = live.logins.begin('li', 5_001);
  revoke(5_000);
  expect([under.refused, since.refused]).toEqual([true, false]);
});

it('ends everything of somebody who is no longer a member, whenever it was opened', async () => {
  const { live, sessions } = await node();
  const login = live.logins.begin('li', 9_999);
  sessions.put(session('late', 9_999));
  live.dropPerson('li');
  expect([sessions.ofPerson('li'), login.refused]).toEqual([[], true]);
});

it('looks for sessions of other nodes at once after its clock was put right', async () => {
  const clock = { now: 10_000 };
  const { live, looks } = await node(clock);
  clock.now += 8 * 3_600_000;
  await live.refresh();
  await live.refresh();
  expect(looks()).toBe(1);
  clock.now -= 8 * 3_600_000;
  await live.refresh();
  expect(looks()).toBe(2);
});
