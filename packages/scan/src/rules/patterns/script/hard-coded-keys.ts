import { keyName, type Node, stringValue } from '../../../parse/ast.ts';
import { isExample } from '../../secrets/placeholder.ts';
import { calleeName, calleePath, literalText, valueName } from './nodes.ts';
import type { ScriptRule, ScriptScope } from './script-rule.ts';

const message = {
  zh: '加密的密钥、IV 或盐是写死的：读过代码的人都能解密，相同明文得到相同密文',
  en: 'Key, IV or salt is written in the code: every reader can decrypt, and equal texts encrypt alike',
};
const saltMessage = {
  zh: '口令的盐是固定值，所有账号共用：一张预计算表可破解全部口令',
  en: 'The salt of passwords is one constant for all accounts: one table breaks them all',
};
const cipher = /^(?:createCipheriv|createDecipheriv|createCipher|createDecipher|importKey)$/;
const cryptoJs = /(?:^|\.)(?:AES|DES|TripleDES|Rabbit|RC4|SM4|sm4)\.(?:encrypt|decrypt)$|^sm4(?:\.|$)/i;
const keyNames = /^(?:(?:aes|des|sm4|crypto|encrypt|cipher|secret|encryption)_?(?:key|iv|secretkey)|iv|ivkey|aeskey|key_?iv)$/i;
const saltNames = /(?:password|passwd|pwd|pass|user|admin)?_?salt$/i;

/** Keys, initialisation vectors and salts written in the code. */
export const hardCodedKeys: ScriptRule = {
  rule: 'MP-CRY-002',
  hint: /cipher|CryptoJS|crypto-js|sm4|salt|aes|importKey/i,
  severity: 'medium',
  visit(node, ancestors, scope) {
    if (node.type === 'CallExpression') ofCall(node, scope);
    else if (node.type === 'Property' || node.type === 'VariableDeclarator' || node.type === 'AssignmentExpression')
      ofName(node, ancestors, scope);
  },
};

function ofCall(node: Extract<Node, { type: 'CallExpression' }>, scope: ScriptScope): void {
  const name = calleeName(node);
  const path = calleePath(node);
  const arguments_ = cipher.test(name) ? node.arguments.slice(1, 3) : cryptoJs.test(path) ? node.arguments.slice(1, 2) : [];
  for (const argument of arguments_) {
    const literal = literalText(argument, scope.program);
    if (literal === undefined || literal.text.length < 4 || isExample(literal.text)) continue;
    scope.report(literal.node, message);
  }
}

function ofName(node: Node, ancestors: readonly Node[], scope: ScriptScope): void {
  const [name, value] =
    node.type === 'Property'
      ? [keyName(node.key, node.computed) ?? '', node.value]
      : node.type === 'VariableDeclarator'
        ? [valueName(node.id), node.init]
        : node.type === 'AssignmentExpression'
          ? [valueName(node.left), node.right]
          : ['', null];
  if (saltNames.test(name)) {
    const text = stringValue(value);
    if (
      text !== undefined &&
      text.length >= 3 &&
      !isExample(text) &&
      !/^\$2[aby]\$/.test(text) &&
      !/[\s\u4e00-\u9fff]/.test(text) &&
      aboutPasswords(name, ancestors, scope)
    )
      scope.report(node, saltMessage);
    return;
  }
  if (!keyNames.test(name) || !/cipher|CryptoJS|AES|sm4|\bDES\b/i.test(scope.file.text)) return;
  const literal = literalText(value, scope.program);
  if (literal === undefined || isExample(literal.text) || !/^[\x21-\x7e]+$/.test(literal.text)) return;
  if ([8, 16, 24, 32, 64].includes(literal.text.length)) scope.report(literal.node, message);
}

/** A salt beside a password: in its name, among its siblings, or in a file that hashes passwords. */
function aboutPasswords(name: string, ancestors: readonly Node[], scope: ScriptScope): boolean {
  if (/pass|pwd/i.test(name)) return true;
  const parent = ancestors.at(-1);
  if (parent?.type === 'ObjectExpression')
    return parent.properties.some(
      (property) => property.type === 'Property' && /pass|pwd/i.test(keyName(property.key, property.computed) ?? ''),
    );
  return /md5|sha|createHash|createHmac|pbkdf|hash/i.test(scope.file.text) && /password|passwd|pwd/i.test(scope.file.text);
}
