import { configSchema } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { describeEachStore } from '../../store/testing.ts';
import { verifyPassword } from '../password.ts';
import { renewToken } from '../token.ts';
import { randomCode } from './random-code.ts';
import { caller, codeOf, createFactorBench, type FactorBench, refusal } from './testing.ts';

type Login = Awaited<ReturnType<FactorBench['login']>>;

it('row 2: a code has six digits, leading zeros and all', () => {
  const codes = Array.from({ length: 2_000 }, randomCode);
  for (const code of codes) expect(code).toMatch(/^\d{6}$/);
  expect(new Set(codes).size).toBeGreaterThan(1_950);
  expect(codes.some((code) => code.startsWith('0'))).toBe(true);
});

it('row 16: sessions last twelve hours and one idle hour at most unless a company decides otherwise', () => {
  const [app] = configSchema.parse({ apps: [{ id: 'a', audience: ['employee'], upstream: 'http://127.0.0.1:1' }] }).apps;
  expect(app?.session).toMatchObject({ idleSeconds: 3_600, absoluteSeconds: 43_200, perPerson: 5 });
  expect(app?.factors.assuranceSeconds).toBeLessThanOrEqual(86_400);
});

it('row 17: a renewed token has a secret of 256 bits', () => {
  const sizes: number[] = [];
  const random = (size: number): Uint8Array => {
    sizes.push(size);
    return new Uint8Array(size).fill(3);
  };
  const { token, secretHash } = renewToken(Buffer.alloc(16, 1).toString('base64url'), random);
  expect(sizes).toEqual([32]);
  expect(Buffer.from(token.slice(5), 'base64url')).toHaveLength(48);
  expect(secretHash).toHaveLength(32);
});

