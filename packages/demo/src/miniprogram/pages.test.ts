import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { clientEndpoints } from '@menshen/wire';
import { describe, expect, it } from 'vitest';
import { grant, login, phone, type Reply, refusal } from './testing/phone.ts';

const root = join(import.meta.dirname, '..', '..', 'miniprogram');

const record = {
  uid: 'lin.xiaotong',
  name: '林晓彤',
  position: '工程师',
  departmentPath: ['鼎泰云商科技有限公司', '技术中心', '研发部', '小程序组'],
  phone: '19900004321',
  address: '上海市浦东新区云杉路1号',
  bio: '喜欢爬山。',
  bankCard: '6299990000000000006',
};
const campaign = {
  name: '秋季茶礼',
  rule: '到店领取',
  minCents: 500,
  maxCents: 2_000,
  shops: [{ id: 'SH001', name: '上海望江路店' }],
};

describe('the portal pages', () => {
  const portal = {
    ...login,
    'GET /portal/api/me': [200, record],
    'GET /portal/api/announcements': [200, { items: [{ id: 'A1', title: '通知' }] }],
  } satisfies Record<string, Reply>;

  it('show who is signed in, without the whole phone number', async () => {
    const { open, sent } = phone(portal);
    const home = open('portal/home');
    await home.call('onShow');
    expect(home.data).toMatchObject({
      state: 'ready',
      department: '技术中心 / 研发部 / 小程序组',
      phone: '199******21',
      announcements: [{ id: 'A1' }],
    });
    expect(JSON.stringify(home.data)).not.toContain(record.bankCard);
    expect(sent[0]?.body).toMatchObject({ app: 'portal', channel: 'wechat' });
  });

  it('say why they cannot, with the number that support needs, and try again', async () => {
    const { open, replies } = phone({
      ...portal,
      [`POST ${clientEndpoints.login}`]: refusal(403, 'account_disabled', '账号已停用，请联系管理员。'),
    });
    const home = open('portal/home');
    await home.call('onShow');
    expect(home.data).toMatchObject({ state: 'failed', failure: '账号已停用，请联系管理员。（编号 r1）' });
    replies[`POST ${clientEndpoints.login}`] = [200, grant];
    await home.call('reload');
    expect(home.data.state).toBe('ready');
  });

  it('forget what they showed when the person signs out, and stay signed out', async () => {
    const { open, sent } = phone({ ...portal, [`POST ${clientEndpoints.logout}`]: [204, null] });
    const home = open('portal/home');
    await home.call('onShow');
    await home.call('logOut');
    expect(home.data).toMatchObject({ state: 'failed', me: null, announcements: [] });
    const before = sent.length;
    await home.call('onShow');
    expect(sent).toHaveLength(before);
  });

  it('bind a WeChat user by the phone number button', async () => {
    const { open, sent, shown } = phone({
      ...portal,
      [`POST ${clientEndpoints.login}`]: refusal(403, 'binding_required', '请先绑定员工身份。', {
        ticket: 't1',
        ways: ['phone', 'company_code'],
      }),
      [`POST ${clientEndpoints.bind}`]: [200, grant],
    });
    const home = open('portal/home');
    const shows = home.call('onShow');
    await expect.poll(() => shown.map(([name]) => name)).toContain('navigateTo');
    const bind = open('portal/bind');
    bind.call('onLoad', {});
    expect(bind.data).toMatchObject({ byPhone: true, byCode: true, failure: '' });
    bind.call('provePhone', { detail: {} });
    expect(bind.data.failure).toContain('没有取得手机号');
    bind.call('provePhone', { detail: { code: 'p1' } });
    bind.call('onUnload');
    await shows;
    expect(home.data.state).toBe('ready');
    expect(sent.find((one) => one.request === `POST ${clientEndpoints.bind}`)?.body).toEqual({ ticket: 't1', phoneCode: 'p1' });
  });

  it('ask again when a proof was not accepted, and give up when the page is left', async () => {
    const { open, shown } = phone({
      ...portal,
      [`POST ${clientEndpoints.login}`]: refusal(403, 'binding_required', '请先绑定员工身份。', {
        ticket: 't1',
        ways: ['company_code'],
      }),
      [`POST ${clientEndpoints.bind}`]: refusal(403, 'binding_failed', '绑定失败，请核对信息或联系管理员。'),
    });
    const opened = () => shown.filter(([name]) => name === 'navigateTo').length;
    const home = open('portal/home');
    const shows = home.call('onShow');
    await expect.poll(opened).toBe(1);
    const first = open('portal/bind');
    first.call('onLoad', {});
    first.call('proveCode', { detail: { value: { companyCode: ' WRONG ' } } });
    await expect.poll(opened).toBe(2);
    const second = open('portal/bind');
    second.call('onLoad', {});
    // The first page closes late; the second question is still open.
    first.call('onUnload');
    expect(second.data.failure).toContain('绑定失败');
    second.call('onUnload');
    await shows;
    expect(home.data).toMatchObject({ state: 'failed' });
  });

  it('save contact details, and only those', async () => {
    const changed = { ...record, phone: '19900001111' };
    const { open, sent, shown } = phone({ ...portal, 'PUT /portal/api/employees/lin.xiaotong': [200, changed] });
    const page = open('portal/record');
    await page.call('onLoad');
    expect(page.data).toMatchObject({ record: { phone: record.phone }, cardTail: '0006' });
    expect(JSON.stringify(page.data)).not.toContain(record.bankCard);
    await page.call('save', { detail: { value: { phone: '123', address: 'x', bio: '' } } });
    expect(shown.at(-1)?.[0]).toBe('showToast');
    await page.call('save', { detail: { value: { phone: changed.phone, address: record.address, bio: '' } } });
    expect(sent.at(-1)).toEqual({
      request: 'PUT /portal/api/employees/lin.xiaotong',
      body: { phone: changed.phone, address: record.address, bio: '' },
    });
    expect(page.data).toMatchObject({ record: { phone: changed.phone }, saving: false });
  });

  it('say that the bank card needs a second factor', async () => {
    const { open, shown } = phone({
      ...portal,
      'PUT /portal/api/employees/lin.xiaotong/bank-card': refusal(403, 'mfa_required', '此操作需要二次验证。'),
    });
    const page = open('portal/record');
    await page.call('onLoad');
    await page.call('saveCard', { detail: { value: { bankCard: '12' } } });
    expect(page.data.cardFailure).toContain('16 至 19 位');
    const saving = page.call('saveCard', { detail: { value: { bankCard: '6299990000000000006' } } });
    await expect.poll(() => shown.map(([name]) => name)).toContain('navigateTo');
    const question = open('portal/step-up');
    await question.call('onLoad');
    question.call('onUnload');
    await saving;
    expect(page.data).toMatchObject({ cardFailure: '此操作需要二次验证。（编号 r1）', savingCard: false });
  });

  it('show an announcement, or that there is none', async () => {
    const { open } = phone({
      ...portal,
      'GET /portal/api/announcements/A1': [200, { title: '通知', html: '<b>你好</b>' }],
      'GET /portal/api/announcements/A9': [404, { error: 'not_found' }],
    });
    const page = open('portal/announcement');
    await page.call('onLoad', { id: 'A1' });
    expect(page.data).toMatchObject({ announcement: { html: '<b>你好</b>' } });
    const none = open('portal/announcement');
    await none.call('onLoad', { id: 'A9' });
    expect(none.data.failure).toBe('没有找到相应的内容。');
  });
});

