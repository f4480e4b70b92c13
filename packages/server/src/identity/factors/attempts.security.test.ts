import { describe, expect, it } from 'vitest';
import { describeEachStore } from '../../store/testing.ts';
import { codeOf, createFactorBench, minute } from './testing.ts';

describeEachStore((open) => {
  describe('row 27: a lockout without a race', () => {
    it('looks at no more than five of a hundred wrong codes that come at once for one challenge', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      const { secret } = await bench.enrolTotp(session);
      const challenge = await bench.challenge(session, 'totp');
      const wrong = bench.code(secret) === '000000' ? '000001' : '000000';
      const outcomes = await Promise.all(Array.from({ length: 100 }, () => bench.answer(session, challenge, { code: wrong })));
      const judged = outcomes.filter((outcome) => outcome === 'factor_failed').length;
      expect(judged).toBe(5);
      expect(outcomes.filter((outcome) => outcome === 'challenge_invalid')).toHaveLength(95);
      expect(await bench.answer(session, challenge, { code: bench.code(secret) })).toBe('challenge_invalid');
    });

    it('looks at no more than ten when they come for many challenges of many sessions', async () => {
      const bench = await createFactorBench(open);
      const { secret } = await bench.enrolTotp(await bench.login());
      const sessions = await Promise.all(Array.from({ length: 20 }, () => bench.login()));
      const challenges = await Promise.all(sessions.map((session) => bench.challenge(session, 'totp')));
      const wrong = bench.code(secret) === '000000' ? '000001' : '000000';
      const outcomes = await Promise.all(
        sessions.flatMap((session, at) =>
          Array.from({ length: 5 }, () => bench.answer(session, challenges[at] ?? '', { code: wrong })),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === 'factor_failed')).toHaveLength(10);
    });

    it('grants once when the right code comes a hundred times at once', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      const { secret, device } = await bench.enrolTotp(session);
      const code = bench.code(secret);
      const sessions = await Promise.all(Array.from({ length: 20 }, () => bench.login()));
      const challenges = await Promise.all(sessions.map((each) => bench.challenge(each, 'totp', device)));
      const outcomes = await Promise.all(
        sessions.flatMap((each, at) =>
          Array.from({ length: 5 }, () => bench.answer(each, challenges[at] ?? '', { code }, device)),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === 'freshness')).toHaveLength(1);
      expect(sessions.filter((each) => bench.now(each).assurance === 2)).toHaveLength(1);
    });

    it('ends what was under way with the factor when it locks', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      const { secret } = await bench.enrolTotp(session);
      const waiting = await bench.challenge(session, 'totp');
      for (let tries = 0; tries < 10; tries += 1) await bench.prove(session, 'totp', { code: 'wrong' });
      bench.advance(4 * minute);
      expect(await bench.answer(session, waiting, { code: bench.code(secret) })).toBe('challenge_invalid');
      expect(bench.actions()).toContain('factor.locked');
    });
  });

  describe('row 4: the count of failures', () => {
    it('is not begun anew by a new code', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      const { secret } = await bench.enrolTotp(session);
      for (let tries = 0; tries < 10; tries += 1) {
        expect(await bench.prove(session, 'totp', { code: 'wrong' })).toBe('factor_failed');
      }
      expect(await bench.prove(session, 'totp', { code: bench.code(secret) })).toBe('factor_locked');
    });

    it('is begun anew by a right one', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      const { secret } = await bench.enrolTotp(session);
      for (let round = 0; round < 3; round += 1) {
        for (let tries = 0; tries < 9; tries += 1) await bench.prove(session, 'totp', { code: 'wrong' });
        expect(await bench.prove(session, 'totp', { code: bench.code(secret) })).toBe('freshness');
        bench.advance(30_000);
      }
    });

    it('does not move when nobody could judge', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      await bench.enrolTotp(session);
      const before = await bench.service.factorsOf('zhang');
      await bench.store.db
        .updateTable('factors')
        .set({ secret: new Uint8Array(40) })
        .execute();
      await expect(bench.prove(session, 'totp', { code: '000000' })).resolves.not.toBe('freshness');
      expect(before.factors[0]?.failures).toBe(0);
      const { failures } = await bench.store.db.selectFrom('factor_budgets').select('failures').executeTakeFirstOrThrow();
      expect(failures).toBe(0);
    });
  });

  describe('row 5: locks', () => {
    it('take a try again after 15 minutes, then after 30, then after an hour, and none after fifty failures', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      const { secret } = await bench.enrolTotp(session);
      for (const wait of [15, 30, 60, 60]) {
        for (let tries = 0; tries < 10; tries += 1) {
          expect(await bench.prove(session, 'totp', { code: 'wrong' })).toBe('factor_failed');
        }
        bench.advance(wait * minute - 1);
        session.idleExpires = bench.clock() + 3_600_000;
        expect(await bench.prove(session, 'totp', { code: bench.code(secret) })).toBe('factor_locked');
        bench.advance(1);
      }
      for (let tries = 0; tries < 10; tries += 1) await bench.prove(session, 'totp', { code: 'wrong' });
      bench.advance(24 * 60 * minute);
      const later = await bench.login();
      expect(await bench.prove(later, 'totp', { code: bench.code(secret) })).toBe('factor_disabled');
      expect((await bench.service.state(later, undefined)).factors).toMatchObject([{ kind: 'totp', state: 'disabled' }, {}]);
      // Enrolled anew it works again.
      const again = await bench.enrolTotp(later);
      expect(await bench.prove(later, 'totp', { code: bench.code(again.secret) })).toBe('freshness');
    });

    it('say how long they last', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      await bench.enrolTotp(session);
      for (let tries = 0; tries < 10; tries += 1) await bench.prove(session, 'totp', { code: 'wrong' });
      bench.advance(5 * minute);
      const challenge = await bench.challenge(session, 'totp');
      const error = await bench.service
        .verify(session, { challenge, code: '000000' }, { address: '192.0.2.1', userAgent: null, requestId: 'r', language: 'en' })
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'factor_locked', details: { retryAfter: 600 } });
    });

    it("leave the person's own devices alone, and those have a limit too", async () => {
      const bench = await createFactorBench(open);
      const own = await bench.login();
      const { secret, device } = await bench.enrolTotp(own);
      const thief = await bench.login();
      for (let round = 0; round < 6; round += 1) {
        for (let tries = 0; tries < 10; tries += 1) await bench.prove(thief, 'totp', { code: 'wrong' });
        bench.advance(60 * minute);
        thief.idleExpires = bench.clock() + 3_600_000;
      }
      expect(await bench.prove(thief, 'totp', { code: bench.code(secret) })).toBe('factor_disabled');
      const state = await bench.service.state(own, device);
      expect(state.stepUp[0]).toBe('totp');
      expect(await bench.prove(own, 'totp', { code: bench.code(secret) }, device)).toBe('freshness');
      // Together they never get more than a hundred tries in a row (NIST SP 800-63B-4 3.2.2).
      let judged = 0;
      for (let round = 0; round < 10; round += 1) {
        for (let tries = 0; tries < 10; tries += 1) {
          if ((await bench.prove(own, 'totp', { code: 'wrong' }, device)) === 'factor_failed') judged += 1;
        }
        bench.advance(60 * minute);
      }
      expect(judged).toBeLessThanOrEqual(50);
      expect(await bench.prove(own, 'totp', { code: bench.code(secret) }, device)).toBe('factor_disabled');
    }, 60_000);

    it('are not evaded by a made-up device, nor by the device of another person', async () => {
      const bench = await createFactorBench(open);
      const { secret } = await bench.enrolTotp(await bench.login('zhang'));
      const other = await bench.enrolTotp(await bench.login('li'));
      const thief = await bench.login('zhang');
      const devices = [`mdv1.${'A'.repeat(43)}`, other.device, undefined];
      for (let tries = 0; tries < 10; tries += 1) {
        expect(await bench.prove(thief, 'totp', { code: 'wrong' }, devices[tries % 3])).toBe('factor_failed');
      }
      for (const device of devices)
        expect(await bench.prove(thief, 'totp', { code: bench.code(secret) }, device)).toBe('factor_locked');
    });
  });

  describe('throttling', () => {
    it('holds up a session after five tries, and an address after thirty, but no known device behind it', async () => {
      const bench = await createFactorBench(open, { throttled: true });
      const own = await bench.login();
      const { secret, device } = await bench.enrolTotp(own);
      const thief = await bench.login();
      const outcomes: string[] = [];
      for (let tries = 0; tries < 8; tries += 1) outcomes.push(await bench.prove(thief, 'totp', { code: 'wrong' }));
      expect(outcomes.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 'factor_failed'));
      expect(outcomes.slice(5)).toEqual(['rate_limited', 'rate_limited', 'rate_limited']);
      const limited: string[] = [];
      for (let session = 0; session < 12; session += 1) {
        const another = await bench.login('li');
        for (let tries = 0; tries < 5; tries += 1) {
          limited.push(await bench.prove(another, 'totp', { code: 'wrong' }).catch(codeOf));
        }
      }
      expect(limited.at(-1)).toBe('rate_limited');
      expect(await bench.prove(own, 'totp', { code: bench.code(secret) }, device)).toBe('freshness');
    });
  });
});