describeEachStore((open) => {
  it('row 9: a TOTP secret has 160 bits and lies sealed', async () => {
    const bench = await createFactorBench(open);
    const session = await bench.login();
    const { secret } = await bench.enrolTotp(session);
    expect(Buffer.from(secret, 'hex')).toHaveLength(20);
    const rows = await bench.store.db.selectFrom('factors').selectAll().execute();
    const stored = Buffer.from(rows[0]?.secret ?? []);
    expect(stored.includes(Buffer.from(secret, 'hex'))).toBe(false);
    expect(stored.includes(Buffer.from(secret, 'hex').toString('base64'))).toBe(false);
    const pending = await bench.store.db.selectFrom('factor_challenges').select('pending').execute();
    expect(pending.every((row) => row.pending === null || row.pending.length > 40)).toBe(true);
  });

  describe('rows 10 to 12: a password', () => {
    const enrolPassword = async (bench: FactorBench, session: Login, password: string) => {
      const { code } = await bench.companyCodes.issue('zhang', 'enrol', 'root');
      const begun = await bench.service.enrol(session, { kind: 'password', proof: { companyCode: code } }, caller);
      expect(begun.password).toEqual({ minLength: 12, maxLength: 128 });
      return bench.service.confirm(session, { enrolment: begun.enrolment, password }, caller).then(() => 'passed', codeOf);
    };

    it('is refused when it is weak, also for this person and this company, without an end to the enrolment', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      const { code } = await bench.companyCodes.issue('zhang', 'enrol', 'root');
      const { enrolment } = await bench.service.enrol(session, { kind: 'password', proof: { companyCode: code } }, caller);
      const confirm = (password: string) => refusal(bench.service.confirm(session, { enrolment, password }, caller));
      for (const weak of [
        'short one',
        'password1234',
        '员工门户张三2026!!',
        'Staff Portal 2026',
        'zhangzhang2026',
        'aaaaaaaaaaaa',
      ]) {
        expect([weak, await confirm(weak)]).toEqual([weak, 'password_weak']);
      }
      expect(await refusal(bench.service.confirm(session, { enrolment, code: '123456' }, caller))).toBe('factor_failed');
      expect(await confirm('k2-fT9.wq7-Lz')).toBe('passed');
    });

    it('is the same in every normal form of Unicode, and not cut', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      const password = `crème brûlée ${'é'.repeat(3)} xq7`;
      expect(await enrolPassword(bench, session, password.normalize('NFD'))).toBe('passed');
      expect(await bench.prove(session, 'password', { password: password.normalize('NFC') })).toBe('freshness');
      expect(await bench.prove(session, 'password', { password: password.slice(0, -1) })).toBe('factor_failed');
    });

    it('is kept as argon2id over a peppered value, with a salt of 128 bits', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      await enrolPassword(bench, session, 'k2-fT9.wq7-Lz');
      const stored = (await bench.factorsInClear('zhang'))[0] ?? '';
      expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
      // Whoever has the hash but not the key of the installation cannot even check a guess.
      expect(await verifyPassword('k2-fT9.wq7-Lz', stored)).toBe(false);
      expect(await bench.prove(session, 'password', { password: 'k2-fT9.wq7-Lz' })).toBe('freshness');
    });
  });

  describe('row 13: recovery codes', () => {
    it('are ten, kept as hashes, good once each, and their use is told', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      const { recoveryCodes } = await bench.enrolTotp(session);
      const codes = recoveryCodes ?? [];
      expect(codes).toHaveLength(10);
      const rows = await bench.store.db.selectFrom('factor_recovery_codes').selectAll().execute();
      for (const code of codes) expect(JSON.stringify(rows)).not.toContain(code);
      const [first = ''] = codes;
      const sessions = await Promise.all(Array.from({ length: 10 }, () => bench.login()));
      const outcomes = await Promise.all(sessions.map((each) => bench.prove(each, 'recovery', { code: first })));
      expect(outcomes.filter((outcome) => outcome === 'freshness')).toHaveLength(1);
      const state = await bench.service.state(session, undefined);
      expect(state.factors.find((factor) => factor.kind === 'recovery')).toMatchObject({ remaining: 9 });
      await bench.service.settled();
      expect(JSON.stringify(bench.messages)).toContain('恢复码已被使用');
    });

    it('end when new ones are made', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      const { recoveryCodes } = await bench.enrolTotp(session);
      const { codes } = await bench.service.regenerate(bench.now(session), {}, caller);
      expect(await bench.prove(session, 'recovery', { code: recoveryCodes?.[0] ?? '' })).toBe('factor_failed');
      expect(await bench.prove(session, 'recovery', { code: codes[0] ?? '' })).toBe('freshness');
    });
  });

  describe('rows 14 and 22: SOTER', () => {
    const result = (raw: string, counter: number, cpu = 'cpu-1') => ({
      resultJson: JSON.stringify({ raw, counter, cpu_id: cpu, uid: '10001', fid: '1' }),
      signature: 'c2lnbmF0dXJl',
    });
    const bind = (bench: FactorBench, subject: string, provider = 'wxtest') =>
      bench.identityStore.bind(
        { channel: 'wechat', provider, subject, unionid: null, uid: 'zhang', boundBy: 'phone', boundAt: 1 },
        null,
      );
    const enrolled = async () => {
      const bench = await createFactorBench(open);
      await bind(bench, 'openid-zhang');
      await bind(bench, 'openid-elsewhere', 'wxother');
      const session = await bench.login();
      const { code } = await bench.companyCodes.issue('zhang', 'enrol', 'root');
      const begun = await bench.service.enrol(session, { kind: 'soter', label: 'Phone', proof: { companyCode: code } }, caller);
      const confirm = { enrolment: begun.enrolment, ...result(begun.soter?.challenge ?? '', 7) };
      await bench.service.confirm(session, confirm, caller);
      const prove = async (make: (challenge: string) => { resultJson: string; signature: string }) => {
        const request = { purpose: 'freshness' as const, kind: 'soter' as const };
        const { challenge, soter } = await bench.service.challenge(session, request, caller);
        return bench.answer(session, challenge, make(soter?.challenge ?? ''));
      };
      return { bench, session, prove };
    };

    it('takes a result that WeChat confirms for the openid of this app, over our challenge, with a greater counter', async () => {
      const { bench, prove } = await enrolled();
      const openids: string[] = [];
      bench.soter.answer = async ({ openid }) => {
        openids.push(openid);
        return true;
      };
      expect(await prove((challenge) => result(challenge, 8))).toBe('freshness');
      expect(openids).toEqual(['openid-zhang']);
    });

    it('refuses a replay, another phone, another challenge, and what WeChat does not confirm', async () => {
      const { bench, prove } = await enrolled();
      expect(await prove((challenge) => result(challenge, 7))).toBe('factor_failed');
      expect(await prove((challenge) => result(challenge, 9, 'cpu-of-a-thief'))).toBe('factor_failed');
      const asked = bench.soter.asked;
      expect(await prove(() => result('an older challenge', 9))).toBe('factor_failed');
      expect(bench.soter.asked).toBe(asked);
      bench.soter.answer = async () => false;
      expect(await prove((challenge) => result(challenge, 10))).toBe('factor_failed');
    });

    it('waits thirty seconds after five failures, and leaves other factors open', async () => {
      const { bench, session, prove } = await enrolled();
      for (let tries = 0; tries < 5; tries += 1) expect(await prove(() => result('wrong', 8))).toBe('factor_failed');
      expect(await prove((challenge) => result(challenge, 8))).toBe('factor_locked');
      const { stepUp, enrol } = await bench.service.state(session, undefined);
      expect([stepUp, enrol.includes('totp')]).toEqual([['recovery'], true]);
      bench.advance(30_000);
      expect(await prove((challenge) => result(challenge, 8))).toBe('freshness');
    });

    it('costs no try while WeChat cannot be asked', async () => {
      const { bench, prove } = await enrolled();
      bench.soter.answer = async () => {
        throw Object.assign(new Error('away'), { code: 'away' });
      };
      for (let tries = 0; tries < 8; tries += 1)
        expect(await prove((challenge) => result(challenge, 8))).toBe('login_unavailable');
      bench.soter.answer = async () => true;
      expect(await prove((challenge) => result(challenge, 8))).toBe('freshness');
    });

    it('is offered in WeChat only', async () => {
      const { bench } = await enrolled();
      const session = await bench.login('zhang', 'wecom');
      const state = await bench.service.state(session, undefined);
      expect([state.stepUp.includes('soter'), state.enrol.includes('soter')]).toEqual([false, false]);
      expect(await refusal(bench.challenge(session, 'soter'))).toBe('factor_unavailable');
    });
  });
});
