import { expect, it } from 'vitest';
import { totpCode } from '../fake/identity.ts';
import { busyWorld, password, separatedWorld } from '../fake/world.ts';
import { describeInBrowser } from './in-browser.ts';

/** The dialogs that stand before sensitive acts, in a real browser and by keyboard alone. */
describeInBrowser('the dialogs of proof and approval, by keyboard', { world: separatedWorld }, (at) => {
  const writes = (): string[] => at.stage.server.writes.map(({ id }) => id);

  /** Answers the question for the second factor with a wrong and then a right code. */
  const stepUp = async (): Promise<void> => {
    const { press, type, tabTo, hasFocus, dialog } = at.keys;
    const asked = dialog('请再次验证');
    const code = asked.getByRole('textbox', { name: '动态口令' });
    await hasFocus(code);
    await type('000000');
    await press('Enter');
    await asked.getByRole('alert').first().waitFor();
    await expect.poll(() => code.inputValue()).toBe('');
    await tabTo(code);
    await type(totpCode);
    await press('Enter');
    await asked.waitFor({ state: 'hidden' });
  };

  it('sign in with a password and a second factor; a wrong code lets nobody in', async () => {
    const { press, type, tabTo, hasFocus } = at.keys;
    at.stage.server.world = { ...separatedWorld(), signedIn: false };
    at.stage.server.world.identity.login = 'second_factor';
    const { page } = at.visit;
    await at.visit.open('/login');
    await hasFocus(page.getByRole('textbox', { name: '用户名' }));
    await type('admin');
    await press('Tab');
    await type(password);
    await press('Enter');
    const code = page.getByRole('textbox', { name: '动态口令' });
    await hasFocus(code);
    await type('000000');
    await press('Enter');
    await page.getByRole('alert').first().waitFor();
    expect(at.stage.server.world.signedIn).toBe(false);
    await tabTo(code);
    await type(totpCode);
    await press('Enter');
    await page.getByText('今天有什么需要我处理？').waitFor();
    expect(at.stage.server.world.signedIn).toBe(true);
    expect(writes().filter((id) => id === 'loginSecondFactor')).toHaveLength(2);
  });

  it('a sensitive act asks for the second factor, goes on after it, and is called off with Escape', async () => {
    const { press, tabTo, hasFocus, button, dialog } = at.keys;
    at.stage.server.world.identity.fresh = false;
    await at.visit.open('/account');
    const renew = button('重新生成');
    await tabTo(renew);
    await press('Enter');
    const question = dialog('重新生成');
    await tabTo(button('重新生成', question));
    await press('Enter');
    await dialog('请再次验证').waitFor();
    await press('Escape');
    await dialog('请再次验证').waitFor({ state: 'hidden' });
    expect(at.stage.server.world.identity.fresh).toBe(false);
    expect(writes()).toEqual(['renewOwnRecoveryCodes']);
    await tabTo(button('重新生成', question));
    await press('Enter');
    await stepUp();
    const codes = dialog('恢复码');
    await codes.getByRole('list', { name: '恢复码' }).waitFor();
    // Codes that are shown once do not vanish by a stray key.
    await press('Escape');
    expect(await codes.isVisible()).toBe(true);
    await tabTo(button('我已经保存好了', codes));
    await press('Enter');
    await codes.waitFor({ state: 'hidden' });
    await hasFocus(renew);
    expect(writes()).toEqual(['renewOwnRecoveryCodes', 'renewOwnRecoveryCodes', 'stepUp', 'stepUp', 'renewOwnRecoveryCodes']);
  });

  it('a passkey is enrolled with an authenticator, and then answers for its owner', async () => {
    const { press, type, tabTo, hasFocus, button, dialog } = at.keys;
    const { page } = at.visit;
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    at.stage.server.world.identity.fresh = true;
    // An address of digits can be no relying party.
    await page.goto(`${at.stage.server.url.replace('127.0.0.1', 'localhost')}/account`);
    await at.visit.settle();
    const add = button('添加通行密钥');
    await tabTo(add);
    await press('Enter');
    const enrolling = dialog('添加通行密钥');
    await hasFocus(enrolling.getByRole('textbox', { name: '给这个密钥起个名字' }));
    await type('测试密钥');
    await press('Enter');
    await enrolling.waitFor({ state: 'hidden' });
    await button('删除通行密钥 测试密钥').waitFor();
    const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
    expect(credentials).toHaveLength(1);
    expect(credentials[0]).toMatchObject({ rpId: 'localhost', isResidentCredential: true });
    const sent = at.stage.server.writes.find(({ id }) => id === 'addOwnPasskey')?.body as {
      response: { type: string; response: { attestationObject?: string; clientDataJSON?: string } };
    };
    expect(sent.response.type).toBe('public-key');
    expect(sent.response.response.attestationObject).toMatch(/^[\w-]{50,}$/);
    const client = JSON.parse(Buffer.from(sent.response.response.clientDataJSON ?? '', 'base64url').toString());
    expect(client).toMatchObject({ type: 'webauthn.create', challenge: 'AQIDBA' });

    at.stage.server.world.identity.fresh = false;
    await tabTo(button('重新生成'));
    await press('Enter');
    await tabTo(button('重新生成', dialog('重新生成')));
    await press('Enter');
    await tabTo(button('用通行密钥验证'));
    await press('Enter');
    await dialog('恢复码').waitFor();
    const proof = at.stage.server.writes.find(({ id }) => id === 'stepUp')?.body as {
      proof: { method: string; response: object };
    };
    expect(proof.proof).toMatchObject({ method: 'passkey', response: { response: { signature: expect.any(String) } } });

    // A device on which nobody is verified proves nothing, and the page says so.
    await tabTo(button('我已经保存好了'));
    await press('Enter');
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await tabTo(add);
    await press('Enter');
    await hasFocus(enrolling.getByRole('textbox', { name: '给这个密钥起个名字' }));
    at.stage.server.world.identity.fresh = true;
    await type('别人的');
    await press('Enter');
    await enrolling.getByText('没有完成通行密钥验证').waitFor();
    expect(at.stage.server.world.identity.passkeys).toHaveLength(3);
    await cdp.detach();
  });

  it('an act that needs another is asked for with its reason, and waits', async () => {
    const { press, type, tabTo, hasFocus, button, dialog } = at.keys;
    at.stage.server.world.identity.fresh = false;
    await at.visit.open('/administrators');
    await tabTo(button('管理 zhou.ruoxi'));
    await press('Enter');
    await at.keys.choose('恢复账号');
    const question = dialog('恢复账号');
    const reason = question.getByRole('textbox', { name: '原因' });
    await hasFocus(reason);
    await type('产假结束，返岗');
    await tabTo(button('恢复账号', question));
    await press('Enter');
    await stepUp();
    const asking = dialog('需要他人批准');
    // The reason that was given is not asked for twice.
    await expect.poll(() => asking.getByRole('textbox').inputValue()).toBe('产假结束，返岗');
    await tabTo(button('提交申请', asking));
    await press('Enter');
    await asking.waitFor({ state: 'hidden' });
    await question.getByRole('status').first().waitFor();
    const [filed] = at.stage.server.world.identity.approvals;
    expect(filed).toMatchObject({
      endpoint: 'setAdministratorStatus',
      state: 'pending',
      reason: '产假结束，返岗',
      params: { id: 'a_zhouruoxi001' },
    });
    expect(at.stage.server.world.identity.administrators.find(({ id }) => id === 'a_zhouruoxi001')?.status).toBe('disabled');
  });

  it('see what a measure would stop before it is taken, and take it', async () => {
    const { press, type, tabTo, button, dialog } = at.keys;
    at.stage.server.world = busyWorld();
    await at.visit.open('/containment');
    await tabTo(at.visit.page.getByRole('button', { name: /^封禁地址/ }));
    await press('Enter');
    const asked = dialog('封禁地址');
    const addresses = asked.getByRole('textbox', { name: '地址或网段' });
    await at.keys.hasFocus(addresses);
    await type('203.0.113.7');
    await asked.getByText('过去一小时会拦下').waitFor();
    await tabTo(asked.getByRole('textbox', { name: '原因' }));
    await type('撞库来源');
    await tabTo(button('执行', asked));
    await press('Enter');
    await asked.waitFor({ state: 'hidden' });
    expect(at.stage.server.writes.filter(({ id }) => id === 'applyMeasure')).toMatchObject([
      { body: { kind: 'block_addresses', target: { addresses: ['203.0.113.7'] }, reason: '撞库来源' } },
    ]);
  });

  it('lift together what one playbook has blocked, and say what had ended meanwhile', async () => {
    const { press, type, tabTo, button, dialog } = at.keys;
    at.stage.server.world = busyWorld();
    await at.visit.open('/containment');
    await tabTo(at.visit.page.getByRole('button', { name: '全部解除：playbook:denial-of-service 采取的「封禁地址」' }));
    await at.visit.screenshot('measures of one playbook');
    await press('Enter');
    const asked = dialog('全部解除');
    await asked.getByText('它们共拦下了 36 次请求', { exact: false }).waitFor();
    await tabTo(asked.getByRole('textbox', { name: '原因' }));
    await type('规则有误');
    await tabTo(button('全部解除', asked));
    await press('Enter');
    await asked.waitFor({ state: 'hidden' });
    await at.visit.page.getByText('已解除 2 项。 1 项未解除：其间已结束。').waitFor();
    const [lifted] = at.stage.server.writes.filter(({ id }) => id === 'liftMeasures');
    expect(lifted).toMatchObject({ body: { reason: '规则有误', measures: [0, 1, 2].map((one) => `m_flood${one}AAAAAAAAAA`) } });
  });

  it('open a measure again in steps, and take the next one', async () => {
    const { press, type, tabTo, button, dialog } = at.keys;
    at.stage.server.world = busyWorld();
    await at.visit.open('/containment');
    const begin = at.visit.page.getByRole('button', { name: /^分步恢复 只读模式/ });
    await tabTo(begin);
    await press('Enter');
    const asked = dialog('分步恢复');
    await tabTo(asked.getByRole('textbox', { name: '放行比例（%）' }));
    await press('ControlOrMeta+a');
    await type('10, 50');
    await asked.getByText('请填写递增的整数，最后一个为 100。').waitFor();
    await type(', 100');
    await at.visit.screenshot('reopen dialog');
    await tabTo(asked.getByRole('textbox', { name: '原因' }));
    await type('已修复并重新发布');
    await tabTo(button('分步恢复', asked));
    await press('Enter');
    await asked.waitFor({ state: 'hidden' });
    await tabTo(at.visit.page.getByRole('button', { name: /^暂停: 停用活动/ }));
    await press('Enter');
    const paused = dialog('暂停');
    await tabTo(paused.getByRole('textbox', { name: '原因' }));
    await type('先看一眼');
    await tabTo(button('暂停', paused));
    await press('Enter');
    await paused.waitFor({ state: 'hidden' });
    expect(at.stage.server.writes.filter(({ id }) => id === 'reopenMeasure' || id === 'moveReopening')).toMatchObject([
      { body: { plan: { steps: [{ share: 10 }, { share: 50 }, { share: 100 }], advance: 'auto' }, reason: '已修复并重新发布' } },
      { body: { move: 'pause', reason: '先看一眼' } },
    ]);
  });

  it('enter a new secret, which is nowhere afterwards, and take another into use', async () => {
    const { press, type, tabTo, button, dialog } = at.keys;
    at.stage.server.world = busyWorld();
    await at.visit.open('/containment');
    await tabTo(at.visit.page.getByRole('button', { name: /^录入新密钥：coupon/ }));
    await press('Enter');
    const asked = dialog('录入新密钥');
    await tabTo(asked.getByLabel('新密钥'));
    await type('short');
    await tabTo(asked.getByRole('textbox', { name: '原因' }));
    await type('代码仓库泄露');
    await tabTo(button('核对并保存', asked));
    await press('Enter');
    await asked.getByText('须为 16 至 128 个字符').waitFor();
    const secret = 'b1946ac92492d2347c6235b4d2611184';
    await tabTo(asked.getByLabel('新密钥'));
    await press('ControlOrMeta+a');
    await type(secret);
    await tabTo(button('核对并保存', asked));
    await press('Enter');
    await asked.waitFor({ state: 'hidden' });
    expect(await at.visit.page.content()).not.toContain(secret);

    await tabTo(at.visit.page.getByRole('button', { name: /^启用新密钥：portal/ }));
    await press('Enter');
    const using = dialog('更换 AppSecret');
    await using.getByText('过去一小时会拦下').waitFor();
    await tabTo(using.getByRole('textbox', { name: '原因' }));
    await type('代码仓库泄露');
    await tabTo(button('执行', using));
    await press('Enter');
    await using.waitFor({ state: 'hidden' });
    expect(at.stage.server.writes.filter(({ id }) => id === 'stageAppSecret' || id === 'applyMeasure')).toMatchObject([
      { body: { app: 'coupon', secret: 'wechat', value: secret, reason: '代码仓库泄露' } },
      { body: { kind: 'rotate_secret', target: { app: 'portal', secret: 'wecom', staged: `s_${'A'.repeat(16)}` } } },
    ]);
  });

  it('what was approved and could not be done is told with its reason', async () => {
    await at.visit.open('/approvals');
    const row = at.visit.page.getByRole('row').filter({ hasText: '已批准，未能执行' });
    await row.getByText('（活动已不存在）', { exact: false }).waitFor();
    expect(await at.visit.violations()).toEqual([]);
  });

  it.each([
    ['批准', 'approve', 'approved'],
    ['拒绝', 'refuse', 'refused'],
  ] as const)('another administrator sees what will happen, and %s', async (word, decision, state) => {
    const { press, type, tabTo, button, dialog } = at.keys;
    await at.visit.open('/approvals');
    const card = at.visit.page.getByRole('listitem').filter({ has: at.visit.page.getByRole('heading', { name: /发布策略/ }) });
    await card.getByText('office-hours').first().waitFor();
    await tabTo(button(word, card));
    await press('Enter');
    const question = dialog(word);
    if (decision === 'approve') await question.getByText('colleague-masked').first().waitFor();
    const note = question.getByRole('textbox', { name: '说明' });
    await tabTo(note);
    await type('看过了');
    await tabTo(button(word, question));
    await press('Enter');
    await question.waitFor({ state: 'hidden' });
    const decided = at.stage.server.world.identity.approvals.find(({ endpoint }) => endpoint === 'publishPolicies');
    expect(decided).toMatchObject({ state, note: '看过了' });
    expect(at.stage.server.writes).toMatchObject([{ id: 'decideApproval', body: { decision, digest: 'ab'.repeat(32) } }]);
  });
});
