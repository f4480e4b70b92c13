import type { Detector } from '../../detector.ts';
import { functionOf, parentOf } from '../../flow/links.ts';
import { keyName, memberPath, type Node, propertyOf, unwrap } from '../../parse/ast.ts';
import { walk } from '../../parse/walk.ts';
import { analysisOf, isOwn, methodOf, platformApi } from '../taint/analysis.ts';

/** What comes from another mini program without a look at which one it is (CMRF), and what is handed to one. */
export const extraData: Detector = {
  id: 'extra-data',
  rules: ['MP-TNT-009', 'MP-TNT-010'],
  run(context) {
    const analysis = analysisOf(context);
    for (const unit of analysis.codebase.units) {
      if (unit.file.place !== 'mini-program' || !/extraData|navigateToMiniProgram/.test(unit.file.text)) continue;
      const reported = new Set<Node | undefined>();
      walk(unit.program, (node) => {
        const use = receivedData(node);
        if (use === undefined || !isOwn(use)) return true;
        const outer = outermost(use);
        if (reported.has(outer) || (outer !== undefined && looksAtSender(outer))) return true;
        reported.add(outer);
        context.report({
          rule: 'MP-TNT-009',
          file: unit.file.path,
          start: use.start,
          end: use.end,
          message: {
            zh: '使用 extraData 前没有检查来源小程序的 appId',
            en: 'extraData is used without a look at the appId that sent it',
          },
        });
        return true;
      });
      for (const call of unit.calls) {
        if (call.type !== 'CallExpression' || !/^navigate(?:To|Back)MiniProgram$/.test(methodOf(call) ?? '') || !isOwn(call))
          continue;
        if (!analysis.names(call).some((name) => /^navigate(?:To|Back)MiniProgram$/.test(platformApi(name) ?? ''))) continue;
        const first = call.arguments[0];
        const options = first === undefined ? undefined : unwrap(first);
        const sent = propertyOf(options, 'extraData')?.value;
        const secret = (sent === undefined ? undefined : secretIn(unwrap(sent))) ?? inPath(propertyOf(options, 'path')?.value);
        if (secret === undefined) continue;
        context.report({
          rule: 'MP-TNT-010',
          file: unit.file.path,
          start: secret.start,
          end: secret.end,
          message: {
            zh: '令牌、openid 或手机号被交给另一个小程序',
            en: 'A token, an openid or a phone number is handed to another mini program',
          },
        });
      }
    }
  },
};

/** A use of `referrerInfo.extraData`; a question whether it is there is none. */
function receivedData(node: Node): Node | undefined {
  if (node.type === 'MemberExpression' && keyName(node.property, node.computed) === 'extraData') {
    const path = memberPath(node);
    if (path === undefined || !/referrerInfo|referrer/i.test(path.join('.'))) return undefined;
    return isOnlyAsked(node) ? undefined : node;
  }
  if (node.type !== 'ObjectPattern') return undefined;
  const parent = parentOf(node);
  if (parent?.type !== 'VariableDeclarator' || parent.init === null) return undefined;
  if (!/referrerInfo/.test(memberPath(parent.init)?.join('.') ?? '')) return undefined;
  return node.properties.find(
    (property) => property.type === 'Property' && keyName(property.key, property.computed) === 'extraData',
  );
}

function isOnlyAsked(node: Node): boolean {
  let at = node;
  for (let parent = parentOf(at); parent !== undefined; at = parent, parent = parentOf(at)) {
    if (parent.type === 'IfStatement' || parent.type === 'ConditionalExpression') return parent.test === at;
    if (parent.type === 'LogicalExpression') {
      if (parent.operator === '&&' && parent.left === at) return true;
    } else if (parent.type !== 'UnaryExpression' && parent.type !== 'ChainExpression') return false;
  }
  return false;
}

function outermost(node: Node): Node | undefined {
  let outer = functionOf(node);
  for (let at = outer; at !== undefined; at = functionOf(at)) outer = at;
  return outer;
}

/** Whether a function compares an appId with something, in whatever way. */
function looksAtSender(fn: Node): boolean {
  let found = false;
  walk(fn, (node) => {
    if (found) return false;
    if (node.type === 'BinaryExpression' && /^[!=]==?$/.test(node.operator))
      found = namesAppId(node.left) || namesAppId(node.right);
    else if (node.type === 'CallExpression' && unwrap(node.callee).type === 'MemberExpression') {
      const callee = unwrap(node.callee);
      const method = callee.type === 'MemberExpression' ? (keyName(callee.property, callee.computed) ?? '') : '';
      if (/^(?:includes|has|indexOf|some|find|test)$|(?:trusted|allow|valid|check)/i.test(method))
        found = node.arguments.some(namesAppId);
    } else if (node.type === 'CallExpression')
      found =
        node.callee.type === 'Identifier' &&
        /trusted|allow|valid|check/i.test(node.callee.name) &&
        node.arguments.some(namesAppId);
    else if (node.type === 'MemberExpression' && node.computed) found = namesAppId(node.property);
    else if (node.type === 'SwitchStatement') found = namesAppId(node.discriminant);
    return !found;
  });
  return found;
}

const namesAppId = (node: Node): boolean => /appid/i.test(memberPath(node)?.at(-1) ?? '');

const secretName =
  /^(?:\w*token|openid|open_id|unionid|session_?(?:id|key)?|phone(?:_?number)?|mobile|id_?card|user_?phone|password)$/i;

/** A property whose value the code fills in and whose name says that it is secret. */
function secretIn(node: Node): Node | undefined {
  if (node.type !== 'ObjectExpression') return undefined;
  for (const property of node.properties) {
    if (property.type !== 'Property') continue;
    const value = unwrap(property.value);
    if (value.type === 'ObjectExpression') {
      const inner = secretIn(value);
      if (inner !== undefined) return inner;
    } else if (
      value.type !== 'Literal' &&
      (secretName.test(keyName(property.key, property.computed) ?? '') || secretName.test(memberPath(value)?.at(-1) ?? ''))
    )
      return property;
  }
  return undefined;
}

function inPath(node: Node | undefined): Node | undefined {
  if (node === undefined) return undefined;
  let found: Node | undefined;
  walk(node, (inner) => {
    if ((inner.type === 'Identifier' || inner.type === 'MemberExpression') && secretName.test(memberPath(inner)?.at(-1) ?? ''))
      found ??= node;
    return inner.type !== 'MemberExpression';
  });
  return found;
}
