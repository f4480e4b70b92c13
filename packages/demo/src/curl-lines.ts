import { clientEndpoints, identityHeader } from '@menshen/wire';
import { requireLoopback } from './actor/loopback.ts';
import { demoCast } from './company/cast.ts';
import {
  assign,
  atOffice,
  bearerOf,
  type CurlLine,
  type CurlOrigins,
  contentType,
  curl,
  farAway,
  inStory,
  json,
  loginBody,
  mintCode,
  quote,
} from './curl-shell.ts';
import { beforeLines, thiefPhone } from './stories/before.ts';
import { leaverLines } from './stories/leaver.ts';
import { managerLines } from './stories/manager.ts';
import { storedScriptLines } from './stories/stored-script.ts';
import { tamperedCouponLines } from './stories/tampered-coupon.ts';

export type { CurlLine } from './curl-shell.ts';

export interface CurlTargets {
  /** Loopback only, as are the others. */
  readonly gatewayUrl: string;
  readonly emulatorUrl: string;
  readonly backendUrl: string;
}

const withToken = bearerOf('TOKEN');
const asThief = `${bearerOf('THIEF')} ${farAway}`;

/**
 * The lines with which a person acts in the demonstration: an employee logs in through WeCom, reads what is theirs, and tries what is not.
 * Throws TypeError unless all URLs lead to this machine.
 */
export function curlLines(targets: CurlTargets): readonly CurlLine[] {
  const origins: CurlOrigins = {
    gateway: requireLoopback(targets.gatewayUrl).origin,
    emulator: requireLoopback(targets.emulatorUrl).origin,
    backend: requireLoopback(targets.backendUrl).origin,
  };
  const at = (path: string): string => quote(origins.gateway + path);
  const mint = mintCode(origins, demoCast.employee);
  const login = `${at(clientEndpoints.login)} ${contentType} ${loginBody}`;
  const first: readonly Omit<CurlLine, 'story'>[] = [
    {
      id: 'mint-code',
      command: mint,
      zh: '林晓彤在企业微信中打开小程序：由模拟器代替手机，取得一次性登录凭据。',
      en: 'Lin Xiaotong opens the mini program in WeCom: the emulator stands for the phone and gives a one-time login code.',
    },
    {
      id: 'log-in',
      command: assign('TOKEN', `curl -sS ${login} ${atOffice}`, 'token'),
      zh: '在上海的办公室用登录凭据换取会话。',
      en: 'In the office in Shanghai, the code becomes a session.',
    },
    {
      id: 'own-record',
      command: `${curl} ${at('/portal/api/me')} ${withToken}`,
      zh: '查看自己的档案：允许（200）。',
      en: 'Reading one’s own record is allowed (200).',
    },
    {
      id: 'colleague',
      command: `${curl} ${at(`/portal/api/employees/${demoCast.colleague}`)} ${withToken}`,
      zh: '查看同事的档案：没有策略允许，拒绝（403 not_permitted）。',
      en: 'A colleague’s record: no policy permits it, so it is refused (403 not_permitted).',
    },
    {
      id: 'forged-identity',
      command: `${curl} ${at('/portal/api/me')} -H ${quote(`${identityHeader}: ${demoCast.president}`)} -H ${quote(`x_menshen_identity: ${demoCast.president}`)}`,
      zh: '不登录，自称总裁：伪造的身份头被丢弃，仍需登录（401 session_missing）。',
      en: 'Claiming to be the president without a session: forged identity headers are dropped (401 session_missing).',
    },
    {
      id: 'undeclared',
      command: `${curl} ${at('/portal/api/debug/employees')} ${withToken}`,
      zh: '后端遗留的调试接口：配置中没有声明，外面碰不到（404 route_undeclared）。',
      en: 'A debugging endpoint left in the backend: the configuration does not declare it, so nobody reaches it (404 route_undeclared).',
    },
    {
      id: 'reused-code',
      command: `${curl} ${login}`,
      zh: '再次使用同一登录凭据：拒绝（401 code_invalid，企业微信不区分用过与无效）。',
      en: 'The same login code again is refused (401 code_invalid: WeCom does not tell a used code from a wrong one).',
    },
  ];
  const stolen: readonly Omit<CurlLine, 'story'>[] = [
    {
      id: 'stolen-code',
      command: mint,
      zh: '登录被盗：别人用林晓彤的账号取得登录凭据。',
      en: 'A stolen login: somebody else gets a code as Lin Xiaotong.',
    },
    {
      id: 'stolen-log-in',
      command: assign('THIEF', `curl -sS ${login} ${farAway}`, 'token'),
      zh: '几分钟后，从 3300 公里外登录：凭据是对的，会话建立。',
      en: 'Minutes later it is used 3,300 km away: the code is right, and a session begins.',
    },
    {
      id: 'stolen-read',
      command: `${curl} ${at('/portal/api/me')} ${asThief}`,
      zh: '但什么也读不到：需要二次验证，并说明原因（403 mfa_required）。',
      en: 'But nothing can be read: a second factor is asked for, with the reasons (403 mfa_required).',
    },
    {
      id: 'stolen-change',
      command: `${curl} -X PUT ${at(`/portal/api/employees/${demoCast.employee}`)} ${json({ phone: thiefPhone })} ${asThief}`,
      zh: '也改不了手机号：与之前完全相同的请求，现在被拒（403 mfa_required）。',
      en: 'Nor can the phone number be changed: the very request of before is now refused (403 mfa_required).',
    },
    {
      id: 'stolen-enrol',
      command: `${curl} ${at(clientEndpoints.mfaEnrol)} ${contentType} -d ${quote(JSON.stringify({ kind: 'totp' }))} ${asThief}`,
      zh: '给自己登记一个二次验证也不行：需要公司发给本人的代码（403 enrolment_proof_required）。',
      en: 'Nor can the thief enrol a factor of their own: that takes a code which the company gives to the person (403 enrolment_proof_required).',
    },
  ];
  return [
    ...first.map((line) => ({ ...line, story: null })),
    ...inStory('stolen-login', [...beforeLines(origins), ...stolen]),
    ...inStory('manager', managerLines(origins)),
    ...inStory('stored-script', storedScriptLines(origins)),
    ...inStory('leaver', leaverLines(origins)),
    ...inStory('tampered-coupon', tamperedCouponLines(origins)),
  ];
}
