import { configSchema, mfaApi } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { describeEachStore } from '../../store/testing.ts';
import { caller, createFactorBench, type FactorBench, minute, refusal, testPerson } from './testing.ts';

const texts = (bench: FactorBench): string[] =>
  bench.messages.map((message) => (message.content.type === 'text' ? message.content.content : ''));

describeEachStore((open) => {
  describe('enrolling with nothing but a login', () => {
    it('is refused, recorded, and told to the person', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      for (const request of [
        { kind: 'totp' },
        { kind: 'password' },
        { kind: 'sms' },
        { kind: 'totp', proof: { companyCode: 'ABCDEFGHJKMN' } },
      ] as const) {
        expect(await refusal(bench.service.enrol(session, request, caller))).toBe('enrolment_proof_required');
      }
      await bench.service.settled();
      expect(bench.actions()).toEqual(Array.from({ length: 4 }, () => 'factor.refused'));
      // One notice, not one for each try.
      expect(texts(bench)).toHaveLength(1);
      expect(texts(bench)[0]).toMatch(/试图添加验证方式[\s\S]*tried to add a second factor/);
      expect((await bench.service.state(session, undefined)).factors).toEqual([]);
      expect(bench.texts).toEqual([]);
    });

    it('is refused with a code of somebody else, a code for binding, and a code that was used', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login('zhang');
      const others = await bench.companyCodes.issue('li', 'enrol', 'root');
      const binding = await bench.companyCodes.issue('zhang', 'bind', 'root');
      const right = await bench.companyCodes.issue('zhang', 'enrol', 'root');
      const enrol = (code: string) =>
        refusal(bench.service.enrol(session, { kind: 'totp', proof: { companyCode: code } }, caller));
      expect(await enrol(others.code)).toBe('enrolment_proof_required');
      expect(await enrol(binding.code)).toBe('enrolment_proof_required');
      expect(await enrol(right.code.toLowerCase())).toBe('passed');
      expect(await enrol(right.code)).toBe('enrolment_proof_required');
      // Trying them has cost neither of the others anything.
      expect(await bench.companyCodes.useToBind(binding.code)).toBe('zhang');
      expect(await bench.companyCodes.useToEnrol(others.code, 'li')).toBe(true);
    });

    it('uses a code up for one of many who come at once', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      const { code } = await bench.companyCodes.issue('zhang', 'enrol', 'root');
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () =>
          refusal(bench.service.enrol(session, { kind: 'password', proof: { companyCode: code } }, caller)),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === 'passed')).toHaveLength(1);
    });

    it('needs a fresh factor, not one of this morning', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      const { secret } = await bench.enrolTotp(session);
      bench.advance(6 * minute);
      const enrol = () => refusal(bench.service.enrol(bench.now(session), { kind: 'password' }, caller));
      expect(await enrol()).toBe('enrolment_proof_required');
      await bench.prove(session, 'totp', { code: bench.code(secret) });
      expect(await enrol()).toBe('passed');
    });
  });

  describe('the code from the company', () => {
    it('goes to the person in WeCom and never to who asked for it', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      const answer = await bench.service.sendCode(session, { by: 'wecom' }, caller);
      const [text = ''] = texts(bench);
      const code = /[A-Z2-9]{12}/.exec(text)?.[0] ?? '';
      expect(JSON.stringify(answer)).not.toContain(code);
      expect(bench.messages[0]?.to).toEqual({ users: ['zhang'] });
      expect(await refusal(bench.service.enrol(session, { kind: 'totp', proof: { companyCode: code } }, caller))).toBe('passed');
    });

    it('can be asked for once a minute and five times a day by who is not known, which voids no code of an administrator', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      const handedOut = await bench.companyCodes.issue('zhang', 'enrol', 'root');
      const ask = () => refusal(bench.service.sendCode(session, { by: 'wecom' }, caller));
      expect([await ask(), await ask()]).toEqual(['passed', 'rate_limited']);
      for (let count = 1; count < 5; count += 1) {
        bench.advance(minute);
        expect(await ask()).toBe('passed');
      }
      bench.advance(minute);
      expect(await ask()).toBe('rate_limited');
      expect(await bench.companyCodes.useToEnrol(handedOut.code, 'zhang')).toBe(true);
    });

    it('by SMS to the number on file is for companies that chose so', async () => {
      const chosen = await createFactorBench(open);
      const session = await chosen.login();
      const { challenge = '', phone } = await chosen.service.sendCode(session, { by: 'phone' }, caller);
      expect([phone, chosen.texts[0]?.phone]).toEqual(['138******01', '13800000001']);
      const enrol = (code: string) =>
        refusal(chosen.service.enrol(session, { kind: 'totp', proof: { challenge, code } }, caller));
      const wrong = chosen.sentCode() === '000000' ? '000001' : '000000';
      for (let tries = 0; tries < 5; tries += 1) expect(await enrol(wrong)).toBe('factor_failed');
      expect(await enrol(chosen.sentCode())).toBe('challenge_invalid');
      chosen.advance(minute);
      const again = await chosen.service.sendCode(session, { by: 'phone' }, caller);
      const proof = { challenge: again.challenge ?? '', code: chosen.sentCode() };
      expect(await refusal(chosen.service.enrol(session, { kind: 'totp', proof }, caller))).toBe('passed');
      // It proves the right to enrol and nothing else.
      expect(await chosen.answer(session, proof.challenge, { code: proof.code })).toBe('challenge_invalid');

      const closed = await createFactorBench(open, { app: { factors: {} } });
      const other = await closed.login();
      expect(await refusal(closed.service.sendCode(other, { by: 'phone' }, caller))).toBe('factor_unavailable');
    });
  });

  describe('row 7: SMS', () => {
    it('goes to the number of the directory, and ends when that changes', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      await bench.enrolTotp(session);
      const begun = await bench.service.enrol(bench.now(session), { kind: 'sms' }, caller);
      expect(begun.sms).toEqual({ phone: '138******01', resendAfter: 60 });
      expect(bench.texts.at(-1)).toMatchObject({ phone: '13800000001', language: 'zh', minutes: 5 });
      await bench.service.confirm(session, { enrolment: begun.enrolment, code: bench.sentCode() }, caller);
      bench.advance(minute);
      expect((await bench.service.state(session, undefined)).stepUp).toContain('sms');
      bench.people.set('zhang', testPerson('zhang', { phone: '13900000009' }));
      expect((await bench.service.state(session, undefined)).stepUp).not.toContain('sms');
      expect(await refusal(bench.challenge(session, 'sms'))).toBe('factor_unavailable');
      expect(bench.texts.map((text) => text.phone)).not.toContain('13900000009');
    });

    it('always has TOTP beside it', async () => {
      const bench = await createFactorBench(open);
      expect((await bench.service.state(await bench.login(), undefined)).enrol).toContain('totp');
      const app = { id: 'a', audience: ['employee'], upstream: 'http://127.0.0.1:1', factors: { kinds: ['sms'] } };
      expect(configSchema.safeParse({ apps: [app] }).success).toBe(false);
    });

    it('is sent once a minute and ten times a day to a number, five of them for strangers', async () => {
      const bench = await createFactorBench(open);
      const own = await bench.login();
      const { device } = await bench.enrolTotp(own);
      const begun = await bench.service.enrol(bench.now(own), { kind: 'sms', device }, caller);
      await bench.service.confirm(own, { enrolment: begun.enrolment, code: bench.sentCode(), device }, caller);
      const ask = (session: typeof own, known?: string) => refusal(bench.challenge(session, 'sms', known));
      expect(await ask(own, device)).toBe('rate_limited');
      const thief = await bench.login();
      for (let count = 0; count < 5; count += 1) {
        bench.advance(minute);
        expect(await ask(thief)).toBe('passed');
      }
      bench.advance(minute);
      expect(await ask(thief)).toBe('rate_limited');
      for (let count = 6; count < 10; count += 1) {
        expect(await ask(own, device)).toBe('passed');
        bench.advance(minute);
      }
      expect(await ask(own, device)).toBe('rate_limited');
      bench.advance(24 * 60 * minute);
      own.idleExpires = bench.clock() + minute;
      expect(await ask(own, device)).toBe('passed');
    });

    it('is sent to a number once when it is asked for many times at once', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      const asked = Array.from({ length: 20 }, () => refusal(bench.service.sendCode(session, { by: 'phone' }, caller)));
      expect((await Promise.all(asked)).filter((outcome) => outcome === 'passed')).toHaveLength(1);
      expect(bench.texts).toHaveLength(1);
    });

    it('is limited by address, whatever the number', async () => {
      const bench = await createFactorBench(open);
      for (let at = 0; at < 51; at += 1) bench.people.set(`p${at}`, testPerson(`p${at}`, { phone: String(13_700_000_000 + at) }));
      const outcomes: string[] = [];
      for (let at = 0; at < 51; at += 1) {
        const session = await bench.login(`p${at}`);
        outcomes.push(await refusal(bench.service.sendCode(session, { by: 'phone' }, caller)));
      }
      expect(outcomes.filter((outcome) => outcome === 'passed')).toHaveLength(50);
      const elsewhere = { ...caller, address: '198.51.100.7' };
      expect(await refusal(bench.service.sendCode(await bench.login('p50'), { by: 'phone' }, elsewhere))).toBe('passed');
    }, 30_000);
  });

  it('row 8: e-mail is no factor', () => {
    expect(mfaApi.factorKind.options).toEqual(['totp', 'sms', 'password', 'soter', 'recovery']);
  });

  describe('rows 19 and 23: after a change', () => {
    it('the person hears of it, and may end all other sessions', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      const other = await bench.login();
      const { code } = await bench.companyCodes.issue('zhang', 'enrol', 'root');
      const begun = await bench.service.enrol(session, { kind: 'password', proof: { companyCode: code } }, caller);
      const confirm = { enrolment: begun.enrolment, password: 'k2-fT9.wq7-Lz', endOtherSessions: true };
      expect(await bench.service.confirm(session, confirm, caller)).toMatchObject({ endedSessions: 1 });
      expect([bench.sessions.find(other.sid), bench.sessions.find(session.sid)?.assurance]).toEqual([undefined, 2]);
      await bench.service.remove(bench.now(session), { kind: 'password' }, caller);
      await bench.service.settled();
      expect(texts(bench)[0]).toMatch(/已添加验证方式：验证密码[\s\S]*was added to your account: password/);
      expect(texts(bench)[1]).toMatch(/已移除/);
      expect(bench.actions()).toEqual(expect.arrayContaining(['factor.added', 'factor.removed']));
    });

    it('by an administrator every session of the person ends', async () => {
      const bench = await createFactorBench(open);
      const session = await bench.login();
      const { secret } = await bench.enrolTotp(session);
      for (let tries = 0; tries < 10; tries += 1) await bench.prove(session, 'totp', { code: 'wrong' });
      expect((await bench.service.factorsOf('zhang')).factors[0]).toMatchObject({ state: 'locked', failures: 10 });
      expect(await bench.service.unlockFactor('zhang', 'totp', 'on the phone', 'root')).toEqual({ unlocked: true, ended: 1 });
      expect(bench.sessions.find(session.sid)).toBeUndefined();
      const again = await bench.login();
      expect(await bench.prove(again, 'totp', { code: bench.code(secret) })).toBe('freshness');
      expect(await bench.service.removeFactor('zhang', 'totp', 'lost phone', 'root')).toEqual({ removed: true, ended: 1 });
      expect(await bench.service.factorsOf('zhang')).toEqual({ factors: [], knownDevices: 0 });
      await bench.service.settled();
      expect(texts(bench).join()).toMatch(/管理员已解除[\s\S]*已移除/);
    });

    it('an administrator hands a code out, or has it sent and sees nothing', async () => {
      const bench = await createFactorBench(open);
      const shown = await bench.service.issueEnrolmentCode('zhang', 'show', 'root');
      expect(shown.code).toMatch(/^[A-Z2-9]{12}$/);
      expect(shown.expiresAt - bench.clock()).toBe(24 * 60 * minute);
      expect((await bench.service.issueEnrolmentCode('zhang', 'wecom', 'root')).code).toBeNull();
      expect(texts(bench)).toHaveLength(1);
      expect(await refusal(bench.service.issueEnrolmentCode('nobody', 'show', 'root'))).toBe('not_found');
    });
  });

  it('whoever is no active member has nothing to do here', async () => {
    const bench = await createFactorBench(open);
    const session = await bench.login();
    bench.people.set('zhang', testPerson('zhang', { status: 'disabled' }));
    expect(await refusal(bench.service.state(session, undefined))).toBe('factor_unavailable');
    expect(await refusal(bench.challenge(session, 'totp'))).toBe('factor_unavailable');
    bench.people.delete('zhang');
    expect(await refusal(bench.service.sendCode(session, { by: 'wecom' }, caller))).toBe('factor_unavailable');
  });
});