describe('the coupon pages', () => {
  const coupon = {
    ...login,
    'GET /coupon/api/campaigns/tea-2026': [200, campaign],
    'POST /coupon/api/claims': [201, { id: 'C1', amountCents: 1_000 }],
  } satisfies Record<string, Reply>;
  const qr = 'DT:SH001:tea-2026';

  it('lead from the scanned code through the claim to the result', async () => {
    const { open, sent, shown } = phone(coupon);
    const scan = open('coupon/scan');
    scan.call('onLoad', { q: encodeURIComponent(qr) });
    expect(shown).toEqual([['navigateTo', { url: `/pages/coupon/claim/claim?qr=${encodeURIComponent(qr)}` }]]);
    const claim = open('coupon/claim');
    await claim.call('onLoad', { qr: encodeURIComponent(qr) });
    // Nobody has to sign in to look.
    expect(sent.map((one) => one.request)).toEqual(['GET /coupon/api/campaigns/tea-2026']);
    expect(claim.data).toMatchObject({ shopName: '上海望江路店', amountCents: 500 });
    claim.call('choose', { detail: { value: '1000' } });
    await claim.call('claim');
    expect(sent.at(-1)).toEqual({
      request: 'POST /coupon/api/claims',
      body: { campaignId: 'tea-2026', amountCents: 1_000, shop: 'SH001', qr },
    });
    expect(shown.at(-1)).toEqual(['redirectTo', { url: '/pages/coupon/result/result?id=C1&cents=1000' }]);
    const result = open('coupon/result');
    result.call('onLoad', { id: 'C1', cents: '1000' });
    expect(result.data).toEqual({ id: 'C1', amount: '10' });
  });

  it('refuse a code that is not a shop’s', () => {
    const { open, shown } = phone(coupon);
    const scan = open('coupon/scan');
    for (const text of ['https://example.com', 'DT:SH001:../../etc', 'DT:SH001']) scan.call('open', text);
    expect(shown).toEqual([]);
    expect(scan.data.failure).toContain('不是鼎泰门店的二维码');
  });

  it('say why a claim was refused', async () => {
    const { open } = phone({ ...coupon, 'POST /coupon/api/claims': refusal(422, 'schema_mismatch', '请求内容不符合接口约定。') });
    const claim = open('coupon/claim');
    await claim.call('onLoad', { qr });
    await claim.call('claim');
    expect(claim.data).toMatchObject({ failure: '请求内容不符合接口约定。（编号 r1）', claiming: false });
  });

  it('list the coupons of the person', async () => {
    const { open } = phone({
      ...coupon,
      'GET /coupon/api/claims': [200, { items: [{ id: 'C1', shop: 'SH001', amountCents: 550 }] }],
    });
    const scan = open('coupon/scan');
    await scan.call('loadClaims');
    expect(scan.data.claims).toEqual([{ id: 'C1', shop: 'SH001', amount: '5.5' }]);
  });
});

it('gets the SDK as one CommonJS file', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-vendor-'));
  try {
    await promisify(execFile)(process.execPath, [join(root, '..', 'scripts', 'build.ts'), folder]);
    const text = readFileSync(join(folder, 'menshen.js'), 'utf8');
    expect(text).toMatch(/module\.exports/);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(40_000);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
