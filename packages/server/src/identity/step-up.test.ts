import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createMemoryCoordination } from '../coordination/memory.ts';
import { createRevocationFeed } from '../coordination/revocation-feed.ts';
import { createKeys } from '../keys/master.ts';
import { describeEachStore, type OpenTestStore } from '../store/testing.ts';
import type { Session } from './model.ts';
import { SessionSnapshot } from './snapshot.ts';
import { createStepUp } from './step-up.ts';
import { createIdentityStore } from './store.ts';
import { hashSecret, makeToken, openedBy, parseToken } from './token.ts';

const random = (size: number): Uint8Array => randomBytes(size);

/** Two nodes over one store, and a session that both know. */
async function startNodes(open: OpenTestStore) {
  let now = 1_767_225_600_000;
  const clock = (): number => now;
  const store = await open({ clock });
  const coordination = createMemoryCoordination({ clock });
  const identity = createIdentityStore(store, createKeys(new Uint8Array(32).fill(5), random));
  const broken = { value: false };
  const startNode = async () => {
    const sessions = new SessionSnapshot();
    const revocations = await createRevocationFeed({ store, coordination, clock });
    const reading = {
      ...identity,
      session: (sid: string) => (broken.value ? Promise.reject(new Error('store away')) : identity.session(sid)),
    };
    const stepUp = createStepUp({ store: reading, sessions, revocations, clock, random, onError: () => undefined });
    return { sessions, revocations, stepUp };
  };
  const nodes = { a: await startNode(), b: await startNode() };
  const made = makeToken(random);
  const session = (): Session => ({
    ...{
      sid: made.sid,
      secretHash: made.secretHash,
      generation: 0,
      previous: null,
      binding: null,
      risk: { level: 0 as const, reasons: [], at: 0 },
    },
    ...{ app: 'portal', channel: 'wechat', person: { uid: 'zhang', name: '张三', kind: 'employee' } },
    ...{ assurance: 1, amr: ['wechat'], secondFactorAt: null, assuranceUntil: null, created: now, lastSeen: now },
    ...{
      idleExpires: now + 3_600_000,
      idleMs: 3_600_000,
      absoluteExpires: now + 43_200_000,
      address: '192.0.2.1',
      device: null,
      build: null,
    },
  });
  await identity.addSession(session());
  for (const node of Object.values(nodes)) node.sessions.put(session());
  const secretOf = (token: string): Uint8Array => parseToken(token)?.secret ?? new Uint8Array();
  return { ...nodes, identity, broken, sid: made.sid, token: made.token, secretOf, clock, advance: (ms: number) => (now += ms) };
}

describeEachStore((open) => {
  describe('a step-up', () => {
    it('reaches the other node, which keeps what it knows of the use', async () => {
      const { a, b, sid, secretOf, token, clock, advance } = await startNodes(open);
      advance(1_000);
      const onB = b.sessions.find(sid);
      if (onB !== undefined) b.sessions.touch(onB, clock());
      const raised = await a.stepUp.raise(sid, ['otp', 'mfa'], 3_600_000);
      expect(openedBy(b.sessions.find(sid) as Session, secretOf(raised?.token ?? ''), clock())).toBeNull();
      await b.revocations.poll();
      await expect.poll(() => b.sessions.find(sid)?.generation).toBe(1);
      const held = b.sessions.find(sid) as Session;
      expect(openedBy(held, secretOf(raised?.token ?? ''), clock())).toMatchObject({ assurance: 2, lastSeen: clock() });
      expect(openedBy(held, secretOf(token), clock())).toMatchObject({ assurance: 1, secondFactorAt: null });
      expect(openedBy(held, secretOf(token), clock() + 10_000)).toBeNull();
    });

    it('happens once when it is asked for twice at the same time', async () => {
      const { a, b, sid } = await startNodes(open);
      const raised = await Promise.all([a.stepUp.raise(sid, ['otp'], 1_000), b.stepUp.raise(sid, ['sms'], 1_000)]);
      expect(raised.filter((each) => each !== null)).toHaveLength(1);
    });

    it('fails closed where the session cannot be read anew', async () => {
      const { a, b, sid, broken } = await startNodes(open);
      broken.value = true;
      await a.stepUp.raise(sid, ['otp'], 1_000);
      await b.revocations.poll();
      await expect.poll(() => b.sessions.find(sid)).toBeUndefined();
      expect(b.sessions.wasEnded(sid)).toBe(false);
    });

    it('does not bring back a session that has ended', async () => {
      const { a, b, sid, identity, clock } = await startNodes(open);
      b.sessions.end(sid, clock());
      await identity.removeSessions([sid]);
      expect(await a.stepUp.raise(sid, ['otp'], 1_000)).toBeNull();
      await b.revocations.poll();
      // Whatever the entry started has read the store by then.
      for (let reads = 0; reads < 3; reads += 1) await identity.session(sid);
      expect(b.sessions.find(sid)).toBeUndefined();
    });

    it('never outlasts the session', async () => {
      const { a, sid } = await startNodes(open);
      const raised = await a.stepUp.raise(sid, ['otp'], 100 * 86_400_000);
      expect(raised?.session.assuranceUntil).toBe(raised?.session.absoluteExpires);
      expect(Buffer.from(raised?.session.secretHash ?? []).equals(Buffer.from(hashSecret(new Uint8Array(32))))).toBe(false);
    });
  });
});
