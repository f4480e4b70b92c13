import { decryptUserData } from '@menshen/wechat';
import { beforeEach, describe, expect, it } from 'vitest';
import { appid, type Bench, createBench, otherAppid } from '../testing/emulated-company.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const phoneCode = async (person = 'p-zhang', app = appid): Promise<string> =>
  (await bench.admin('phone-code', { appid: app, person })).code;
const exchange = async (body: unknown) =>
  (await bench.post('/wxa/business/getuserphonenumber', body, { access_token: await bench.token() })).json;

describe('wxa/business/getuserphonenumber', () => {
  it('answers the number with its watermark', async () => {
    const watermark = { timestamp: bench.clock() / 1000, appid };
    const phone_info = { phoneNumber: '13800000001', purePhoneNumber: '13800000001', countryCode: '86', watermark };
    expect(await exchange({ code: await phoneCode() })).toEqual({ errcode: 0, errmsg: 'ok', phone_info });
  });

  it('writes the country code of a number abroad', async () => {
    expect((await exchange({ code: await phoneCode('p-abroad') })).phone_info).toMatchObject({
      phoneNumber: '+12025550100',
      purePhoneNumber: '2025550100',
      countryCode: '1',
    });
  });

  it('answers the number type for countryCode, and text for errcode, in the loose form', async () => {
    bench = createBench({ looseTypes: true });
    expect(await exchange({ code: await phoneCode() })).toMatchObject({ errcode: '0', phone_info: { countryCode: 86 } });
  });

  it('takes a code once and for five minutes', async () => {
    const [code, late] = [await phoneCode(), await phoneCode()];
    await exchange({ code });
    expect((await exchange({ code })).errcode).toBe(40029);
    bench.clock.advance(300_000);
    expect((await exchange({ code: late })).errcode).toBe(40029);
  });

  it('checks the binding of code and openid where the openid is given', async () => {
    const { openid } = await bench.login();
    const code = await phoneCode('p-guest');
    expect((await exchange({ code, openid })).errcode).toBe(40029);
    expect((await exchange({ code, openid: (await bench.login('p-guest')).openid })).errcode).toBe(0);
  });

  it('refuses a login code, the code of another app, and a person without a number', async () => {
    expect((await exchange({ code: await bench.code() })).errcode).toBe(40029);
    expect((await exchange({ code: await phoneCode('p-zhang', otherAppid) })).errcode).toBe(40013);
    expect((await exchange({ code: await phoneCode('p-silent') })).errcode).toBe(40029);
    expect((await exchange({})).errcode).toBe(40029);
  });
});

describe('encrypted data of the page', () => {
  it('opens with the session_key of now, and not after the next wx.login', async () => {
    const { session_key: sessionKey } = await bench.login();
    const data = { appid, now: bench.clock() };
    const sealed = await bench.admin('encrypted-data', { appid, person: 'p-zhang', kind: 'phone' });
    expect(decryptUserData({ ...data, ...sealed, sessionKey })).toMatchObject({ purePhoneNumber: '13800000001' });
    await bench.code();
    const later = await bench.admin('encrypted-data', { appid, person: 'p-zhang', kind: 'phone' });
    expect(() => decryptUserData({ ...data, ...later, sessionKey })).toThrow();
  });

  it('is not there without a session', async () => {
    const answer = await bench.post('/_emulator/encrypted-data', { appid, person: 'p-zhang', kind: 'phone' });
    expect([answer.status, answer.json]).toEqual([409, { code: 'session_missing' }]);
  });
});
