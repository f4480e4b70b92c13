import type { Detector } from '../../detector.ts';
import { ownerOf, parentOf, type Unit } from '../../flow/links.ts';
import { keyName, memberPath, type Node, propertyOf, unwrap } from '../../parse/ast.ts';
import { walk } from '../../parse/walk.ts';
import { analysisOf } from './analysis.ts';

const keyNames = /^(?:session_?key|sessionKey)$/;

/** A mini program that has its session_key in hands, or sends one back with what is to be decrypted. */
export const sessionKeys: Detector = {
  id: 'session-keys',
  rules: ['MP-SEC-008', 'MP-SEC-009'],
  run(context) {
    for (const unit of analysisOf(context).codebase.units) {
      if (!/session_?key/i.test(unit.file.text) || unit.file.marks.has('test')) continue;
      const report = (rule: string, node: Node, zh: string, en: string): void =>
        context.report({ rule, file: unit.file.path, start: node.start, end: node.end, message: { zh, en } });
      const isClient = unit.file.place === 'mini-program';
      walk(unit.program, (node) => {
        if (isClient && isReceivedKey(node))
          report('MP-SEC-008', node, '小程序端拿到了 session_key', 'The mini program holds session_key');
        else if (isClient && node.type === 'ObjectExpression') {
          const key = returnedKey(node);
          if (key !== undefined)
            report(
              'MP-SEC-009',
              key,
              '客户端把 session_key 与密文一起提交，解密密钥由客户端选择',
              'session_key travels with the ciphertext: the client chooses the key',
            );
        }
        return true;
      });
      if (!isClient)
        for (const node of takenKeys(unit))
          report('MP-SEC-009', node, '解密用的 session_key 取自请求', 'The session_key for decryption is taken from the request');
    }
  },
};

/** `res.data.session_key`, `delete user.session_key`: it has arrived. Its own fields are not looked at again. */
function isReceivedKey(node: Node): boolean {
  if (node.type !== 'MemberExpression' || !keyNames.test(keyName(node.property, node.computed) ?? '')) return false;
  const parent = parentOf(node);
  if (parent?.type === 'AssignmentExpression' && parent.left === node) return false;
  if (parent?.type === 'UnaryExpression' && parent.operator === 'delete') return true;
  const path = memberPath(node);
  if (path === undefined) return unwrap(node.object).type === 'CallExpression';
  return (
    path[0] !== 'this' &&
    path[0] !== 'that' &&
    path[0] !== 'app' &&
    path[0] !== 'self' &&
    (path.includes('data') || path.includes('result') || /^(?:res|ret|result|response|r|resp)\w*$/i.test(path[0] ?? ''))
  );
}

function returnedKey(node: Node): Node | undefined {
  if (
    propertyOf(node, 'encryptedData') === undefined &&
    propertyOf(node, 'encrypted_data') === undefined &&
    propertyOf(node, 'encryptData') === undefined
  )
    return undefined;
  return propertyOf(node, 'session_key') ?? propertyOf(node, 'sessionKey') ?? propertyOf(node, 'sessionkey');
}

/** `req.body.session_key`, `const { session_key, encryptedData } = event`, on a server that also takes the ciphertext. */
function takenKeys(unit: Unit): readonly Node[] {
  if (!/encrypt_?ed_?data|encryptedData/i.test(unit.file.text)) return [];
  const found: Node[] = [];
  walk(unit.program, (node) => {
    if (node.type === 'MemberExpression' && keyNames.test(keyName(node.property, node.computed) ?? '')) {
      const path = memberPath(node)?.join('.') ?? '';
      if (/(?:^|\.)(?:req|request|ctx|event|body|query|params)\.(?:(?:request|body|query|params|data)\.)*\w+$/.test(path))
        found.push(node);
    } else if (node.type === 'ObjectPattern') {
      const names = node.properties.map((property) =>
        property.type === 'Property' ? (keyName(property.key, property.computed) ?? '') : '',
      );
      const key = node.properties[names.findIndex((name) => keyNames.test(name))];
      if (key !== undefined && names.some((name) => /^encrypte?d?_?data$/i.test(name)) && isFromCaller(node)) found.push(key);
    } else if (node.type === 'CallExpression') {
      const argument = node.arguments[0];
      const callee = unwrap(node.callee);
      if (
        callee.type === 'MemberExpression' &&
        argument?.type === 'Literal' &&
        keyNames.test(String(argument.value)) &&
        callee.object.type === 'ThisExpression' &&
        ownerOf(callee.object) !== undefined
      ) {
        const method = keyName(callee.property, callee.computed) ?? '';
        if (/^(?:post|get|param|query)$/.test(method)) found.push(node);
      }
    }
    return true;
  });
  return found;
}

function isFromCaller(pattern: Node): boolean {
  const parent = parentOf(pattern);
  if (parent?.type !== 'VariableDeclarator' || parent.init === null)
    return parent?.type === 'ArrowFunctionExpression' || parent?.type === 'FunctionExpression';
  return /(?:^|\.)(?:req|request|ctx|event|body|query|params)(?:\.|$)/.test(memberPath(parent.init)?.join('.') ?? '');
}
