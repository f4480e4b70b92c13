import { describe, expect, it } from 'vitest';
import type { Session } from './model.ts';
import { SessionSnapshot } from './snapshot.ts';

const minute = 60_000;
const session = (sid: string, uid = 'u1'): Session => ({
  sid,
  secretHash: new Uint8Array(32),
  app: 'portal',
  channel: 'wecom',
  person: { uid, name: uid, kind: 'employee' },
  assurance: 1,
  amr: [],
  secondFactorAt: null,
  assuranceUntil: null,
  generation: 0,
  previous: null,
  binding: null,
  risk: { level: 0, reasons: [], at: 0 },
  created: 0,
  lastSeen: 0,
  idleExpires: 10 * minute,
  idleMs: 10 * minute,
  absoluteExpires: 30 * minute,
  address: '192.0.2.1',
  device: null,
  build: null,
});
const filled = (...sessions: Session[]): SessionSnapshot => {
  const snapshot = new SessionSnapshot();
  for (const each of sessions) snapshot.put(each);
  return snapshot;
};

describe('SessionSnapshot', () => {
  it('finds sessions by sid and by person', () => {
    const snapshot = filled(session('a'), session('b'), session('c', 'u2'));
    expect(snapshot.size).toBe(3);
    expect(snapshot.find('a')?.sid).toBe('a');
    expect(snapshot.find('x')).toBeUndefined();
    expect(snapshot.ofPerson('u1').map((each) => each.sid)).toEqual(['a', 'b']);
    expect(snapshot.ofPerson('nobody')).toEqual([]);
    expect([...snapshot.all()]).toHaveLength(3);
  });
  it('ends a session once, and remembers that it did', () => {
    const snapshot = filled(session('a'), session('b'));
    expect(snapshot.end('a', 0)).toBe(true);
    expect(snapshot.end('a', 0)).toBe(false);
    expect(snapshot.find('a')).toBeUndefined();
    expect(snapshot.wasEnded('a')).toBe(true);
    expect(snapshot.wasEnded('b')).toBe(false);
    expect(snapshot.ofPerson('u1').map((each) => each.sid)).toEqual(['b']);
  });
  it('moves the idle expiry, but never past the absolute one', () => {
    const one = session('a');
    const snapshot = filled(one);
    snapshot.touch(one, 5 * minute);
    expect(one).toMatchObject({ lastSeen: 5 * minute, idleExpires: 15 * minute });
    snapshot.touch(one, 29 * minute);
    expect(one.idleExpires).toBe(30 * minute);
  });
  it('hands out touched sessions once, and none that has ended', () => {
    const [one, two] = [session('a'), session('b')];
    const snapshot = filled(one, two);
    for (const each of [one, two, one]) snapshot.touch(each, 1);
    snapshot.end('b', 2);
    expect(snapshot.takeTouched()).toEqual([one]);
    expect(snapshot.takeTouched()).toEqual([]);
  });
  it('sweeps what has expired, at the very moment', () => {
    const [idle, used] = [session('idle'), session('used')];
    const snapshot = filled(idle, used);
    snapshot.touch(used, 5 * minute);
    expect(snapshot.sweep(10 * minute - 1)).toEqual([]);
    expect(snapshot.sweep(10 * minute)).toEqual(['idle']);
    expect(snapshot.sweep(15 * minute)).toEqual(['used']);
    expect(snapshot.size).toBe(0);
  });
  it('forgets an idle copy of a shared session without calling it ended', () => {
    const snapshot = filled(session('a'));
    expect(snapshot.sweep(10 * minute, true)).toEqual(['a']);
    expect([snapshot.find('a'), snapshot.wasEnded('a')]).toEqual([undefined, false]);
    snapshot.put(session('b'));
    snapshot.sweep(30 * minute, true);
    expect(snapshot.wasEnded('b')).toBe(true);
  });
  it('forgets ended sessions after ten minutes', () => {
    const snapshot = filled(session('a'));
    snapshot.end('a', 0);
    snapshot.sweep(10 * minute - 1);
    expect(snapshot.wasEnded('a')).toBe(true);
    snapshot.sweep(10 * minute);
    expect(snapshot.wasEnded('a')).toBe(false);
  });
  it('an end that is told twice does not keep others from being forgotten', () => {
    const snapshot = new SessionSnapshot();
    snapshot.end('a', 0);
    snapshot.end('b', minute);
    snapshot.end('a', 9 * minute);
    snapshot.sweep(11 * minute);
    expect([snapshot.wasEnded('a'), snapshot.wasEnded('b')]).toEqual([true, false]);
  });
  it('remembers a bounded number of ends, the latest', () => {
    const snapshot = new SessionSnapshot();
    for (let at = 0; at <= 50_000; at += 1) snapshot.end(String(at), 0);
    expect([snapshot.wasEnded('0'), snapshot.wasEnded('1'), snapshot.wasEnded('50000')]).toEqual([false, true, true]);
  });
});
