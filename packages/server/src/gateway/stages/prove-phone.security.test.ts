import { errcodes, WechatApiError, type WechatPhoneNumber, WechatTransportError } from '@menshen/wechat';
import { describe, expect, it } from 'vitest';
import { createMemoryPhoneStore, phoneClient } from '../../rates/phone/testing.ts';
import { type RatesDesk, solvePuzzle, startRatesDesk } from '../../rates/testing.ts';
import type { RequestContext } from '../context.ts';
import type { Refusal } from '../refusal.ts';
import { createLimit } from './limit.ts';

type Change = Parameters<RatesDesk['request']>[0];
type Get = (request: { readonly code: string; readonly openid?: string }) => Promise<WechatPhoneNumber>;

const appid = 'wxcoupon0000000001';
const api = '/wxa/business/getuserphonenumber';
const limited = { limit: { per: 'session', requests: 1, windowSeconds: 3_600, answer: 'phone' } };

/** Customers of one mini program in front of a WeChat of ours. */
function start(
  get: (desk: RatesDesk) => Get,
  phone: Record<string, unknown> = {},
  options: { route?: Record<string, unknown>; coordinate?: NonNullable<Parameters<typeof startRatesDesk>[1]>['coordinate'] } = {},
) {
  const asked: { readonly code: string; readonly openid?: string }[] = [];
  const store = createMemoryPhoneStore();
  const desk: RatesDesk = startRatesDesk(
    { auth: 'session', action: 'coupon.claim', ...(options.route ?? limited) },
    {
      app: { id: 'coupon', audience: ['customer'], wechat: { appid, secret: 'secret' } },
      gateway: { rates: { challenge: { bits: 8, maxBits: 8, phone } } },
      ...(options.coordinate === undefined ? {} : { coordinate: options.coordinate }),
      phone: {
        store,
        client: () =>
          phoneClient(async (request) => {
            asked.push(request);
            return get(desk)(request);
          }),
      },
    },
  );
  const limit = createLimit(desk.services);
  const pass = async (change: Change = {}): Promise<{ refusal: Refusal | undefined; context: RequestContext }> => {
    const context = desk.request(change);
    return { refusal: limit.early(context) ?? (await limit.late(context)), context };
  };
  const customer = (uid: string, sid = `session of ${uid}`) => desk.session({ sid, person: { uid, name: '', kind: 'customer' } });
  const textFor = async (session: ReturnType<typeof customer>): Promise<string> => {
    const { refusal } = await pass({ session });
    expect(refusal?.code).toBe('challenge_required');
    const { kind, text } = (refusal?.extra?.['challenge'] ?? {}) as { kind: string; text: string };
    expect(kind).toBe('phone');
    return text;
  };
  const answer = (session: ReturnType<typeof customer>, text: string, code: string, change: Change = {}) =>
    pass({ session, ...change, headers: { 'x-menshen-challenge': `${text}.${encodeURIComponent(code)}` } });
  return { desk, asked, store, pass, customer, textFor, answer };
}
const number = (desk: RatesDesk, pure = '13800000001', change: Partial<WechatPhoneNumber> = {}): WechatPhoneNumber => ({
  phoneNumber: pure,
  purePhoneNumber: pure,
  countryCode: '86',
  watermark: { appid, timestamp: desk.now() / 1_000 },
  ...change,
});
/** The code is the number. */
const honest =
  (desk: RatesDesk): Get =>
  async ({ code }) =>
    number(desk, code);
const broken = (errcode: number) => (): Get => async () => {
  throw new WechatApiError(api, errcode, 'no');
};

