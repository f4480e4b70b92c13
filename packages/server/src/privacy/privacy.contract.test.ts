import { randomBytes } from 'node:crypto';
import type { Config } from '@menshen/contract';
import { configSchema } from '@menshen/contract';
import { expect, it } from 'vitest';
import type { Audit } from '../audit/service.ts';
import type { RevocationFeed } from '../coordination/revocation-feed.ts';
import { revocationMigrations } from '../coordination/tables.ts';
import { agedSightings } from '../identity/risk/personal-data.ts';
import { riskMigrations } from '../identity/risk/tables.ts';
import { identityMigrations } from '../identity/tables.ts';
import { createKeys } from '../keys/master.ts';
import { metaMigrations } from '../store/meta-tables.ts';
import { describeEachStore, type TestStore } from '../store/testing.ts';
import { createConsentStore } from './consent-store.ts';
import { createConsents } from './consents.ts';
import { createPseudonyms, dayMs } from './model.ts';
import { compilePurposes } from './purposes.ts';
import { createRegisters } from './registers.ts';
import { createRequestStore } from './request-store.ts';
import { createRequests } from './requests.ts';
import { privacyMigrations } from './tables.ts';

const keys = createKeys(new Uint8Array(32).fill(5), randomBytes);
const text = { zh: '文本', en: 'Text' };
const purpose = (version: number, words = '文本') => ({
  ...{ id: 'mail', version, name: text, fields: ['mail'] },
  text: { ...text, zh: words },
});
const configOf = (purposes: object[]): Config => configSchema.parse({ privacy: { purposes } });
const acts: unknown[] = [];
const audit = {
  act: (_by: string, act: unknown, perform: () => Promise<unknown>) => {
    acts.push(act);
    return perform();
  },
  record: async (event: string) => acts.push(event),
} as unknown as Audit;

