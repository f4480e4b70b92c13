import { createMessageCodec } from '@menshen/wechat';
import { type CallbackTarget, type EmulatorOptions, EmulatorOptionsError } from './options.ts';
import { checkPay } from './push/pay-notification.ts';
import { checkApiSecurity } from './wechat/api-security.ts';

/** Throws EmulatorOptionsError for what would make an answer ambiguous, and for callbacks that could not be sent. */
export function checkOptions(options: EmulatorOptions): void {
  requireUnique(
    options.wechatApps.map((app) => app.appid),
    'two WeChat apps share an appid',
  );
  for (const app of options.wechatApps) {
    if (app.push) checkTarget(options, app.push, app.appid);
    if (app.apiSecurity) checkApiSecurity(app.apiSecurity);
  }
  const { wecom, pay } = options;
  if (pay) checkPay(pay);
  if (!wecom) return;
  if (wecom.callback) checkTarget(options, wecom.callback, wecom.corpid);
  requireUnique(
    wecom.agents.map((agent) => agent.agentid),
    'two WeCom apps share an agentid',
  );
  requireUnique([wecom.contactsSecret, ...wecom.agents.map((agent) => agent.secret)], 'two WeCom secrets are equal');
  requireUnique(
    (wecom.webhooks ?? []).map((webhook) => webhook.key),
    'two webhooks share a key',
  );
}

function checkTarget({ random }: EmulatorOptions, target: CallbackTarget, receiveId: string): void {
  const protocol = URL.parse(target.url)?.protocol;
  if (protocol !== 'http:' && protocol !== 'https:') throw new EmulatorOptionsError('a callback has no http address');
  try {
    createMessageCodec({ token: target.token, encodingAesKey: target.aesKey, receiveId, random });
  } catch {
    throw new EmulatorOptionsError('the aesKey of a callback is not 43 base64 characters');
  }
}

function requireUnique(values: readonly unknown[], problem: string): void {
  if (new Set(values).size !== values.length) throw new EmulatorOptionsError(problem);
}
