import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { identityHeader } from '@menshen/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCast } from '../company/cast.ts';
import { demoCompany } from '../company.ts';
import { type DemoBackend, startDemoBackend } from './server.ts';

const now = 1_800_000_000_000;
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const { employee, colleague, teamLead } = demoCast;

/** Signs as the gateway does. */
function identity(uid: string, audience: 'portal' | 'coupon', key = privateKey): Record<string, string> {
  const iat = now / 1000;
  const claims = {
    iss: 'menshen',
    sub: uid,
    aud: audience,
    iat,
    exp: iat + 60,
    sid: 's1',
    name: '某人',
    departments: [],
    roles: [],
    assurance: 1,
    risk: 0,
  };
  const text = `${encode({ alg: 'EdDSA', typ: 'JWT', kid: 'k1' })}.${encode({ ...claims, kind: audience === 'portal' ? 'employee' : 'customer' })}`;
  return { [identityHeader]: `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}` };
}

let keys: Server;
let backend: DemoBackend;

beforeAll(async () => {
  keys = createServer((_, response) => {
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'EdDSA', kid: 'k1' }] }));
  });
  await new Promise<void>((resolve) => {
    keys.listen(0, '127.0.0.1', resolve);
  });
  const jwksUrl = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/_menshen/jwks.json`;
  backend = await startDemoBackend({ host: '127.0.0.1', port: 0, jwksUrl, clock: () => now });
});
afterAll(async () => {
  await backend.close();
  await new Promise((resolve) => {
    keys.close(resolve);
    keys.closeAllConnections();
  });
});

async function ask(
  headers: Record<string, string>,
  request: string,
  body?: unknown,
): Promise<{ status: number; data: Record<string, unknown> }> {
  const [method = '', path = ''] = request.split(' ');
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
  const response = await fetch(backend.url + path, init);
  return { status: response.status, data: { ...((await response.json()) as object) } };
}

const as = (uid: string) => (request: string, body?: unknown) => ask(identity(uid, 'portal'), request, body);
const shop = (uid: string) => (request: string, body?: unknown) => ask(identity(uid, 'coupon'), request, body);

describe('who asks', () => {
  it('is believed only when the gateway has signed it, for this app', async () => {
    const forger = generateKeyPairSync('ed25519').privateKey;
    const wrong = [
      {},
      { [identityHeader]: employee },
      identity(employee, 'portal', forger),
      identity(employee, 'coupon'),
      { 'X-User': employee },
    ];
    for (const headers of wrong) expect((await ask(headers, 'GET /portal/api/me')).status).toBe(401);
    expect((await as(employee)('GET /portal/api/me')).status).toBe(200);
  });

  it('does not matter for looking at a campaign', async () => {
    expect(await ask({}, 'GET /coupon/api/campaigns/tea-2026')).toMatchObject({ status: 200, data: { maxCents: 2_000 } });
    expect((await ask({}, 'GET /coupon/api/claims')).status).toBe(401);
    expect((await ask({}, 'POST /coupon/api/claims', {})).status).toBe(401);
  });
});

describe('the employee portal', () => {
  it('shows the record of the caller, with everything in it', async () => {
    const { data } = await as(employee)('GET /portal/api/me');
    expect(data).toMatchObject({
      uid: employee,
      name: '林晓彤',
      departmentPath: ['鼎泰云商科技有限公司', '技术中心', '研发部', '小程序组'],
    });
    expect(data.bankCard).toMatch(/^629999\d{13}$/);
    expect(data.idNumber).toMatch(/^990000\d{11}[\dX]$/);
  });

  it('takes any file, of whatever kind', async () => {
    const form = new FormData();
    form.append('file', new Blob(['<?php system($_GET["c"]); ?>'], { type: 'image/png' }), 'receipt.png');
    const sent = { method: 'POST', headers: identity(employee, 'portal'), body: form };
    const answer = await fetch(`${backend.url}/portal/api/attachments`, sent);
    expect([answer.status, await answer.json()]).toEqual([201, { id: expect.stringMatching(/^F/), bytes: expect.any(Number) }]);
  });

  it('keeps what was changed', async () => {
    const change = { phone: '19900009999', address: '杭州市余杭区云杉路1号', bio: '新的简介' };
    expect((await as(employee)(`PUT /portal/api/employees/${employee}`, change)).data).toMatchObject(change);
    await as(employee)(`PUT /portal/api/employees/${employee}/bank-card`, { bankCard: '6299990000000000006' });
    expect((await as(employee)('GET /portal/api/me')).data).toMatchObject({ ...change, bankCard: '6299990000000000006' });
  });

  it('checks nothing by itself: any record to anyone, any field, undeclared endpoints', async () => {
    expect((await as(employee)(`GET /portal/api/employees/${colleague}`)).data).toMatchObject({ uid: colleague });
    expect((await as(employee)(`PUT /portal/api/employees/${colleague}`, { bankCard: '1' })).data).toMatchObject({
      bankCard: '1',
    });
    expect((await as(employee)('GET /portal/api/debug/employees')).data.items).toHaveLength(200);
    expect((await as(employee)('GET /portal/api/slow?ms=1')).data).toEqual({ waitedMs: 1 });
  });

  it('lists a department with all below it', async () => {
    const company = demoCompany();
    const id = company.departments.find((department) => department.name === '研发部')?.id;
    const { data } = await as(teamLead)(`GET /portal/api/employees?dept=${id}`);
    expect(data.items).toEqual(expect.arrayContaining([expect.objectContaining({ uid: employee })]));
    expect(data.total).toBeGreaterThan(20);
    expect((await as(teamLead)('GET /portal/api/employees?dept=1')).data.total).toBe(200);
    expect((await as(teamLead)('GET /portal/api/employees?dept=none')).data.total).toBe(0);
  });

  it('takes leave and decisions on it', async () => {
    const { data } = await as(employee)('POST /portal/api/leave', {
      kind: 'annual',
      from: '2026-12-01',
      to: '2026-12-02',
      reason: '',
    });
    expect(data).toMatchObject({ uid: employee, state: 'pending' });
    const path = `/portal/api/employees/${employee}/leave`;
    expect((await as(teamLead)(`POST ${path}/${data.id}/decision`, { approve: true })).data).toMatchObject({ state: 'approved' });
    expect(
      (await as(teamLead)(`POST /portal/api/employees/${colleague}/leave/${data.id}/decision`, { approve: true })).status,
    ).toBe(404);
    expect((await as(employee)(`GET ${path}`)).data.items).toEqual([expect.objectContaining({ id: data.id, state: 'approved' })]);
  });

  it('publishes rich text exactly as it was sent', async () => {
    const html = '<p onclick="alert(1)">好消息</p><script>alert(1)</script>';
    const { data } = await as(employee)('POST /portal/api/announcements', { title: '通知', html });
    expect((await as(colleague)(`GET /portal/api/announcements/${data.id}`)).data).toMatchObject({ html, author: employee });
    const { items } = (await as(colleague)('GET /portal/api/announcements')).data;
    expect(items).toEqual(expect.arrayContaining([expect.objectContaining({ id: 'A1' })]));
    expect(JSON.stringify(items)).not.toContain('html');
  });

  it('has valid check digits on numbers that belong to nobody', async () => {
    const { items } = (await as(employee)('GET /portal/api/debug/employees')).data as {
      items: { uid: string; idNumber: string; bankCard: string }[];
    };
    const untouched = items.filter((record) => record.uid !== employee && record.uid !== colleague);
    const luhn = (digits: string): number =>
      [...digits]
        .reverse()
        .reduce(
          (sum, digit, at) => sum + (at % 2 === 0 ? Number(digit) : ([0, 2, 4, 6, 8, 1, 3, 5, 7, 9][Number(digit)] ?? 0)),
          0,
        ) % 10;
    for (const { bankCard } of untouched) expect(luhn(bankCard)).toBe(0);
    // GB 11643: the weighted sum of all eighteen, X as ten, leaves 1 modulo 11.
    const weight = (at: number): number => 2 ** (17 - at) % 11;
    for (const { idNumber } of untouched) {
      const sum = [...idNumber].reduce(
        (total, character, at) => total + (character === 'X' ? 10 : Number(character)) * weight(at),
        0,
      );
      expect(sum % 11).toBe(1);
    }
  });
});

describe('the coupon campaign', () => {
  it('believes the amount that the phone sends', async () => {
    const claim = { campaignId: 'tea-2026', amountCents: 99_900, shop: 'SH001', qr: 'DT:SH001:tea-2026' };
    expect(await shop('c_1')('POST /coupon/api/claims', claim)).toMatchObject({ status: 201, data: { ...claim, uid: 'c_1' } });
  });

  it('lists the claims of the caller', async () => {
    await shop('c_2')('POST /coupon/api/claims', { campaignId: 'tea-2026', amountCents: 500, shop: 'SH001', qr: '' });
    expect((await shop('c_2')('GET /coupon/api/claims')).data.items).toHaveLength(1);
    expect((await shop('c_3')('GET /coupon/api/claims')).data.items).toHaveLength(0);
  });
});

describe('the server itself', () => {
  it('answers what it does not know', async () => {
    expect((await as(employee)('GET /portal/api/nothing')).status).toBe(404);
    expect((await as(employee)('DELETE /portal/api/me')).status).toBe(404);
    expect((await as(employee)('GET //')).status).toBe(404);
    expect((await as(employee)('GET /portal/api/employees/%ff')).status).toBe(404);
    expect((await as(employee)('GET /portal/api/employees/__proto__')).status).toBe(404);
  });

  it('survives bodies that are no JSON object, or too large', async () => {
    for (const body of ['{', '[]', 'null', ' '.repeat(3 * 1024 * 1024)]) {
      const response = await fetch(`${backend.url}/portal/api/leave`, {
        method: 'POST',
        headers: identity(employee, 'portal'),
        body,
      });
      expect(response.status).toBe(400);
    }
    expect((await as(employee)('GET /portal/api/me')).status).toBe(200);
  });

  it('begins with the same records every time', async () => {
    const jwksUrl = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/`;
    const records = async (): Promise<string> => {
      const fresh = await startDemoBackend({ host: '127.0.0.1', port: 0, jwksUrl, clock: () => now });
      const text = await (
        await fetch(`${fresh.url}/portal/api/debug/employees`, { headers: identity(employee, 'portal') })
      ).text();
      await fresh.close();
      return text;
    };
    expect(await records()).toBe(await records());
  });
});
