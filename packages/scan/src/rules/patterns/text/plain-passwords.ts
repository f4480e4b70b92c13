import { around, type TextRule } from './text-rule.ts';

const message = {
  zh: '口令以明文保存并直接比对：库一泄漏，所有账号的口令就公开了',
  en: 'The password is kept in plain text and compared as it is: a leaked table gives everybody’s away',
};

/** Somebody makes a hash of it before, or a library compares. */
const hashed =
  /md5|sha_?\d|sha-?\d|bcrypt|scrypt|argon|pbkdf|encrypt|encod(?:e|er)\b|digest|hash|\bcrypt\b|cipher|secure_?util|matches\s*\(|set_?password|check_?password|verify_?password/i;
/** Two values of one form: the new password and its repetition. */
const repeated = /confirm|repeat|again|re_?(?:pass|pwd|new)|new_?(?:pass|pwd)|second|twice|2\b/i;
const formName =
  /^(?:\$?this|self|data|form|request|req|dto|vo|params?|body|input|args|post|payload|json|values|config|settings|conf|props|options)$/i;

const unhashed = (match: RegExpExecArray, code: string): boolean =>
  !repeated.test(match[0]) && !formName.test(match[1] ?? '') && !hashed.test(around(code, match.index, 1200, 300));

/** Passwords that are compared with the row's as they were sent. */
export const plainPasswordRules: readonly TextRule[] = [
  {
    rule: 'MP-CRY-001',
    languages: ['python'],
    severity: 'high',
    message,
    hint: /passw|pwd/i,
    pattern:
      /\b(\w{1,40})(?:\[\s{0,2}['"](?:password|passwd|pwd)['"]\s{0,2}\]|\.(?:password|passwd|pwd))\s{0,3}[!=]=\s{0,3}(?!['"]|None\b)(?:[\w.]{0,40}(?:password|passwd|pwd)\w{0,12}|[\w.]{1,40}\[\s{0,2}['"](?:password|passwd|pwd)['"]\s{0,2}\]|[\w.]{1,40}\.get\(\s{0,2}['"](?:password|passwd|pwd)['"])/gi,
    holds: unhashed,
  },
  {
    rule: 'MP-CRY-001',
    languages: ['php'],
    severity: 'high',
    message,
    hint: /passw|pwd/i,
    pattern:
      /\$(\w{1,40})(?:\[\s{0,2}['"](?:password|passwd|pwd)['"]\s{0,2}\]|->(?:password|passwd|pwd))\s{0,3}[!=]==?\s{0,3}\$[\w>[\]'"-]{0,50}(?:password|passwd|pwd)|\$[\w>[\]'"-]{0,50}(?:password|passwd|pwd)['"\]]{0,3}\s{0,3}[!=]==?\s{0,3}\$(?!(?:data|post|param|input|request|form)\b)\w{1,40}(?:\[\s{0,2}['"](?:password|passwd|pwd)['"]\s{0,2}\]|->(?:password|passwd|pwd))/gi,
    holds: unhashed,
  },
  {
    rule: 'MP-CRY-001',
    languages: ['java'],
    severity: 'high',
    message,
    hint: /[pP]assw|[pP]wd/,
    pattern:
      /\b(\w{1,40})\.get(?:User|Login)?(?:Password|Passwd|Pwd)\(\)\.equals\(\s{0,4}[\w.]{0,40}(?:[pP]assword|[pP]asswd|[pP]wd)(?:\(\))?\s{0,4}\)|\b(?!new|re|confirm)\w{0,20}(?:password|passwd|pwd)\.equals\(\s{0,4}(?!(?:dto|vo|form|request|req|param)\.)\w{1,40}\.get(?:User|Login)?(?:Password|Passwd|Pwd)\(\)\s{0,4}\)/g,
    holds: unhashed,
  },
];
