import { randomBytes } from 'node:crypto';
import {
  type AdministratorPower,
  createApiToken,
  destroyKey,
  erasePerson,
  listAudit,
  listKeys,
  rewrapKeys,
  rotateKey,
  sealDecrypt,
  sealEncrypt,
  sealIndex,
  sealReencrypt,
} from '@menshen/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { approved, setUpThree, stepUpAgain, type TestAdministrator, TestClock } from '../../testing/administrators.ts';
import { ConsoleBrowser } from '../../testing/console.ts';
import type { Deployment } from '../../testing/deployment.ts';
import { describeEachEngine } from '../../testing/engines.ts';

const oldKey = randomBytes(32).toString('base64');
const newKey = randomBytes(32).toString('base64');

describeEachEngine('fields sealed for a backend', (start, newPlace) => {
  const clock = new TestClock();
  let deployment: Deployment;
  let three: Record<AdministratorPower, TestAdministrator>;
  let place: Awaited<ReturnType<typeof newPlace>>;
  let support: string;

  const begin = (keys: Record<string, unknown>) =>
    start({
      place,
      clock: clock.read,
      change: (config) => ({
        ...config,
        keys,
        apps: (config.apps ?? []).map((app) => ({
          ...app,
          sealedFields: [
            {
              table: 'people',
              column: 'phone',
              purposes: ['support', 'export'],
              indexes: [{ name: 'whole', form: 'phone' as const, rows: 1_000_000, valueBits: 33 }],
              limit: { perMinute: 50, perDay: 1_000 },
            },
            {
              table: 'people',
              column: 'id_card',
              purposes: ['support'],
              perPerson: true,
              algorithm: 'sm4-ctr-hmac-sm3' as const,
            },
          ],
        })),
      }),
    });

  beforeAll(async () => {
    place = await newPlace();
    deployment = await begin({ wrapping: [{ id: 1, key: oldKey }], currentWrapping: 1 });
    three = await setUpThree(deployment, clock);
    support = await token(['seal:portal/people/*/support']);
  });
  afterAll(() => deployment.close());

  const token = async (grants: readonly string[]): Promise<string> => {
    const body = { name: 'backend', scopes: ['seal'], grants, expiresInDays: 30, addresses: [] };
    const headers = await approved(createApiToken, { body }, three.security, three.system, clock);
    await stepUpAgain(three.security, clock);
    const made = await three.security.browser.call(createApiToken, { body, headers });
    expect(made.status).toBe(201);
    return made.body.token;
  };
  const machine = (bearer: string) => {
    const browser = new ConsoleBrowser(deployment.platform.api.url);
    const headers = { authorization: `Bearer ${bearer}` };
    const phone = { app: 'portal', table: 'people', column: 'phone', purpose: 'support' };
    return {
      encrypt: (items: readonly object[], target: object = phone) =>
        browser.call(sealEncrypt, { headers, body: { ...phone, ...target, items } }),
      decrypt: (items: readonly object[], target: object = phone) =>
        browser.call(sealDecrypt, { headers, body: { ...phone, ...target, items } }),
      index: (items: readonly object[]) => browser.call(sealIndex, { headers, body: { ...phone, items } }),
      reencrypt: (items: readonly object[], target: object = phone) =>
        browser.call(sealReencrypt, { headers, body: { ...phone, ...target, items } }),
    };
  };
  const sealed = async (key: string, value: string): Promise<string> => {
    const answer = await machine(support).encrypt([{ key, value }]);
    const [item] = answer.body.items;
    if (item === undefined || 'error' in item) throw new Error(`${answer.status} ${answer.body.code}`);
    return item.record;
  };
  const idCard = { column: 'id_card' };

  it('come back to who may have them, and never look the same', async () => {
    const [one, other] = [await sealed('u1', '13800138000'), await sealed('u1', '13800138000')];
    expect(one).not.toBe(other);
    expect(Buffer.from(one, 'base64').includes('13800138000')).toBe(false);
    const opened = await machine(support).decrypt([
      { key: 'u1', record: one },
      { key: 'u1', record: other },
    ]);
    expect(opened.body.items).toEqual([{ value: '13800138000' }, { value: '13800138000' }]);
  });

  it('moved to another row, column or app do not open, and the others of the batch do', async () => {
    const [one, other] = [await sealed('u1', '13800138000'), await sealed('u2', '13900139000')];
    const swapped = await machine(support).decrypt([
      { key: 'u2', record: one },
      { key: 'u1', record: other },
      { key: 'u1', record: one },
    ]);
    expect(swapped.body.items).toEqual([{ error: 'seal_broken' }, { error: 'seal_broken' }, { value: '13800138000' }]);
    const elsewhere = await machine(support).decrypt([{ key: 'u1', record: one }], idCard);
    expect(elsewhere.body.items).toEqual([{ error: 'seal_broken' }]);
    expect((await machine(support).decrypt([{ key: 'u1', record: 'AAAA' }])).body.items).toEqual([{ error: 'seal_format' }]);
  });

  it('are closed to a token of another purpose, field or app, which is not told what there is', async () => {
    const record = await sealed('u1', '13800138000');
    const exporter = await token(['seal:portal/people/phone/export']);
    expect((await machine(exporter).decrypt([{ key: 'u1', record }])).body.code).toBe('seal_not_granted');
    expect((await machine(exporter).decrypt([{ key: 'u1', record }], { purpose: 'export' })).status).toBe(200);
    for (const target of [idCard, { table: 'nothing' }, { app: 'other' }])
      expect((await machine(exporter).decrypt([{ key: 'u1', record }], { purpose: 'export', ...target })).body.code).toBe(
        'seal_not_granted',
      );
    const bare = await token([]);
    expect((await machine(bare).decrypt([{ key: 'u1', record }])).body.code).toBe('seal_not_granted');
    expect((await machine(support).decrypt([{ key: 'u1', record }], { table: 'orders' })).body.code).toBe('seal_not_granted');
    const wide = await token(['seal:portal/*/*/*']);
    expect((await machine(wide).decrypt([{ key: 'u1', record }], { table: 'orders' })).body.code).toBe('seal_field_undeclared');
    expect((await machine(wide).decrypt([{ key: 'u1', record }], { purpose: 'gossip' })).body.code).toBe('seal_field_undeclared');
  });

  it('are closed to administrators', async () => {
    const record = await sealed('u1', '13800138000');
    const body = { app: 'portal', table: 'people', column: 'phone', purpose: 'support', items: [{ key: 'u1', record }] };
    for (const { browser } of Object.values(three))
      expect((await browser.call(sealDecrypt, { body })).body.code).toBe('power_not_held');
  });

  it('are found by their blind index in every spelling', async () => {
    const made = await machine(support).encrypt([{ key: 'u9', value: '13712345678' }]);
    const looked = await machine(support).index([{ value: '+86 137-1234-5678' }, { value: 'no phone' }]);
    const [item] = made.body.items;
    expect(item).toHaveProperty('indexes.whole');
    expect(looked.body.items).toEqual([
      { indexes: item !== undefined && 'indexes' in item ? item.indexes : null },
      { error: 'seal_value_invalid' },
    ]);
  });

  it('are opened so many a minute and no more, lookups counted, and then there is one alarm', async () => {
    clock.now += 60_000;
    const record = await sealed('u1', '13800138000');
    const many = Array.from({ length: 30 }, () => ({ key: 'u1', record }));
    const own = await token(['seal:portal/people/phone/support']);
    expect((await machine(own).decrypt(many)).status).toBe(200);
    expect((await machine(own).index(many.slice(0, 20).map(() => ({ value: '13800138000' })))).status).toBe(200);
    for (let tries = 0; tries < 3; tries += 1) {
      const over = await machine(own).decrypt([{ key: 'u1', record }]);
      expect([over.status, over.body.code]).toEqual([429, 'seal_limit']);
    }
    expect((await machine(support).decrypt([{ key: 'u1', record }])).status).toBe(200);
    await deployment.indexed();
    const entries = await three.audit.browser.call(listAudit, { query: { limit: '200' } });
    const text = JSON.stringify(entries.body);
    expect(text.split('alarm.seal_limit').length - 1).toBeGreaterThanOrEqual(1);
    expect(text).not.toContain('13800138000');
    expect(text).toContain('field.open');
  });

  it('go on opening after a rotation, are sealed again without being seen, and then their old key can be destroyed', async () => {
    clock.now += 60_000;
    const record = await sealed('u3', '13611112222');
    await stepUpAgain(three.system, clock);
    const before = await three.system.browser.call(listKeys);
    const active = before.body.keys.find(({ state }) => state === 'active');
    const rotated = await three.system.browser.call(rotateKey, { body: { app: 'portal' } });
    expect(rotated.status).toBe(201);
    expect((await machine(support).decrypt([{ key: 'u3', record }])).body.items).toEqual([{ value: '13611112222' }]);
    const again = await machine(support).reencrypt([{ key: 'u3', record }]);
    const [moved] = again.body.items;
    if (moved === undefined || 'error' in moved) throw new Error('not sealed again');
    expect(moved.changed).toBe(true);
    expect((await machine(support).reencrypt([{ key: 'u3', record: moved.record }])).body.items).toEqual([
      { record: moved.record, changed: false },
    ]);
    const kid = active?.kid ?? 0;
    const parts = { params: { kid: String(kid) }, body: { reason: 'all sealed again' } };
    expect((await three.system.browser.call(destroyKey, parts)).body.code).toBe('approval_required');
    const using = { params: { kid: String(rotated.body.kid) }, body: { reason: 'the wrong one' } };
    const headersOfUsing = await approved(destroyKey, using, three.system, three.security, clock);
    expect((await three.system.browser.call(destroyKey, { ...using, headers: headersOfUsing })).body.code).toBe('key_in_use');
    const headers = await approved(destroyKey, parts, three.system, three.security, clock);
    expect((await three.system.browser.call(destroyKey, { ...parts, headers })).status).toBe(200);
    const after = await machine(support).decrypt([
      { key: 'u3', record },
      { key: 'u3', record: moved.record },
    ]);
    expect(after.body.items).toEqual([{ error: 'seal_key_unknown' }, { value: '13611112222' }]);
  });

  it('of one person are gone with that person, and of nobody else', async () => {
    clock.now += 60_000;
    const value = '11010519491231002X';
    expect((await machine(support).encrypt([{ key: 'u4', value }], idCard)).status).toBe(422);
    const made = await machine(support).encrypt(
      [
        { key: 'u4', value, person: 'u4' },
        { key: 'u5', value, person: 'u5' },
      ],
      idCard,
    );
    const items = made.body.items.map((item, at) => ({
      key: at === 0 ? 'u4' : 'u5',
      record: 'record' in item ? item.record : '',
    }));
    expect((await machine(support).decrypt(items, idCard)).body.items).toEqual([{ value }, { value }]);
    const parts = { body: { app: 'portal', person: 'u4', reason: 'asked to be forgotten' } };
    const headers = await approved(erasePerson, parts, three.security, three.system, clock);
    expect((await three.security.browser.call(erasePerson, { ...parts, headers })).body).toEqual({ destroyed: 1 });
    expect((await machine(support).decrypt(items, idCard)).body.items).toEqual([{ error: 'seal_key_unknown' }, { value }]);
    const listed = await three.audit.browser.call(listKeys);
    expect(listed.body.persons).toEqual([
      { app: 'portal', state: 'active', keys: 1 },
      { app: 'portal', state: 'destroyed', keys: 1 },
    ]);
    expect(JSON.stringify(listed.body)).not.toContain('"u5"');
  });

  it('survive a change of the wrapping key, and a node without it does not start', async () => {
    clock.now += 60_000;
    const record = await sealed('u6', '13512121212');
    await deployment.close({ keep: true });
    await expect(begin({ wrapping: [{ id: 2, key: newKey }], currentWrapping: 2 })).rejects.toMatchObject({
      problems: [expect.objectContaining({ field: 'keys.wrapping', en: expect.stringContaining('wrapping key 1 is missing') })],
    });
    await expect(begin({ wrapping: [{ id: 1, key: newKey }], currentWrapping: 1 })).rejects.toMatchObject({
      problems: [expect.objectContaining({ en: expect.stringContaining('is not the one that had this id') })],
    });
    const both = [
      { id: 1, key: oldKey },
      { id: 2, key: newKey },
    ];
    deployment = await begin({ wrapping: both, currentWrapping: 2 });
    for (const administrator of Object.values(three)) administrator.browser.url = deployment.platform.api.url;
    await stepUpAgain(three.system, clock);
    expect((await three.system.browser.call(rewrapKeys, { body: {} })).status).toBe(202);
    await expect
      .poll(async () => {
        const { wrapping, rewrapping } = (await three.system.browser.call(listKeys)).body;
        return { running: rewrapping.running, held: wrapping.map(({ id, keys }) => [id, keys > 0]) };
      })
      .toEqual({
        running: false,
        held: [
          [1, false],
          [2, true],
        ],
      });
    await deployment.close({ keep: true });
    deployment = await begin({ wrapping: [{ id: 2, key: newKey }], currentWrapping: 2 });
    expect((await machine(support).decrypt([{ key: 'u6', record }])).body.items).toEqual([{ value: '13512121212' }]);
  });
});
