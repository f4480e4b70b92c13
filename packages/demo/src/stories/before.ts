import { beforePrefix } from '../backend/before.ts';
import { demoCast } from '../company/cast.ts';
import { assign, bearerOf, type CurlLine, type CurlOrigins, contentType, curl, json, mintCode, quote } from '../curl-shell.ts';

/** What the thief sets as the victim's number: of a range that nobody has. */
export const thiefPhone = '19900009999';

/** The stolen login as it went before Menshen: the portal's own login is the only thing in the way, and it is none. */
export function beforeLines(origins: CurlOrigins): readonly Omit<CurlLine, 'story'>[] {
  const at = (path: string): string => quote(`${origins.backend}${beforePrefix}/portal/api${path}`);
  return [
    {
      id: 'before-code',
      command: mintCode(origins, demoCast.employee),
      zh: '没有门神之前：盗号者用林晓彤的账号取得登录凭据。',
      en: 'Before Menshen: a thief gets a login code as Lin Xiaotong.',
    },
    {
      id: 'before-log-in',
      command: assign('BEFORE', `curl -sS ${at('/login')} ${contentType} -d "{\\"code\\":\\"$CODE\\"}"`, 'token'),
      zh: '后端自己的登录只看凭据，不问从哪里、用什么手机：放行。',
      en: 'The backend’s own login looks at the code alone, not at the place or the phone: it lets the thief in.',
    },
    {
      id: 'before-read',
      command: `${curl} ${at('/me')} ${bearerOf('BEFORE')}`,
      zh: '盗号者读到她的身份证号、银行卡和住址（200）。',
      en: 'The thief reads her citizen number, bank card and address (200).',
    },
    {
      id: 'before-change',
      command: `${curl} -X PUT ${at(`/employees/${demoCast.employee}`)} ${json({ phone: thiefPhone })} ${bearerOf('BEFORE')}`,
      zh: '并把她的手机号改成自己的（200）。',
      en: 'And changes her phone number to their own (200).',
    },
    {
      id: 'before-others',
      command: `${curl} ${at(`/employees/${demoCast.president}`)} ${bearerOf('BEFORE')}`,
      zh: '顺便读走总裁的档案（200）。',
      en: 'And reads the president’s record on the way (200).',
    },
  ];
}
