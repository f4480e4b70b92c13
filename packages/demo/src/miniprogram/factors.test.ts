import { clientEndpoints } from '@menshen/wire';
import { describe, expect, it } from 'vitest';
import { grant, login, phone, type Reply, refusal } from './testing/phone.ts';

const card = 'PUT /portal/api/employees/lin.xiaotong/bank-card';
const me = { uid: 'lin.xiaotong', phone: '19900004321', address: '上海', bio: '', bankCard: '6299990000000000006' };
const factor = { kind: 'totp', label: '手机', created: 1, lastUsed: null, state: 'active', lockedUntil: null, remaining: null };
const state = (more: object = {}): Reply => [
  200,
  {
    assurance: 1,
    secondFactorAt: null,
    factors: [factor],
    stepUp: ['totp', 'sms'],
    enrol: ['totp', 'sms', 'password'],
    codeDelivery: ['wecom'],
    ...more,
  },
];
const freshGrant = { ...grant, purpose: 'freshness', token: `mst1.${'A'.repeat(60)}BBBB`, assurance: 2, secondFactorAt: 1 };

/** The portal with a bank card that asks for a second factor once. */
function portal(more: Record<string, Reply | (() => Reply)> = {}, language?: string) {
  let proved = false;
  return phone(
    {
      ...login,
      'GET /portal/api/me': [200, me],
      [`GET ${clientEndpoints.mfa}`]: state(),
      [`POST ${clientEndpoints.mfaChallenge}`]: [200, { challenge: 'c'.repeat(22), kind: 'totp', expiresAt: 1 }],
      [`POST ${clientEndpoints.mfaVerify}`]: () => {
        proved = true;
        return [200, freshGrant];
      },
      [card]: () =>
        proved
          ? [200, me]
          : refusal(403, 'mfa_required', '此操作需要二次验证。', {
              form: 'freshness',
              reasons: ['new_device'],
              explanations: ['本次登录使用了新设备'],
            }),
      ...more,
    },
    language,
  );
}

/** Saves a bank card, and opens the page that the hook asks for. */
async function ask(tools: ReturnType<typeof phone>) {
  const record = tools.open('portal/record');
  await record.call('onLoad');
  const saving = record.call('saveCard', { detail: { value: { bankCard: me.bankCard } } });
  await expect.poll(() => tools.shown.map(([name]) => name)).toContain('navigateTo');
  const page = tools.open('portal/step-up');
  await page.call('onLoad');
  return { record, saving, page };
}

describe('the step-up page', () => {
  it('says why, takes the code, and the request goes on by itself', async () => {
    const tools = portal();
    const { record, saving, page } = await ask(tools);
    expect(page.data).toMatchObject({
      about: '继续之前需要再验证一次身份。',
      explanations: ['本次登录使用了新设备'],
      kind: 'totp',
      hint: '验证器显示的六位数字',
      busy: false,
    });
    await page.call('submit', { detail: { value: { proof: ' ' } } });
    expect(page.data['failure']).toBe('请输入验证码或口令。');
    await page.call('submit', { detail: { value: { proof: '123456' } } });
    page.call('onUnload');
    await saving;
    expect(record.data).toMatchObject({ cardTail: '0006', cardFailure: '' });
    expect(tools.sent.find(({ request }) => request === `POST ${clientEndpoints.mfaVerify}`)?.body).toEqual({
      code: '123456',
      challenge: 'c'.repeat(22),
    });
    expect(tools.shown.at(-2)?.[0]).toBe('navigateBack');
  });

  it('speaks English on an English phone', async () => {
    const { page } = await ask(portal({}, 'en'));
    expect(page.data).toMatchObject({
      about: 'Before you go on, prove once more who you are.',
      hint: 'The six digits that the app shows',
    });
    page.call('onUnload');
  });

  it('shows where the SMS went, and why a code was refused', async () => {
    const { page, saving, record } = await ask(
      portal({
        [`POST ${clientEndpoints.mfaChallenge}`]: [
          200,
          { challenge: 'c'.repeat(22), kind: 'sms', expiresAt: 1, sms: { phone: '199****4321', resendAfter: 60 } },
        ],
        [`POST ${clientEndpoints.mfaVerify}`]: refusal(403, 'factor_failed', '验证失败，请核对后重试。'),
      }),
    );
    await page.call('choose', { currentTarget: { dataset: { kind: 'sms' } } });
    expect(page.data['hint']).toBe('短信里的六位数字，已发往 199****4321');
    await page.call('submit', { detail: { value: { proof: '000000' } } });
    expect(page.data['failure']).toBe('验证失败，请核对后重试。（编号 r1）');
    page.call('onUnload');
    await saving;
    expect(record.data['cardFailure']).toBe('此操作需要二次验证。（编号 r1）');
  });

  it('leads whoever has no factor to where one is set up', async () => {
    const tools = portal({ [`GET ${clientEndpoints.mfa}`]: state({ factors: [], stepUp: [] }) });
    const { page, saving } = await ask(tools);
    expect(page.data).toMatchObject({ none: true, kind: '' });
    page.call('setUp');
    await saving;
    expect(tools.shown).toContainEqual(['redirectTo', { url: '/pages/portal/factors/factors' }]);
  });
});

describe('the page of second factors', () => {
  it('enrols an authenticator with the company’s code, and shows the recovery codes once', async () => {
    const tools = portal({
      [`POST ${clientEndpoints.mfaCode}`]: [200, { by: 'wecom', expiresAt: 1, resendAfter: 60 }],
      [`POST ${clientEndpoints.mfaEnrol}`]: [
        200,
        {
          enrolment: 'e'.repeat(22),
          kind: 'totp',
          expiresAt: 1,
          totp: { uri: 'otpauth://totp/x', secret: 'ABCD', digits: 6, periodSeconds: 30 },
        },
      ],
      [`POST ${clientEndpoints.mfaConfirm}`]: [
        200,
        { factor, recoveryCodes: ['r-1', 'r-2'], endedSessions: 0, grant: freshGrant },
      ],
    });
    const page = tools.open('portal/factors');
    await page.call('onLoad');
    expect(page.data).toMatchObject({
      step: 'list',
      factors: [{ kind: 'totp', name: '验证器应用', label: '手机', state: '可用' }],
      byWecom: true,
    });
    await page.call('sendCode');
    await page.call('begin', { detail: { value: { companyCode: ' C-77 ' } } });
    expect(page.data).toMatchObject({ step: 'confirm', secret: 'ABCD' });
    await page.call('confirm', { detail: { value: { proof: '123456' } } });
    expect(page.data).toMatchObject({ step: 'codes', codes: ['r-1', 'r-2'], secret: '' });
    await page.call('kept');
    expect(page.data).toMatchObject({ step: 'list', codes: [] });
    const bodies = tools.sent.flatMap(({ request, body }) => (request.includes('/mfa/') ? [body] : []));
    expect(bodies).toEqual([
      { by: 'wecom' },
      { kind: 'totp', proof: { companyCode: 'C-77' } },
      { enrolment: 'e'.repeat(22), code: '123456' },
    ]);
  });

  it('says why it cannot', async () => {
    const { open } = portal({
      [`POST ${clientEndpoints.mfaEnrol}`]: refusal(403, 'enrolment_proof_required', '请先输入公司发给您的验证码。'),
    });
    const page = open('portal/factors');
    await page.call('onLoad');
    await page.call('begin', { detail: { value: { companyCode: '' } } });
    expect(page.data).toMatchObject({ step: 'list', failure: '请先输入公司发给您的验证码。（编号 r1）', busy: false });
  });
});
