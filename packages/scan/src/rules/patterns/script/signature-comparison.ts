import { type Node, unwrap } from '../../../parse/ast.ts';
import { valueName } from './nodes.ts';
import type { ScriptRule } from './script-rule.ts';

const signature =
  /^(?:sign|signature|paysign|hmac|mac|digest|sig|sha1|sha256|signstr|mysign|checksign|localsign|calcsign|msg_?signature)$/i;

/** Signatures compared character by character, which tells how far a guess was right. */
export const signatureComparison: ScriptRule = {
  rule: 'MP-CRY-004',
  hint: /sign|hmac|digest|sha1/i,
  severity: 'info',
  skips: ({ place }) => place === 'mini-program' || place === 'web' || place === 'tool',
  visit(node, _ancestors, scope) {
    if (node.type !== 'BinaryExpression' || !/^[!=]==?$/.test(node.operator)) return;
    const left = unwrap(node.left);
    const right = unwrap(node.right);
    if (!isValue(left) || !isValue(right) || !(signature.test(valueName(left)) || signature.test(valueName(right)))) return;
    if (isProfileSignature(scope.file.text, node.start)) return;
    scope.report(node, {
      zh: '签名用 == 比较，耗时泄露匹配了多少位；应使用 crypto.timingSafeEqual',
      en: 'A signature is compared with ==, whose time tells how much of it was right: use crypto.timingSafeEqual',
    });
  },
};

const isValue = (node: Node): boolean =>
  (node.type === 'Identifier' && node.name !== 'undefined') || node.type === 'MemberExpression' || node.type === 'CallExpression';

/** `sha1(rawData + session_key)`: WeChat's signature of profile data, whose only possible forger is the owner of that session. */
const isProfileSignature = (text: string, at: number): boolean =>
  /rawData/.test(text.slice(Math.max(0, at - 500), at + 200)) &&
  /session_?key/i.test(text.slice(Math.max(0, at - 500), at + 200));
