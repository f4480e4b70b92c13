import { keyName, type Node, propertyOf, stringValue, unwrap } from '../../../parse/ast.ts';
import { walk } from '../../../parse/walk.ts';
import { calleeName, calleePath, resolved } from './nodes.ts';
import type { ScriptRule, ScriptScope } from './script-rule.ts';

const signer = /^(?:jwt|jsonwebtoken|jws|JWT|Jwt|jsonWebToken|jwtService|JwtService|nJwt|jose)$/;
const client = ({ place }: { place: string }): boolean => place === 'mini-program' || place === 'web';

/** `jwt.sign(…)`, `app.jwt.sign(…)`, `this.jwtService.signAsync(…)`. */
function isSign(node: Node): boolean {
  if (node.type !== 'CallExpression' || !/^sign(?:Async)?$/.test(calleeName(node))) return false;
  const parts = calleePath(node).split('.');
  return parts.length >= 2 && signer.test(parts.at(-2) ?? '');
}

/** Tokens that never expire. */
const noExpiry: ScriptRule = {
  rule: 'MP-API-006',
  hint: /\bsign(?:Async)?\s*\(|SignJWT|ignoreExpiration/,
  severity: 'medium',
  skips: client,
  visit(node, ancestors, scope) {
    if (isSign(node) && node.type === 'CallExpression') {
      if (
        expires(node.arguments[0], scope) ||
        expires(node.arguments[2], scope) ||
        expires(node.arguments[1], scope) ||
        setElsewhere(node, scope)
      )
        return;
      scope.report(node, message);
    } else if (node.type === 'NewExpression' && calleeName(node) === 'SignJWT') {
      const chain = ancestors.findLast(
        (parent) =>
          parent.type === 'ExpressionStatement' || parent.type === 'VariableDeclarator' || parent.type === 'ReturnStatement',
      );
      if (chain !== undefined && !scope.file.text.slice(chain.start, chain.end).includes('setExpirationTime'))
        scope.report(node, message);
    } else if (
      node.type === 'Property' &&
      keyName(node.key, node.computed) === 'ignoreExpiration' &&
      node.value.type === 'Literal' &&
      node.value.value === true
    )
      scope.report(node, {
        zh: '验证令牌时忽略了有效期，令牌永不过期',
        en: 'Verification ignores the expiry: tokens live for ever',
      });
  },
};

const message = { zh: '签发的令牌没有有效期，泄漏后永远可用', en: 'The token has no expiry: once leaked it works for ever' };
const expiryName = /^(?:expiresIn|exp|expires|expire|expiration)$/;

/** Whether an object, followed through a name and spreads, says when the token ends. A value that cannot be read counts as saying so. */
function expires(node: Node | undefined, scope: ScriptScope, depth = 0): boolean {
  if (node === undefined || depth > 3) return false;
  const value = resolved(node, scope.program);
  if (value === undefined) return false;
  if (value.type === 'ObjectExpression')
    return value.properties.some((property) =>
      property.type === 'Property'
        ? expiryName.test(keyName(property.key, property.computed) ?? '')
        : property.type === 'SpreadElement' && /expir|option/i.test(scope.file.text.slice(property.start, property.end)),
    );
  const text = scope.file.text.slice(value.start, Math.min(value.end, value.start + 300));
  return /expire|option/i.test(text) || (value.type === 'Identifier' && assigned(value.name, scope));
}

/** `payload.exp = …` somewhere in the file. */
function assigned(name: string, { program }: ScriptScope): boolean {
  let found = false;
  walk(program, (node) => {
    if (node.type !== 'AssignmentExpression') return;
    const left = unwrap(node.left);
    if (
      left.type === 'MemberExpression' &&
      left.object.type === 'Identifier' &&
      left.object.name === name &&
      expiryName.test(keyName(left.property, left.computed) ?? '')
    )
      found = true;
  });
  return found;
}

/** Nest's `signOptions` and egg's `jwt` settings hold the expiry for the whole project. */
function setElsewhere(node: Node, { context }: ScriptScope): boolean {
  if (!/jwtService|app\.jwt|this\.jwt/i.test(calleePath(node))) return false;
  return context.project.files.some(
    (file) =>
      /(?:config|module)[^/]*\.[jt]s$/i.test(file.path) &&
      /(?:signOptions|sign|jwt)\s*[:=]\s*\{[^}]{0,400}expiresIn/.test(file.text),
  );
}

/** Tokens that are read without being verified, or verified against no algorithm. */
const unverified: ScriptRule = {
  rule: 'MP-API-007',
  hint: /jwt|jsonwebtoken|jose/i,
  severity: 'critical',
  skips: client,
  visit(node, _ancestors, scope) {
    if (node.type === 'CallExpression') {
      const name = calleeName(node);
      const parts = calleePath(node).split('.');
      const decodes =
        (/^decode(?:Jwt)?$/.test(name) && signer.test(parts.at(-2) ?? '')) || /^(?:jwtDecode|jwt_decode|decodeJwt)$/.test(name);
      if (
        decodes &&
        !/\.verify(?:Async)?(?:<[\w\s,{}[\]:;|]{1,80}>)?\s*\(|jwtVerify|expressjwt|koa-jwt|passport-jwt/.test(scope.file.text)
      )
        scope.report(node, {
          zh: '令牌只解码、没有验签，任何人都能伪造身份',
          en: 'The token is decoded but never verified: anyone can write one',
        });
      return;
    }
    if (node.type !== 'Property') return;
    const key = keyName(node.key, node.computed);
    if (key !== 'algorithms' && key !== 'algorithm') return;
    const values = node.value.type === 'ArrayExpression' ? node.value.elements : [node.value];
    if (values.some((value) => stringValue(value)?.toLowerCase() === 'none'))
      scope.report(node, {
        zh: '允许 none 算法：没有签名的令牌也被接受',
        en: 'The algorithm none is allowed: tokens without a signature pass',
      });
  },
};

/** XML parsers that follow entities. */
const entities: ScriptRule = {
  rule: 'MP-INJ-005',
  hint: /noent|libxml|expandEntities|resolveExternals|processEntities/,
  severity: 'high',
  visit(node, _ancestors, scope) {
    if (node.type !== 'ObjectExpression') return;
    for (const name of ['noent', 'expandEntities', 'resolveExternals']) {
      const property = propertyOf(node, name);
      if (property?.value.type === 'Literal' && property.value.value === true)
        scope.report(property, {
          zh: '解析 XML 时展开外部实体，可读取服务器文件、探测内网',
          en: 'External entities of XML are resolved: server files can be read and inner hosts reached',
        });
    }
  },
};

export const tokenRules: readonly ScriptRule[] = [noExpiry, unverified, entities];