describe('a phone number instead of a refusal', () => {
  it('lets a customer past whose number WeChat vouches for, and not beyond as much again', async () => {
    const { asked, pass, customer, textFor, answer } = start(honest);
    const session = customer('c1');
    expect((await pass({ session })).refusal).toBeUndefined();
    const { refusal } = await pass({ session });
    expect(refusal).toMatchObject({
      code: 'challenge_required',
      where: 'limit per session: session 1/3600 s',
      extra: { challenge: { kind: 'phone', button: 'getRealtimePhoneNumber', text: expect.stringMatching(/^mp1\./) } },
    });
    const passed = await answer(session, await textFor(session), '13800000001');
    expect(passed.refusal).toBeUndefined();
    expect(passed.context.told).toBe('phone: passed');
    // WeChat is told whose code it is to be.
    expect(asked).toEqual([{ code: '13800000001', openid: 'openid of c1' }]);
    expect((await pass({ session })).refusal).toMatchObject({ code: 'rate_limited' });
  });

  it('is remembered for a while, for its session and no other', async () => {
    const { desk, asked, pass, customer, textFor, answer } = start(
      honest,
      { validMinutes: 10 },
      {
        route: { limit: { per: 'session', requests: 3, windowSeconds: 36_000, burst: 3, answer: 'phone' } },
      },
    );
    const session = customer('c1');
    for (let at = 0; at < 3; at += 1) await pass({ session });
    await answer(session, await textFor(session), '13800000001');
    const again = await pass({ session });
    expect([again.refusal, again.context.told]).toEqual([undefined, 'phone: passed before']);
    const other = customer('c1', 'another session of the same person');
    for (let at = 0; at < 3; at += 1) await pass({ session: other });
    await textFor(other);
    desk.wait(10 * 60_000);
    await textFor(session);
    expect(asked).toHaveLength(1);
  });

  it('is asked of nobody without a session, and of nobody in WeCom', async () => {
    const { desk, pass } = start(honest);
    const session = desk.session({ channel: 'wecom' });
    expect([(await pass({ session })).refusal?.code, (await pass({ session })).refusal?.code]).toEqual([
      undefined,
      'rate_limited',
    ]);
    expect([(await pass()).refusal?.code, (await pass()).refusal?.code]).toEqual([undefined, 'rate_limited']);
  });

  it('counts for a puzzle that another rule of the route asks for', async () => {
    const { desk, pass, customer, textFor, answer } = start(
      honest,
      {},
      {
        route: { ...limited, risk: { atLeast: 2, answer: 'challenge' } },
      },
    );
    const session = customer('c1');
    await pass({ session });
    const text = await textFor(session);
    const risky = { ...session, risk: { level: 2 as const, reasons: [], at: desk.now() } };
    expect((await answer(risky, text, '13800000001')).refusal).toBeUndefined();
  });
});

