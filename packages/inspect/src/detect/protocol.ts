import type { Refusal } from '../refusal.ts';
import type { RawRequest } from './lax-request.ts';
import { blockAt, type Finding } from './verdict.ts';

/** Dot segments, backslashes, encoded slashes and dots, NUL and line breaks, overlong and double encoding: a path that means another. */
const deceivingPath = /\/\.\.?(?:[/;?]|$)|%(?:2e|2f|5c|0[0ad]|c0|c1|25(?:2e|2f|5c|00|u00))|%e0%80|\\|[\x00-\x1f]/i;
/** NUL, other controls and overlong UTF-8. A byte that is merely no UTF-8 is an old client's Latin-1. */
const deceivingText = /%(?:0[0-8bcef]|1[0-9a-f]|c0%[89ab]|c1%[89ab]|e0%80|f0%80)|[\x00-\x08\x0e-\x1f]/i;
const ordinaryCharsets = /charset\s{0,8}=\s{0,8}"?(?:utf-?8|gbk|gb2312|gb18030|big5|us-ascii|iso-8859-1|windows-1252)\b/i;

/**
 * Whether a refusal of the strict reading tells of somebody who plays two readers against each other, rather than of a client that
 * writes poorly.
 */
export function isAttackLike({ code, where }: Refusal, { target, headers, body }: RawRequest): boolean {
  const question = target.indexOf('?');
  switch (code) {
    case 'path_malformed':
      return deceivingPath.test(question < 0 ? target : target.slice(0, question));
    case 'query_malformed':
      return question >= 0 && deceivingText.test(target.slice(question + 1));
    case 'header_malformed':
      return where === 'header content-length' ? lengths(headers) > 1 : where !== 'header host';
    case 'charset_unsupported':
      return !headers.some((value) => ordinaryCharsets.test(value));
    case 'body_malformed':
      if (where.startsWith('body part')) return true;
      return where.startsWith('body field') && body !== null && deceivingText.test(Buffer.from(body).toString('latin1'));
    case 'body_ambiguous':
      return !where.startsWith('body field');
    case 'body_too_deep':
      return true;
    default:
      return false;
  }
}

export function protocolFinding({ code, where }: Refusal): Finding {
  return {
    class: 'protocol',
    rule: code,
    where,
    evidence: '',
    zh: '请求的写法可以被不同的程序读出不同的内容。',
    en: 'Different programs can read different things from the way this request is written.',
    points: blockAt,
  };
}

function lengths(headers: readonly string[]): number {
  return headers.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-length').length;
}
