import { type FactorKind, MenshenError } from '@menshen/contract';
import type { WecomClient } from '@menshen/wechat';
import type { FactorContext } from './context.ts';

/** A person's account in WeCom, and a client that may write to it. */
export interface WecomAccount {
  readonly client: WecomClient;
  readonly userid: string;
}

interface Text {
  readonly zh: string;
  readonly en: string;
}

export const factorNames: Readonly<Record<FactorKind, Text>> = {
  totp: { zh: '动态口令', en: 'authenticator app' },
  sms: { zh: '短信验证码', en: 'text message' },
  password: { zh: '验证密码', en: 'password' },
  soter: { zh: '指纹或面容', en: 'fingerprint or face' },
  recovery: { zh: '恢复码', en: 'recovery codes' },
};

export type Notice = 'added' | 'replaced' | 'removed' | 'recovery_used' | 'refused' | 'locked' | 'unlocked';

/** How often a notice may be sent that a stranger can bring about. */
const quietMs = 10 * 60_000;

function textOf(notice: Notice, kind: FactorKind): Text {
  const name = factorNames[kind];
  switch (notice) {
    case 'added':
      return { zh: `您的账号已添加验证方式：${name.zh}。`, en: `A second factor was added to your account: ${name.en}.` };
    case 'replaced':
      return { zh: `您的验证方式已更换：${name.zh}。`, en: `A second factor of your account was replaced: ${name.en}.` };
    case 'removed':
      return { zh: `您的验证方式已移除：${name.zh}。`, en: `A second factor was removed from your account: ${name.en}.` };
    case 'recovery_used':
      return { zh: '您的一个恢复码已被使用。', en: 'One of your recovery codes was used.' };
    case 'refused':
      return {
        zh: `有人登录您的账号并试图添加验证方式（${name.zh}），因未提供公司验证码已被拒绝。`,
        en: `Somebody signed in to your account tried to add a second factor (${name.en}) and was refused for lack of a company code.`,
      };
    case 'locked':
      return {
        zh: `您的验证方式（${name.zh}）多次验证失败，陌生设备已被暂时锁定；您常用的设备不受影响。`,
        en: `Too many failed attempts at a second factor of yours (${name.en}); unknown devices are locked out for a while, yours are not.`,
      };
    case 'unlocked':
      return {
        zh: `管理员已解除您的验证方式锁定：${name.zh}。`,
        en: `An administrator unlocked a second factor of yours: ${name.en}.`,
      };
  }
}

/** Tells people of changes to their factors (ASVS 5.0 6.3.7), by WeCom where the company has it. */
export function createNotices(context: FactorContext) {
  const { directory, identity, providers, coordination, metrics } = context;
  const pending = new Set<Promise<void>>();

  const wecomOf = async (uid: string, appId: string | null): Promise<WecomAccount | null> => {
    const named = appId === null ? undefined : context.app(appId);
    const app = named?.wecom === undefined ? [...context.apps()].find((candidate) => candidate.wecom !== undefined) : named;
    const client = app === undefined ? null : providers.messenger(app);
    if (app === undefined || client === null) return null;
    const bound = (await identity.identitiesOf(uid)).find(
      ({ channel, provider }) => channel === 'wecom' && provider === app.wecom?.corpid,
    );
    const userid = bound?.subject ?? (directory.ofWecom(uid)?.uid === uid ? uid : undefined);
    return userid === undefined ? null : { client, userid };
  };

  const send = async (uid: string, appId: string | null, notice: Notice, kind: FactorKind): Promise<void> => {
    try {
      const byStranger = notice === 'refused' || notice === 'locked';
      if (byStranger && !(await coordination.useNonce(`factor notice ${notice} ${uid}`, quietMs))) return;
      const wecom = await wecomOf(uid, appId);
      if (wecom === null) return metrics.add('menshen_factor_notices_total', 'outcome="unreachable"');
      const { zh, en } = textOf(notice, kind);
      const content =
        `【安全提醒】${zh}如非本人操作，请立即联系管理员。\n` +
        `[Security] ${en} If this was not you, tell your administrator at once.`;
      await wecom.client.sendMessage({ to: { users: [wecom.userid] }, content: { type: 'text', content }, confidential: true });
      metrics.add('menshen_factor_notices_total', 'outcome="sent"');
    } catch {
      // The change stands and is in the audit log; a notice that cannot be sent must not undo it.
      metrics.add('menshen_factor_notices_total', 'outcome="failed"');
    }
  };

  return {
    wecomOf,
    /** Issues a one-time code and sends it to the person alone. Throws `login_unavailable` when WeCom does not take it. */
    async sendEnrolmentCode({ client, userid }: WecomAccount, uid: string, by: string): Promise<{ readonly expiresAt: number }> {
      const { code, expiresAt } = await identity.companyCodes.issue(uid, 'enrol', by);
      const content =
        `验证方式注册码：${code}\n请勿告诉任何人。如非您本人申请，说明有人登录了您的账号，请立即联系管理员。\n` +
        `Code to enrol a second factor: ${code}\nTell it to nobody. If you did not ask for it, somebody has signed in to your account: tell your administrator at once.`;
      try {
        const sent = await client.sendMessage({
          to: { users: [userid] },
          content: { type: 'text', content },
          confidential: true,
        });
        if (sent.invalidUsers.length > 0) throw new RangeError('WeCom does not know the member');
      } catch (cause) {
        throw new MenshenError('login_unavailable', {}, { cause });
      }
      return { expiresAt };
    },
    /** Sends in the background: the answer must not wait for WeCom, nor tell by its time whether there was somebody to tell. */
    tell(uid: string, appId: string | null, notice: Notice, kind: FactorKind): void {
      const sending = send(uid, appId, notice, kind);
      pending.add(sending);
      void sending.then(() => pending.delete(sending));
    },
    /** Resolves when nothing is under way. */
    async settled(): Promise<void> {
      await Promise.all(pending);
    },
  };
}

export type Notices = ReturnType<typeof createNotices>;