describeEachStore((open) => {
  const migrations = [...metaMigrations, ...revocationMigrations, ...identityMigrations, ...riskMigrations, ...privacyMigrations];
  /** Nodes that hear each other, as by the feed. */
  const feed = () => {
    const hearers: { node: number; hear: (entry: { kind: string; subject: string }, own: boolean) => void }[] = [];
    const of = (node: number): RevocationFeed => {
      const written: { kind: string; subject: string }[] = [];
      return {
        append: async (_tx: unknown, entry: { kind: string; subject: string }) => void written.push(entry),
        announce: () => {
          for (const entry of written.splice(0)) for (const one of hearers) one.hear(entry, one.node === node);
        },
        subscribe: (hear: (entry: never, own: boolean) => void) => void hearers.push({ node, hear: hear as never }),
      } as unknown as RevocationFeed;
    };
    return { of };
  };
  const node = (store: TestStore, revocations: RevocationFeed, config: () => Config, now: () => number) =>
    createConsents({
      store: createConsentStore(store),
      pseudonymOf: createPseudonyms(keys),
      purposes: () => compilePurposes(config().privacy),
      ...{ audit, revocations, clock: now, random: randomBytes },
      onError: () => undefined,
    });

  it('knows on every node, and after a restart, who has consented to exactly this text', async () => {
    const store = await open({ migrations });
    let config = configOf([purpose(1)]);
    const { of } = feed();
    const [first, second] = [
      await node(
        store,
        of(1),
        () => config,
        () => 1,
      ),
      await node(
        store,
        of(2),
        () => config,
        () => 2,
      ),
    ];
    const demand = { purpose: 'mail', act: 'given', app: 'portal', channel: 'mini_program', by: 'zhang' } as const;
    expect(second.missing('zhang', ['mail'])).toHaveLength(1);
    await first.record('zhang', demand);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(second.missing('zhang', ['mail'])).toEqual([]);
    expect(second.missing('li', ['mail'])).toHaveLength(1);
    // The same number over another text is no consent to it.
    config = configOf([purpose(1, '另一文本')]);
    expect(first.state('zhang', 'mail')).toEqual({ state: 'outdated', at: 1 });
    config = configOf([purpose(1)]);
    await second.record('zhang', { ...demand, act: 'withdrawn' });
    const restarted = await node(
      store,
      of(3),
      () => config,
      () => 3,
    );
    expect(restarted.state('zhang', 'mail')).toEqual({ state: 'withdrawn', at: 2 });
    expect((await restarted.history('zhang')).map(({ act, by }) => `${act} ${by}`)).toEqual(['withdrawn person', 'given person']);
    expect(await restarted.figures()).toMatchObject([{ purpose: 'mail', act: 'withdrawn', people: 1 }]);
    // Neither the table nor the log names the person in the record.
    const rows = await store.db.selectFrom('privacy_consents').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain('zhang');
  });

  it('keeps a consent for as long as the law wants, from its withdrawal on', async () => {
    const store = await open({ migrations });
    let now = 0;
    const consents = await node(
      store,
      feed().of(1),
      () => configOf([purpose(1)]),
      () => now,
    );
    const demand = { purpose: 'mail', act: 'given', app: 'portal', channel: 'mini_program', by: 'zhang' } as const;
    await consents.record('zhang', demand);
    await consents.record('li', demand);
    now = 10 * dayMs;
    await consents.record('zhang', { ...demand, act: 'withdrawn' });
    const rows = createConsentStore(store);
    expect(await rows.countEnded(10 * dayMs)).toEqual({ due: 0, rows: 3 });
    expect(await rows.countEnded(11 * dayMs)).toEqual({ due: 2, rows: 3 });
    expect(await rows.removeEnded(11 * dayMs)).toBe(2);
    expect(await rows.countEnded(99 * dayMs)).toEqual({ due: 0, rows: 1 });
  });

  it('opens one request for one event, lets one of two writers win, and raises one alarm a day', async () => {
    const store = await open({ migrations });
    let now = 1_000 * dayMs;
    const told = new Set<string>();
    const requestStore = createRequestStore(store, keys, randomBytes);
    const requests = createRequests({
      store: requestStore,
      pseudonymOf: createPseudonyms(keys),
      settings: () => configSchema.parse({}).privacy.requests,
      ...{ audit, clock: () => now, random: randomBytes },
      once: async (key) => !told.has(`${key}${Math.floor(now / dayMs)}`) && told.add(`${key}${Math.floor(now / dayMs)}`) !== null,
    });
    const event = {
      uid: 'c_1',
      kind: 'delete',
      details: '说明',
      contact: '',
      channel: 'wechat',
      app: 'portal',
      verified: 'session',
    } as const;
    const both = await Promise.all([1, 2, 3].map(() => requests.open({ ...event, origin: 'same', by: 'wechat' })));
    expect(both.filter((one) => one !== null)).toHaveLength(1);
    const [made] = await requests.list({ open: true });
    expect(made).toMatchObject({ uid: 'c_1', details: '说明', due: now + 15 * dayMs });
    const id = made?.id ?? '';
    const race = await Promise.allSettled([1, 2].map(() => requests.advance(id, { step: 'extend', note: 'because' }, 'admin')));
    expect(race.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    acts.length = 0;
    now += 31 * dayMs;
    await requests.maintain();
    now += 3_600_000;
    await requests.maintain();
    expect(acts.filter((one) => String(one).includes('privacy_request_overdue'))).toHaveLength(1);
    expect(await requestStore.forget(createPseudonyms(keys)('c_1'))).toBe(1);
    expect(await requests.find(id)).toMatchObject({ uid: '', details: '', kind: 'delete' });
    await requests.advance(id, { step: 'cancel', note: 'done elsewhere' }, 'admin');
    expect(await requestStore.countClosed(now + 1)).toEqual({ due: 1, rows: 1 });
    expect(await requestStore.removeClosed(now + 1)).toBe(1);
    expect(await requests.list({})).toEqual([]);
  });

  it('counts and removes what is old, and lets assessments run out', async () => {
    const store = await open({ migrations });
    const sighting = { uid: 'zhang', city: '', country: '', place: null };
    await store.db
      .insertInto('sightings')
      .values([1, 5, 9].map((day) => ({ ...sighting, device: `d${day}`, seen: day * dayMs })))
      .execute();
    const aged = agedSightings(store);
    expect(await aged.count(5 * dayMs)).toEqual({ due: 1, rows: 3 });
    expect(await aged.remove(6 * dayMs)).toBe(2);
    expect(await aged.count(6 * dayMs)).toEqual({ due: 0, rows: 1 });

    let now = 0;
    const config = configOf([{ ...purpose(1), sensitive: true }]);
    const registers = createRegisters({
      ...{ store, keys, audit, clock: () => now },
      config: () => config,
      inventory: async () => [],
    });
    const fields = {
      ...{ title: 'x', triggers: ['sensitive' as const], purposes: [], risks: [], conclusion: 'acceptable' as const },
      answers: { lawful: 'a', impact: 'b', measures: 'c' },
    };
    await registers.putAssessment('a', fields, 0, 'admin');
    await expect(registers.signAssessment('a', 2, 'admin')).rejects.toMatchObject({ code: 'conflict' });
    await registers.signAssessment('a', 1, 'admin');
    await expect(registers.signAssessment('a', 1, 'other')).rejects.toMatchObject({ code: 'conflict' });
    const state = async () => (await registers.assessments()).assessments[0]?.state;
    expect(await state()).toBe('valid');
    now = 3 * 365 * dayMs - 30 * dayMs;
    expect(await state()).toBe('expiring');
    now = 3 * 365 * dayMs;
    expect(await state()).toBe('expired');
    expect((await registers.assessments()).triggers).toMatchObject([{ trigger: 'sensitive', covered: false }]);
    expect(await registers.expired()).toHaveLength(1);
  });
});
