import { describe, expect, it } from 'vitest';
import { describeEachStore } from '../../store/testing.ts';
import { hashSecret, openedBy, parseToken } from '../token.ts';
import { caller, createFactorBench, type FactorBench, minute, refusal } from './testing.ts';

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function enrolSms(bench: FactorBench, session: Awaited<ReturnType<FactorBench['login']>>) {
  const { code } = await bench.companyCodes.issue(session.person.uid, 'enrol', 'root');
  const begun = await bench.service.enrol(session, { kind: 'sms', proof: { companyCode: code } }, caller);
  const confirmed = await bench.service.confirm(session, { enrolment: begun.enrolment, code: bench.sentCode() }, caller);
  bench.advance(minute);
  return confirmed;
}

describeEachStore((open) => {
  describe('rows 1 and 3: a code', () => {
    it('by SMS is good for five minutes', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      await enrolSms(bench, session);
      const late = await bench.challenge(session, 'sms');
      const code = bench.sentCode();
      bench.advance(5 * minute);
      expect(await bench.answer(session, late, { code })).toBe('challenge_invalid');
      const inTime = await bench.challenge(session, 'sms');
      bench.advance(5 * minute - 1);
      expect(await bench.answer(session, inTime, { code: bench.sentCode() })).toBe('freshness');
    });

    it('is good once, and only for its own challenge', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      await enrolSms(bench, session);
      const first = await bench.challenge(session, 'sms');
      const code = bench.sentCode();
      expect(await bench.answer(session, first, { code })).toBe('freshness');
      expect(await bench.answer(session, first, { code })).toBe('challenge_invalid');
      bench.advance(minute);
      const second = await bench.challenge(session, 'sms');
      if (bench.sentCode() !== code) expect(await bench.answer(session, second, { code })).toBe('factor_failed');
      // A newer code ends the older one.
      bench.advance(minute);
      await bench.challenge(session, 'sms');
      expect(await bench.answer(session, second, { code: bench.sentCode() })).toBe('challenge_invalid');
    });

    it('of an authenticator is good once, also in another session, and never with a step before the last one', async () => {
      const bench = await createFactorBench(open, { app: { factors: { totpWindow: 1 } } });
      const session = await bench.login();
      const { secret } = await bench.enrolTotp(session);
      const other = await bench.login();
      expect(await bench.prove(session, 'totp', { code: bench.code(secret) })).toBe('freshness');
      expect(await bench.prove(other, 'totp', { code: bench.code(secret) })).toBe('factor_failed');
      expect(await bench.prove(other, 'totp', { code: bench.code(secret, -1) })).toBe('factor_failed');
      expect(await bench.prove(other, 'totp', { code: bench.code(secret, 1) })).toBe('freshness');
    });

    it('is not accepted in the moment after its thirty seconds', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      const { secret } = await bench.enrolTotp(session);
      const code = bench.code(secret);
      bench.advance(30_000);
      expect(await bench.prove(session, 'totp', { code })).toBe('factor_failed');
    });
  });

  describe('row 6: a challenge', () => {
    it('is of one session, one purpose and one operation', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      const { secret } = await bench.enrolTotp(session);
      const other = await bench.login();
      const challenge = await bench.challenge(session, 'totp');
      expect(await bench.answer(other, challenge, { code: bench.code(secret) })).toBe('challenge_invalid');
      const confirm = { enrolment: challenge, code: bench.code(secret) };
      expect(await refusal(bench.service.confirm(session, confirm, caller))).toBe('challenge_invalid');
      expect(await bench.answer(session, challenge, { code: bench.code(secret) })).toBe('freshness');
      expect(await bench.answer(session, 'A'.repeat(22), { code: '000000' })).toBe('challenge_invalid');
    });

    it('is one of few that a session can hold', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      const { secret } = await bench.enrolTotp(session);
      const challenges: string[] = [];
      for (let count = 0; count < 7; count += 1) {
        bench.advance(1);
        challenges.push(await bench.challenge(session, 'totp'));
      }
      const held = await bench.store.db.selectFrom('factor_challenges').select('id').where('sid', '=', session.sid).execute();
      expect(held).toHaveLength(5);
      expect(await bench.answer(session, challenges[0] ?? '', { code: bench.code(secret) })).toBe('challenge_invalid');
      expect(await bench.answer(session, challenges[6] ?? '', { code: bench.code(secret) })).toBe('freshness');
    });
  });

  describe('row 18: a session that has proved a factor', () => {
    it('has a new secret; the old one is good for ten seconds more, at the old assurance', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      const before = hashSecret(new Uint8Array(32).fill(1));
      bench.sessions.put({ ...session, secretHash: before });
      const { secret, grant } = await bench.enrolTotp(session);
      expect(grant).toMatchObject({ assurance: 2, purpose: 'freshness' });
      const old = parseToken(grant.token);
      const next = await bench.granted(session, 'totp', { code: bench.code(secret) });
      const fresh = parseToken(next.token);
      expect([old?.sid, fresh?.sid]).toEqual([session.sid, session.sid]);
      expect(next.token).not.toBe(grant.token);
      const held = bench.now(session);
      const opened = (parts: typeof old, at: number) => openedBy(held, parts?.secret ?? new Uint8Array(), at);
      expect(opened(fresh, bench.clock())?.secondFactorAt).toBe(bench.clock());
      expect(opened(old, bench.clock() + 9_999)?.secondFactorAt).toBe(grant.secondFactorAt);
      expect(opened(old, bench.clock() + 10_000)).toBeNull();
      expect(held.amr).toEqual(['wechat', 'otp', 'mfa']);
      const stored = await bench.identityStore.session(session.sid);
      const { secretHash, previous, ...rest } = held;
      expect(stored).toMatchObject(rest);
      for (const [kept, wanted] of [
        [stored?.secretHash, secretHash],
        [stored?.previous?.secretHash, previous?.secretHash],
      ]) {
        expect(Buffer.from(kept ?? []).toString('hex')).toBe(Buffer.from(wanted ?? []).toString('hex'));
      }
    });

    it('falls back when the time of its assurance is over', async () => {
      const bench = await createFactorBench(open, { app: { factors: { assuranceSeconds: 60 } } });
      const session = await bench.login();
      const { grant } = await bench.enrolTotp(session);
      const secret = parseToken(grant.token)?.secret ?? new Uint8Array();
      const at = (seconds: number) => openedBy(bench.now(session), secret, grant.secondFactorAt + seconds * 1_000)?.assurance;
      expect([at(59), at(60)]).toEqual([2, 1]);
    });

    it('that has ended meanwhile is not raised', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      const { secret } = await bench.enrolTotp(session);
      const challenge = await bench.challenge(session, 'totp');
      bench.sessions.end(session.sid, bench.clock());
      expect(await bench.answer(session, challenge, { code: bench.code(secret) })).toBe('session_revoked');
    });
  });

  describe('row 21: what refusals tell', () => {
    it('is the same for a wrong code and for a factor that the person does not have', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      await bench.enrolTotp(session);
      for (const [kind, proof] of [
        ['totp', { code: '000000' }],
        ['password', { password: 'k2-fT9.wq7-Lz' }],
        ['recovery', { code: 'AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-A' }],
        ['soter', { resultJson: '{}', signature: 'AA==' }],
      ] as const) {
        expect([kind, await bench.prove(session, kind, proof)]).toEqual([kind, 'factor_failed']);
      }
      // Nor does it take an answer of another kind for one.
      const challenge = await bench.challenge(session, 'totp');
      expect(await bench.answer(session, challenge, { password: 'anything' })).toBe('factor_failed');
    });

    it('is the same also after many: a factor that does not exist locks like one that does', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      await bench.enrolTotp(session);
      for (let tries = 0; tries < 10; tries += 1) await bench.prove(session, 'password', { password: 'k2-fT9.wq7-Lz' });
      expect(await bench.prove(session, 'password', { password: 'k2-fT9.wq7-Lz' })).toBe('factor_locked');
    });

    it('takes the same time for a password that is wrong and one that does not exist', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login('zhang');
      const stranger = await bench.login('li');
      const { code } = await bench.companyCodes.issue('zhang', 'enrol', 'root');
      const begun = await bench.service.enrol(session, { kind: 'password', proof: { companyCode: code } }, caller);
      await bench.service.confirm(session, { enrolment: begun.enrolment, password: 'k2-fT9.wq7-Lz' }, caller);
      const time = async (whose: typeof session): Promise<number> => {
        const challenge = await bench.challenge(whose, 'password');
        const start = performance.now();
        expect(await bench.answer(whose, challenge, { password: 'another one, quite wrong' })).toBe('factor_failed');
        return performance.now() - start;
      };
      await time(stranger);
      const known: number[] = [];
      const unknown: number[] = [];
      for (let round = 0; round < 8; round += 1) {
        known.push(await time(session));
        unknown.push(await time(stranger));
      }
      // The hash alone takes over ten milliseconds; without it one side would be several times as fast.
      expect(median(known) / median(unknown)).toBeGreaterThan(0.5);
      expect(median(known) / median(unknown)).toBeLessThan(2);
    });
  });

  describe('row 20: changes of factors', () => {
    it('ask for a factor that was proved in the last five minutes', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      const { secret } = await bench.enrolTotp(session);
      const plain = await bench.login();
      for (const work of [
        () => bench.service.remove(plain, { kind: 'totp' }, caller),
        () => bench.service.regenerate(plain, {}, caller),
      ]) {
        expect(await refusal(work())).toBe('mfa_required');
      }
      bench.advance(6 * minute);
      expect(await refusal(bench.service.remove(bench.now(session), { kind: 'totp' }, caller))).toBe('mfa_required');
      expect(await bench.prove(session, 'totp', { code: bench.code(secret) })).toBe('freshness');
      const { codes } = await bench.service.regenerate(bench.now(session), {}, caller);
      expect(codes).toHaveLength(10);
      expect(await bench.service.remove(bench.now(session), { kind: 'totp' }, caller)).toMatchObject({ removed: true });
      // With the last factor the codes for emergencies go too.
      expect((await bench.service.state(bench.now(session), undefined)).factors).toEqual([]);
    });
  });
});
