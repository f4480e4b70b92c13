import type { Node } from '../../../parse/ast.ts';
import { unwrap } from '../../../parse/ast.ts';
import { calleeName, holdsPassword, isPasswordWord, targetName } from './nodes.ts';
import type { ScriptRule, ScriptScope } from './script-rule.ts';

const hashCall = /^(?:md5|sha1|sha256|sha512|sha224|sha384|sm3|hex_md5|hexmd5|b64_md5|md5hex|hash|Md5|MD5|SHA1|SHA256|SHA512)$/;
const fastHash = /^(?:md[245]|sha-?1|sha-?224|sha-?256|sha-?384|sha-?512|sm3|ripemd\w*)$/i;

const message = {
  zh: '口令只做了快速散列（MD5/SHA）：一张显卡每秒可试数十亿次，库一泄漏就被还原',
  en: 'The password is hashed with a fast function: one graphics card tries billions a second, a leaked table falls at once',
};

/** MD5, SHA and other fast hashes over passwords. */
export const passwordHash: ScriptRule = {
  rule: 'MP-CRY-001',
  hint: /md5|sha-?\d|sm3|createHash|createHmac/i,
  severity: 'medium',
  visit(node, ancestors, scope) {
    if (node.type !== 'CallExpression') return;
    const name = calleeName(node);
    if (hashCall.test(name) && node.arguments.length > 0) {
      const password =
        node.arguments.some((part) => holdsPassword(part)) || (isPasswordWord(targetName(ancestors)) && !isChallenge(ancestors));
      if (password && (name !== 'hash' || !/bcrypt|argon|scrypt/i.test(scope.file.text))) tell(node, scope);
    } else if (name === 'update' && node.arguments.some((part) => holdsPassword(part)) && overFastHash(node)) tell(node, scope);
  },
};

function tell(node: Node, scope: ScriptScope): void {
  const client = scope.file.place === 'mini-program';
  scope.report(node, message, client ? { severity: 'low', confidence: 'medium' } : {});
}

/** `crypto.createHash('md5')` or `createHmac('sha256', …)` at the head of a chain of calls. */
function overFastHash(node: Node): boolean {
  let at = node;
  for (let depth = 0; depth < 8; depth += 1) {
    if (at.type !== 'CallExpression') break;
    const name = calleeName(at);
    if (name === 'createHash' || name === 'createHmac') {
      const algorithm = at.arguments[0];
      return algorithm?.type !== 'Literal' || fastHash.test(String(algorithm.value));
    }
    if (at.callee.type !== 'MemberExpression') break;
    at = unwrap(at.callee.object);
  }
  return at.type === 'Identifier' && /md5|sha|hash|hmac/i.test(at.name);
}

/** A value compared or shown, not stored. */
const isChallenge = (ancestors: readonly Node[]): boolean => ancestors.at(-1)?.type === 'BinaryExpression';
