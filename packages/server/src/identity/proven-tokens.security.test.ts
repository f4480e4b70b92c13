import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Session } from './model.ts';
import { makeToken, ProvenTokens, parseToken, renewToken } from './token.ts';

const random = (size: number): Uint8Array => randomBytes(size);
const sessionOf = (sid: string, secretHash: Uint8Array, more: Partial<Session> = {}): Session =>
  ({ sid, secretHash, previous: null, assurance: 1, assuranceUntil: null, ...more }) as Session;

describe('tokens that have opened their sessions', () => {
  const { token, sid, secretHash } = makeToken(random);
  const header = `Bearer ${token}`;
  const secret = parseToken(token)?.secret ?? new Uint8Array();
  const known = (session: Session | undefined) => ({ find: (asked: string) => (asked === sid ? session : undefined) });

  it('finds what was noted, as the session stands now', () => {
    const tokens = new ProvenTokens();
    tokens.note(header, sessionOf(sid, secretHash), secret);
    const now = sessionOf(sid, secretHash, { app: 'other' });
    expect(tokens.find(header, known(now), 0)).toBe(now);
  });

  it('takes no other token of the session, and none that was never proved', () => {
    const tokens = new ProvenTokens();
    const session = sessionOf(sid, secretHash);
    expect(tokens.find(header, known(session), 0)).toBeNull();
    tokens.note(header, session, secret);
    const forged = `Bearer ${renewToken(sid, random).token}`;
    expect(tokens.find(forged, known(session), 0)).toBeNull();
    expect(tokens.find(header.toLowerCase(), known(session), 0)).toBeNull();
  });

  it('notes nothing for a secret that does not open the session, such as the one before a step-up', () => {
    const tokens = new ProvenTokens();
    const renewed = renewToken(sid, random);
    const session = sessionOf(sid, renewed.secretHash);
    tokens.note(header, session, secret);
    expect(tokens.find(header, known(session), 0)).toBeNull();
  });

  it('forgets a token when the secret was replaced or the session has ended', () => {
    const tokens = new ProvenTokens();
    const session = sessionOf(sid, secretHash);
    tokens.note(header, session, secret);
    expect(tokens.find(header, known(sessionOf(sid, renewToken(sid, random).secretHash)), 0)).toBeNull();
    expect(tokens.find(header, known(session), 0)).toBeNull();
    tokens.note(header, session, secret);
    expect(tokens.find(header, known(undefined), 0)).toBeNull();
    expect(tokens.find(header, known(session), 0)).toBeNull();
  });

  it('lets a raised assurance end in time', () => {
    const tokens = new ProvenTokens();
    const session = sessionOf(sid, secretHash, { assurance: 2, assuranceUntil: 1_000 });
    tokens.note(header, session, secret);
    expect(tokens.find(header, known(session), 999)?.assurance).toBe(2);
    expect(tokens.find(header, known(session), 1_000)?.assurance).toBe(1);
  });

  it('stays within its bound under a flood of tokens', () => {
    const tokens = new ProvenTokens(4);
    const all = Array.from({ length: 40 }, () => makeToken(random));
    for (const one of all)
      tokens.note(`Bearer ${one.token}`, sessionOf(one.sid, one.secretHash), parseToken(one.token)?.secret ?? secret);
    const sessions = {
      find: (asked: string) => all.map((one) => sessionOf(one.sid, one.secretHash)).find((one) => one.sid === asked),
    };
    expect(all.filter((one) => tokens.find(`Bearer ${one.token}`, sessions, 0) !== null).length).toBeLessThanOrEqual(4);
  });
});
