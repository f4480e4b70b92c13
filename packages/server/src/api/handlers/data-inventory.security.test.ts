import * as contract from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compileDisclosure } from '../../protect/disclosure/rules.ts';
import { maskLines } from '../../protect/inventory/proposal.ts';
import { setUpThree, TestClock } from '../../testing/administrators.ts';
import { type Deployment, startDeployment } from '../../testing/deployment.ts';

describe('the data inventory in the console', () => {
  const clock = new TestClock();
  let deployment: Deployment;
  let three: Awaited<ReturnType<typeof setUpThree>>;
  beforeAll(async () => {
    deployment = await startDeployment({
      clock: clock.read,
      change: (config) => {
        const [portal] = config.apps ?? [];
        if (portal === undefined) throw new Error('no app');
        const routes = [
          { match: 'GET /cards', auth: 'none' as const, mask: [{ field: 'card', as: 'bank_card' as const }] },
          { match: 'GET /list', auth: 'none' as const },
        ];
        return {
          ...config,
          console: { listen: '127.0.0.1:0', operators: 'separated', secondFactor: 'required' },
          apps: [{ ...portal, routes: [...(portal.routes ?? []), ...routes] }],
        };
      },
    });
    three = await setUpThree(deployment, clock);
    deployment.backend.answer = (request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const list = { items: [{ name: '张三', mobile: '13800138000' }], phones: ['13900139000'] };
      response.end(JSON.stringify(request.url?.includes('/cards') === true ? { card: '6222021234567890128' } : list));
    };
    const token = await deployment.token('zhang');
    await deployment.call('GET', '/portal/me', { token });
    await deployment.call('GET', '/portal/list');
    await deployment.call('GET', '/portal/cards');
  });
  afterAll(() => deployment.close());

  const ask = (field: string) =>
    three.audit.browser.call(contract.getDataField, { query: { app: 'portal', route: 'GET /me', field } });

  it('lists what answers hold, the most sensitive first, and who reads', async () => {
    const { body } = await three.audit.browser.call(contract.listDataFields);
    const lines = body.fields.map(
      (one: contract.DataFieldView) => `${one.level} ${one.kind} ${one.route} ${one.field} ${one.state} ${one.readers}`,
    );
    expect(lines[0]).toBe('4 bank_card GET /cards card masked 0');
    expect(lines).toContain('3 phone GET /me items[].mobile clear 1');
    expect(lines).toContain('2 name GET /list items[].name clear 0');
    expect(JSON.stringify(body)).not.toContain('13800138000');
  });

  it('proposes lines that the configuration takes', async () => {
    const { body } = await ask('items[].mobile');
    expect(body.days).toMatchObject([{ people: 1, top: [{ count: 1 }] }]);
    expect(JSON.stringify(body.days)).not.toContain('zhang');
    const [route] = parse(body.proposal ?? '');
    expect(route.match).toBe('GET /me');
    expect(contract.maskSchema.parse(route.mask[0])).toEqual({ field: 'items.mobile', as: 'phone' });
    const [byForm] = parse((await ask('phones[]')).body.proposal ?? '');
    expect(contract.disclosureSchema.parse(byForm.disclosure)).toEqual({ phone: 'mask' });
    const rules = compileDisclosure([], [{ field: 'card', as: 'bank_card', reveal: { action: 'card.read', maxAgeSeconds: 60 } }]);
    const [kept] = parse(maskLines('GET /x: "y"', 'a.mail', 'mail', rules) ?? '');
    expect(kept.match).toBe('GET /x: "y"');
    expect(kept.mask.map((mask: unknown) => contract.maskSchema.parse(mask))).toEqual([
      ...rules.masks,
      { field: 'a.mail', as: 'mail' },
    ]);
    expect(maskLines('GET /x', 'names[]', 'name', rules)).toBeNull();
  });

  it('is corrected by the security power alone, and says who did', async () => {
    const body = {
      app: 'portal',
      route: 'GET /me',
      field: 'items[].mobile',
      kind: null,
      level: 4,
      owner: 'HR',
      note: 'n',
      notPersonal: false,
    };
    for (const who of [three.audit, three.system]) {
      expect((await who.browser.call(contract.correctDataField, { body })).body.code).toBe('power_not_held');
    }
    expect((await three.system.browser.call(contract.listDataFields)).body.code).toBe('power_not_held');
    expect((await three.security.browser.call(contract.correctDataField, { body })).status).toBe(200);
    expect((await ask(body.field)).body.field).toMatchObject({
      level: 4,
      kind: 'phone',
      correction: { owner: 'HR', by: three.security.username },
    });
    expect((await three.security.browser.call(contract.correctDataField, { body: { ...body, field: 'none' } })).body.code).toBe(
      'not_found',
    );
    expect((await three.security.browser.call(contract.correctDataField, { body: { ...body, level: 9 } })).body.code).toBe(
      'validation_failed',
    );
  });

  it('gives an export the mark by which its entry is found in the log', async () => {
    const { body, status } = await three.audit.browser.call(contract.registerExport, {
      body: { what: 'campaign-codes', subject: 'tea 批次', rows: 200 },
    });
    expect(status).toBe(201);
    expect(body.line).toContain(`Menshen export ${body.id} | ${three.audit.username} | `);
    expect(body.line).toContain('| campaign-codes tea 批次 | 200');
    const index = Number(String(body.id).split('/').at(-1));
    await deployment.indexed();
    const entry = Buffer.from((await deployment.platform.queries.entry(index))?.entry ?? '', 'base64').toString();
    expect(entry).toContain('"action":"export.read"');
    expect(entry).toContain('tea 批次');
    expect(entry).toContain(three.audit.username);
    const bad = { what: 'x', subject: 'a\nb', rows: 1 };
    expect((await three.audit.browser.call(contract.registerExport, { body: bad })).body.code).toBe('validation_failed');
  });
});