describe('the attacks', () => {
  it('a text of another session, address or route, a forged and an old one cost no call to WeChat', async () => {
    const { desk, asked, pass, customer, textFor, answer } = start(honest);
    const [session, other] = [customer('c1'), customer('c2')];
    await pass({ session });
    await pass({ session: other });
    const text = await textFor(session);
    const codes = [
      await answer(other, text, '13800000001'),
      await answer(session, text, '13800000001', { address: '198.51.100.7' }),
      await answer(session, `${text.slice(0, -2)}xx`, '13800000001'),
    ].map(({ refusal }) => refusal?.code);
    desk.wait(300_000);
    codes.push((await answer(session, text, '13800000001')).refusal?.code);
    expect(codes).toEqual(Array.from({ length: 4 }, () => 'challenge_required'));
    expect(asked).toEqual([]);
  });

  it('a text serves once, and a code once, also for another text', async () => {
    const { asked, pass, customer, textFor, answer } = start(honest, { validMinutes: 0 });
    const session = customer('c1');
    await pass({ session });
    const text = await textFor(session);
    expect((await answer(session, text, '13800000001')).refusal).toBeUndefined();
    expect((await answer(session, text, '13800000002')).refusal?.code).toBe('challenge_required');
    const { refusal } = await answer(session, await textFor(session), '13800000001');
    expect(refusal).toMatchObject({ code: 'phone_code_refused', where: 'phone: code used' });
    expect(asked).toHaveLength(1);
  });

  it.each([errcodes.invalidCode, errcodes.invalidAppid, errcodes.invalidOpenid, errcodes.codeUsed])(
    'a code that WeChat does not take for this openid (%i) is refused, and not taken for an outage',
    async (errcode) => {
      const { desk, pass, customer, textFor, answer } = start(broken(errcode));
      const session = customer('c1');
      await pass({ session });
      for (let at = 0; at < 4; at += 1) {
        const { refusal } = await answer(session, await textFor(session), `code ${at}`.replace(' ', '-'));
        expect(refusal).toMatchObject({ code: 'phone_code_refused', where: `phone: code refused ${errcode}` });
      }
      expect(desk.alarms).toEqual([]);
    },
  );

  it('an answer about another mini program, of another time or without a number is none', async () => {
    const answers = [
      (desk: RatesDesk) => number(desk, '13800000001', { watermark: { appid: 'wxother', timestamp: desk.now() / 1_000 } }),
      (desk: RatesDesk) => number(desk, '13800000001', { watermark: { appid, timestamp: desk.now() / 1_000 - 601 } }),
      (desk: RatesDesk) => number(desk, '13800000001', { watermark: { appid, timestamp: desk.now() / 1_000 + 601 } }),
      (desk: RatesDesk) => number(desk, ''),
      () => {
        throw new WechatTransportError(api, 'bad_answer', { field: 'appid' });
      },
    ];
    const { pass, customer, textFor, answer } = start(
      (desk) => async () => (answers.shift() ?? expect.fail('asked too often'))(desk),
    );
    const session = customer('c1');
    await pass({ session });
    const places: (string | null | undefined)[] = [];
    for (let at = 0; at < 5; at += 1) places.push((await answer(session, await textFor(session), `code${at}`)).refusal?.where);
    expect(places).toEqual(['phone: watermark', 'phone: stale', 'phone: stale', 'phone: no answer', 'phone: watermark']);
  });

  it('one number answers for so many persons and no more, until the window is over', async () => {
    const { desk, pass, customer, textFor, answer } = start(honest, { personsPerNumber: 2, windowHours: 1 });
    const codes: (string | undefined)[] = [];
    let codeAt = 0;
    const tryOf = async (uid: string): Promise<void> => {
      const session = customer(uid, `${uid} ${codeAt}`);
      await pass({ session });
      codeAt += 1;
      // Spelled in many ways, it is one number.
      codes.push((await answer(session, await textFor(session), `138${'-'.repeat(codeAt)}00000001`)).refusal?.code);
    };
    for (const uid of ['c1', 'c2', 'c3', 'c1']) await tryOf(uid);
    expect(codes).toEqual([undefined, undefined, 'phone_number_overused', undefined]);
    desk.wait(3_600_000);
    await tryOf('c3');
    expect(codes.at(-1)).toBeUndefined();
  });

  it('only numbers of the configured countries are taken', async () => {
    const { pass, customer, textFor, answer } = start((desk) => async () => number(desk, '2025550100', { countryCode: '1' }), {
      countryCodes: [86],
    });
    const session = customer('c1');
    await pass({ session });
    expect((await answer(session, await textFor(session), 'code')).refusal).toMatchObject({ code: 'phone_country_refused' });
  });

  it('a flood of wrong codes costs a person a few calls, whatever sessions they come by, and all of them so many a minute', async () => {
    const { desk, asked, pass, customer, textFor, answer } = start(broken(40029), { triesPerPerson: 3, exchangesPerMinute: 5 });
    const flood = async (uid: string, times: number): Promise<(string | undefined)[]> => {
      const codes: (string | undefined)[] = [];
      for (let at = 0; at < times; at += 1) {
        const session = customer(uid, `${uid} ${at}`);
        await pass({ session });
        codes.push((await answer(session, await textFor(session), `${uid}-${at}`)).refusal?.code);
      }
      return codes;
    };
    expect(await flood('c1', 5)).toEqual([
      ...['phone_code_refused', 'phone_code_refused', 'phone_code_refused'],
      ...['phone_tries_exceeded', 'phone_tries_exceeded'],
    ]);
    expect(asked).toHaveLength(3);
    expect(await flood('c2', 3)).toEqual(['phone_code_refused', 'phone_code_refused', 'phone_check_unavailable']);
    expect(asked).toHaveLength(5);
    desk.wait(60_000);
    expect(await flood('c3', 1)).toEqual(['phone_code_refused']);
  });

  it('keeps nothing of the number but a keyed hash', async () => {
    const { desk, store, pass, customer, textFor, answer } = start(honest, { personsPerNumber: 1 });
    const seen: unknown[] = [];
    for (const uid of ['c1', 'c2']) {
      const session = customer(uid);
      await pass({ session });
      const { refusal, context } = await answer(session, await textFor(session), '13800000001');
      seen.push(refusal, context.traces, context.told);
    }
    expect(JSON.stringify([seen, desk.alarms, desk.metrics.render(), [...store.answers]])).not.toMatch(/1380000|00000001/);
    expect([...store.answers.keys()]).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
  });
});

