import { clientEndpoints } from '@menshen/wire';
import { demoCast } from '../company/cast.ts';
import { demoCompany } from '../company.ts';
import {
  assign,
  atOffice,
  bearerOf,
  type CurlLine,
  type CurlOrigins,
  contentType,
  curl,
  json,
  loginBody,
  mintCode,
  quote,
} from '../curl-shell.ts';

/** The leaver as WeCom's own console has them: for the day on which they are hired again. */
export function leaverRecord(): Record<string, unknown> {
  const user = demoCompany().users.find(({ userid }) => userid === demoCast.leaver);
  if (user === undefined) throw new RangeError('the company has no leaver');
  const { direct_leader: _, ...record } = user;
  return { ...record };
}

/** Somebody whom the company lets go in WeCom is out within a second, in the middle of a session. */
export function leaverLines(origins: CurlOrigins): readonly Omit<CurlLine, 'story'>[] {
  const at = (path: string): string => quote(origins.gateway + path);
  const contacts = (change: object): string => `curl -sS ${quote(`${origins.emulator}/_emulator/contacts`)} ${json(change)}`;
  const asLeaver = `${bearerOf('LEAVER')} ${atOffice}`;
  return [
    {
      id: 'leaver-code',
      command: mintCode(origins, demoCast.leaver),
      zh: '姚语桐今天离职，此刻还在岗：取得登录凭据。',
      en: 'Yao Yutong leaves the company today and is still at work: a login code.',
    },
    {
      id: 'leaver-log-in',
      command: assign('LEAVER', `curl -sS ${at(clientEndpoints.login)} ${contentType} ${loginBody} ${atOffice}`, 'token'),
      zh: '她登录门户。',
      en: 'She signs in to the portal.',
    },
    {
      id: 'leaver-reads',
      command: `${curl} ${at('/portal/api/me')} ${asLeaver}`,
      zh: '查看自己的档案：允许（200）。',
      en: 'Reading her own record is allowed (200).',
    },
    {
      id: 'leaver-leaves',
      command: contacts({ change: 'delete_user', userid: demoCast.leaver, wait: true }),
      zh: '人事在企业微信后台将她移除：企业微信回调网关。',
      en: 'Human resources remove her in WeCom, and WeCom calls the gateway back.',
    },
    {
      id: 'leaver-out',
      command: `sleep 1; ${curl} ${at('/portal/api/me')} ${asLeaver}`,
      zh: '一秒之后，同一会话已失效（401 session_revoked）。',
      en: 'A second later the same session is worth nothing (401 session_revoked).',
    },
    {
      id: 'leaver-hired',
      command: contacts({ change: 'create_user', user: leaverRecord(), wait: true }),
      zh: '演示结束，重新入职：旧会话不会复活，须重新登录。',
      en: 'The demonstration is over and she is hired again: the old session does not come back, she signs in anew.',
    },
  ];
}
