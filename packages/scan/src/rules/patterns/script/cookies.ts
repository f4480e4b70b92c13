import { keyName, type Node, propertyOf, stringValue } from '../../../parse/ast.ts';
import { calleePath, resolved } from './nodes.ts';
import type { ScriptRule, ScriptScope } from './script-rule.ts';

const identity = /token|sess|sid$|user|uid|uuid|auth|openid|jwt|login|member|admin|org|tenant|account|credential/i;

const isFalse = (node: Node | undefined): boolean => node?.type === 'Literal' && node.value === false;

/** Cookies that say who somebody is, open to scripts or without a signature. */
const identityCookies: ScriptRule = {
  rule: 'MP-CFG-002',
  hint: /cookie/i,
  severity: 'medium',
  skips: ({ place }) => place === 'mini-program' || place === 'web',
  visit(node, _ancestors, scope) {
    if (node.type === 'ObjectExpression') openToScripts(node, scope);
    else if (node.type === 'CallExpression' && /(?:^|\.)(?:res|response|reply)\.(?:cookie|setCookie)$/.test(calleePath(node)))
      expressCookie(node, scope);
  },
};

function openToScripts(node: Node, scope: ScriptScope): void {
  const httpOnly = propertyOf(node, 'httpOnly') ?? propertyOf(node, 'httponly');
  if (httpOnly !== undefined && isFalse(httpOnly.value))
    scope.report(httpOnly, {
      zh: '身份 Cookie 可被脚本读取（httpOnly: false）',
      en: 'The cookie can be read by scripts (httpOnly: false)',
    });
  const signed = propertyOf(node, 'signed');
  if (
    httpOnly === undefined &&
    signed !== undefined &&
    isFalse(signed.value) &&
    node.type === 'ObjectExpression' &&
    node.properties.some(
      (property) =>
        property.type === 'Property' && /maxAge|overwrite|path|domain/i.test(keyName(property.key, property.computed) ?? ''),
    )
  )
    scope.report(signed, {
      zh: 'Cookie 没有签名（signed: false），客户端可以改写',
      en: 'The cookie is not signed (signed: false): the client can rewrite it',
    });
}

/** Express leaves httpOnly out unless asked. */
function expressCookie(node: Extract<Node, { type: 'CallExpression' }>, scope: ScriptScope): void {
  const name = stringValue(node.arguments[0]);
  if (name === undefined || !identity.test(name)) return;
  const options = resolved(node.arguments[2], scope.program);
  if (
    options !== undefined &&
    (options.type !== 'ObjectExpression' ||
      options.properties.some(({ type }) => type === 'SpreadElement') ||
      propertyOf(options, 'httpOnly') !== undefined)
  )
    return;
  scope.report(node, {
    zh: '身份 Cookie 没有 httpOnly 与 secure，脚本可读、明文可发',
    en: 'An identity cookie has neither httpOnly nor secure: scripts read it, and it travels in cleartext',
  });
}

export const cookieRules: readonly ScriptRule[] = [identityCookies];