describe('while WeChat does not answer', () => {
  it('is refused with a code of its own, and after three failures WeChat is left alone for a while; one alarm says so', async () => {
    let away = true;
    const { desk, asked, pass, customer, textFor, answer } = start(
      (desk) => async (request) => {
        if (away) throw new WechatTransportError(api, 'timeout');
        return honest(desk)(request);
      },
      { triesPerPerson: 100 },
    );
    const session = customer('c1');
    await pass({ session });
    const attempt = async (code: string) => (await answer(session, await textFor(session), code)).refusal;
    for (let at = 0; at < 3; at += 1)
      expect(await attempt(`code${at}`)).toMatchObject({
        code: 'phone_check_unavailable',
        where: 'phone: no answer',
        failure: true,
        retryAfter: 30,
      });
    expect(await attempt('code3')).toMatchObject({ code: 'phone_check_unavailable', where: 'phone: paused' });
    expect(asked).toHaveLength(3);
    desk.wait(10_000);
    away = false;
    expect(await attempt('13800000001')).toBeUndefined();
    expect(desk.alarms.map((event) => /alarm\.(\w+)/.exec(event)?.[1])).toEqual([
      'phone_checks_unavailable',
      'phone_checks_restored',
    ]);
    expect(desk.metrics.value('menshen_phone_challenges_total', 'outcome="unavailable"')).toBe(4);
  });

  it('and its quota is used up, it is not asked at all for half a minute', async () => {
    const { desk, asked, pass, customer, textFor, answer } = start(broken(45011), { triesPerPerson: 2 });
    const session = customer('c1');
    await pass({ session });
    expect((await answer(session, await textFor(session), 'a')).refusal).toMatchObject({ where: 'phone: quota 45011' });
    // It costs no try, and the code is as good as before.
    for (let at = 0; at < 3; at += 1)
      expect((await answer(session, await textFor(session), 'b')).refusal).toMatchObject({ where: 'phone: paused' });
    expect([asked.length, desk.alarms.length]).toEqual([1, 1]);
    desk.wait(30_000);
    expect((await answer(session, await textFor(session), 'b')).refusal).toMatchObject({ where: 'phone: quota 45011' });
    expect([asked.length, desk.alarms.length]).toEqual([2, 1]);
  });

  it('takes a puzzle in its place where that is configured, and only then one that was given out for it', async () => {
    const { desk, pass, customer, textFor, answer } = start(broken(45011), { unavailable: 'challenge' });
    const session = customer('c1');
    await pass({ session });
    const { refusal } = await answer(session, await textFor(session), 'a');
    const solve = (asked: Refusal | undefined): string => {
      const { kind, puzzle, bits } = (asked?.extra?.['challenge'] ?? {}) as { kind: string; puzzle: string; bits: number };
      expect(kind).toBe('pow');
      return solvePuzzle(puzzle, bits);
    };
    const solved = (solution: string) => pass({ session, headers: { 'x-menshen-challenge': solution } });
    const solution = solve(refusal);
    expect((await solved(solution)).refusal).toBeUndefined();
    // Used up; and while WeChat is left alone nobody has to press a button for nothing.
    const next = await solved(solution);
    solve(next.refusal);
    const place = { address: '192.0.2.1', sid: session.sid, app: 'coupon', route: 'POST /notes' };
    const cheap = desk.rates.challenges.issue(place, 0);
    expect((await solved(solvePuzzle(cheap.puzzle, cheap.bits))).refusal?.code).toBe('challenge_required');
    desk.wait(30_000);
    await textFor(session);
  });

  it('or it cannot be known whether a code was used, nobody passes', async () => {
    const { pass, customer, textFor, answer, asked } = start(
      honest,
      {},
      {
        coordinate: (memory) => ({
          ...memory,
          useNonce: async () => {
            throw new Error('away');
          },
        }),
      },
    );
    const session = customer('c1');
    await pass({ session });
    expect((await answer(session, await textFor(session), 'a')).refusal).toMatchObject({ code: 'coordination_unavailable' });
    expect(asked).toEqual([]);
  });
});

describe('a configuration that cannot work', () => {
  const wechat = { appid, secret: 'secret' };
  it.each([
    ['without a mini program', { audience: ['customer'] }, { action: 'a', ...limited }, /needs wechat/],
    ['for employees', { audience: ['employee'], wechat }, { action: 'a', ...limited }, /audience has no customer/],
    ['without a session', { audience: ['customer'], wechat }, { auth: 'none', ...limited }, /needs a session/],
    [
      'of the whole app',
      { audience: ['employee'], bot: { atLeast: 50, answer: 'phone' }, wechat },
      {},
      /audience has no customer/,
    ],
  ] as const)('%s is none', (_name, app, route, text) => {
    try {
      startRatesDesk({ auth: 'session', action: 'a', ...route }, { app: { ...app, audience: [...app.audience] } });
    } catch (error) {
      expect(error).toMatchObject({
        field: 'apps.portal',
        en: expect.stringMatching(text),
        zh: expect.stringMatching(/\p{Script=Han}/u),
      });
      return;
    }
    expect.fail('was taken');
  });
});
