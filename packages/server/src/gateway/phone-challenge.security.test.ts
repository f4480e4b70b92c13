import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMenshen } from '@menshen/miniprogram';
import { createChallenges, type PhoneAsked } from '@menshen/miniprogram/challenge';
import { createFakeWx } from '@menshen/miniprogram/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, type DeploymentOptions, testAccounts } from '../testing/deployment.ts';
import { describeEachEngine } from '../testing/engines.ts';
import { createEmulatorAdmin } from '../testing/http.ts';
import type { Place } from '../testing/place.ts';

const phones = { triesPerPerson: 4, personsPerNumber: 1, countryCodes: [86] };
const ask = { per: 'session', requests: 1, windowSeconds: 3_600, burst: 1, answer: 'phone' } as const;
const numbers = ['19900000099', '19911112222'];

const change: NonNullable<DeploymentOptions['change']> = (config) => ({
  ...config,
  gateway: { ...config.gateway, rates: { challenge: { phone: phones } } },
  apps: (config.apps ?? []).map((app) => ({
    ...app,
    routes: [{ match: 'POST /notes', action: 'note.write', limit: ask }],
    campaigns: [],
  })),
});

describeEachEngine('phone numbers of customers', (start, newPlace) => {
  let place: Place;
  let deployment: Deployment;
  let admin: ReturnType<typeof createEmulatorAdmin>;
  beforeAll(async () => {
    place = await newPlace();
    mkdirSync(join(place.folder, 'policies'), { recursive: true });
    writeFileSync(
      join(place.folder, 'policies', 'customers.cedar'),
      '@id("customers") permit (principal, action == Menshen::Action::"note.write", resource);',
    );
    deployment = await start({
      place,
      audience: ['customer'],
      change,
    });
    admin = createEmulatorAdmin(deployment.emulator.url);
    // Two more people, one of them with the number of another, one from abroad.
    await admin('people', { person: { id: 'double-wx', phone: numbers[0] } });
    await admin('people', { person: { id: 'second-wx', phone: numbers[1] } });
    await admin('people', { person: { id: 'abroad-wx', phone: '2025550100', countryCode: '1' } });
  });
  afterAll(() => deployment.close());

  const signIn = async (person: string): Promise<string> => {
    const body = { app: 'portal', channel: 'wechat', code: await deployment.code('wechat', person) };
    const answer = await deployment.call('POST', '/_menshen/v1/login', { body });
    expect(answer.body).toMatchObject({ user: { kind: 'customer' } });
    return String(answer.body['token']);
  };
  const post = (token: string, challenge?: string) =>
    deployment.call('POST', '/portal/notes', {
      token,
      body: { text: 'x' },
      ...(challenge === undefined ? {} : { headers: { 'x-menshen-challenge': challenge } }),
    });
  /** A person who has used up what there is without a challenge, and the text of one. */
  const asked = async (person: string) => {
    const token = await signIn(person);
    expect((await post(token)).status).toBe(200);
    const again = async (): Promise<string> => {
      const refused = await post(token);
      expect([refused.status, refused.body['code']]).toEqual([403, 'challenge_required']);
      return (refused.body['challenge'] as { text: string }).text;
    };
    return { token, again, text: await again() };
  };
  const code = async (person: string, appid: string = testAccounts.appid): Promise<string> =>
    String((await admin('phone-code', { appid, person }))['code']);

  it('are asked for and given by the client SDK, and the code goes to no backend', async () => {
    const shown: PhoneAsked[] = [];
    const challenges = createChallenges({
      wx: createFakeWx({ fetch: (url, init) => fetch(url, init), loginCode: () => deployment.code('wechat', 'stranger-wx') }),
      onPhone: async (button) => {
        shown.push(button);
        return code('stranger-wx');
      },
    });
    const menshen = createMenshen({ baseUrl: deployment.gatewayUrl, app: 'portal', wx: challenges.wx });
    const call = { url: '/portal/notes', method: 'POST', data: { text: 'x' } } as const;
    deployment.backend.seen.length = 0;
    expect((await challenges.request(menshen, call)).statusCode).toBe(200);
    expect(shown).toEqual([]);
    expect((await challenges.request(menshen, call)).statusCode).toBe(200);
    expect(shown).toEqual([{ button: 'getRealtimePhoneNumber', expiresAt: expect.any(Number) }]);
    expect(deployment.backend.seen).toHaveLength(2);
    for (const { headers } of deployment.backend.seen) expect(headers).not.toHaveProperty('x-menshen-challenge');
  });

  describe('the attacks', () => {
    it('the code of another person, of another mini program, a login code and a used one are refused by WeChat or before', async () => {
      const { token, text, again } = await asked('second-wx');
      const used = await code('second-wx');
      await admin('phone-code', { appid: testAccounts.appid, person: 'second-wx' });
      for (const [at, wrong] of [
        await code('zhang-wx'),
        await code('second-wx', testAccounts.otherAppid),
        await deployment.code('wechat', 'second-wx'),
      ].entries()) {
        const refused = await post(token, `${at === 0 ? text : await again()}.${wrong}`);
        expect([refused.status, refused.body['code']]).toEqual([403, 'phone_code_refused']);
      }
      expect((await post(token, `${await again()}.${used}`)).status).toBe(200);
      // The fifth within the hour, on whichever session: nobody asks WeChat any more.
      const other = await asked('second-wx');
      const refused = await post(other.token, `${other.text}.${used}`);
      expect([refused.status, refused.body['code']]).toEqual([429, 'phone_tries_exceeded']);
      expect(Number(refused.body['retryAfter'])).toBeGreaterThan(0);
    });

    it('one number for a second person, and a number from abroad, are refused', async () => {
      const double = await asked('double-wx');
      const refused = await post(double.token, `${double.text}.${await code('double-wx')}`);
      expect([refused.status, refused.body['code']]).toEqual([403, 'phone_number_overused']);
      const abroad = await asked('abroad-wx');
      const foreign = await post(abroad.token, `${abroad.text}.${await code('abroad-wx')}`);
      expect([foreign.status, foreign.body['code']]).toEqual([403, 'phone_country_refused']);
    });

    it('while WeChat is away nobody passes', async () => {
      await admin('faults', { kind: 'errcode', errcode: -1, path: '/wxa/business/getuserphonenumber', count: 1 });
      const { token, text, again } = await asked('li-wx');
      const away = await post(token, `${text}.${await code('li-wx')}`);
      expect([away.status, away.body['code'], away.body['retryAfter']]).toEqual([503, 'phone_check_unavailable', 30]);
      expect((await post(token, `${await again()}.${await code('li-wx')}`)).status).toBe(200);
    });
  });

  it('stand in no record, file or answer of ours, while what became of them does', async () => {
    await deployment.indexed();
    const { queries, rates } = deployment.platform;
    const { rows } = await queries.traffic({ app: 'portal' }, 100, null);
    const events = await Promise.all(
      rows.map(async ({ requestId }) => JSON.stringify((await queries.request(requestId))?.event)),
    );
    const placed = (where: string): number => events.filter((event) => event.includes(where)).length;
    expect(placed('phone: passed')).toBe(3);
    expect([placed('phone: persons'), placed('phone: country'), placed('phone: tries')]).toEqual([1, 1, 1]);
    expect([placed('phone: code refused 40029'), placed('phone: code refused 40013'), placed('phone: no answer -1')]).toEqual([
      2, 1, 1,
    ]);
    expect(rates.phones.counts).toMatchObject({ passed: 3, unavailable: 1 });
    const files = readdirSync(join(place.folder, 'data'), { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      const bytes = readFileSync(join(file.parentPath, file.name)).toString('latin1');
      for (const number of numbers) expect(bytes.includes(number), file.name).toBe(false);
    }
  });

  it('are remembered by the next process, or the other node, as well', async () => {
    const token = await signIn('zhang-wx');
    await post(token);
    const text = ((await post(token)).body['challenge'] as { text: string }).text;
    expect((await post(token, `${text}.${await code('zhang-wx')}`)).status).toBe(200);
    await deployment.close({ keep: true });
    deployment = await start({ place, audience: ['customer'], change });
    expect([(await post(token)).status, (await post(token)).status]).toEqual([200, 200]);
    expect((await post(token)).body['code']).toBe('rate_limited');
    expect(deployment.platform.rates.phones.counts).toMatchObject({ issued: 0, passed: 0 });
  });
});
