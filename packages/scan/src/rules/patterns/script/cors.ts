import { memberPath, type Node, propertyOf, stringValue, unwrap } from '../../../parse/ast.ts';
import { calleeName } from './nodes.ts';
import type { ScriptRule, ScriptScope } from './script-rule.ts';

const message = {
  zh: '允许任意来源携带凭据跨域访问：任何网站都能以用户身份调用接口',
  en: 'Any origin may call with credentials: every website can act as the user',
};
const openMessage = { zh: '允许任意来源跨域访问', en: 'Any origin may read the answers' };

const isTrue = (node: Node | undefined): boolean => node?.type === 'Literal' && (node.value === true || node.value === 'true');

/** Cross-origin access for everybody, with the user's cookies. */
const anyOrigin: ScriptRule = {
  rule: 'MP-CFG-003',
  hint: /cors|Access-Control-Allow-Origin/i,
  severity: 'medium',
  skips: ({ place }) => place === 'mini-program',
  visit(node, _ancestors, scope) {
    if (node.type === 'ObjectExpression') ofOptions(node, scope);
    else if (node.type === 'CallExpression') ofHeader(node, scope);
  },
};

function ofOptions(node: Node, scope: ScriptScope): void {
  const origin = propertyOf(node, 'origin');
  const credentials = propertyOf(node, 'credentials');
  if (origin === undefined || !/cors/i.test(scope.file.text)) return;
  const value = unwrap(origin.value);
  const every = stringValue(value) === '*' || isTrue(value) || reflects(value, scope);
  if (every && credentials !== undefined && isTrue(credentials.value)) scope.report(origin, message);
  else if (stringValue(value) === '*') scope.report(origin, openMessage, { severity: 'info' });
}

/** `ctx => ctx.get('Origin')`, `(origin, done) => done(null, true)`. */
function reflects(node: Node, { file }: ScriptScope): boolean {
  if (node.type !== 'ArrowFunctionExpression' && node.type !== 'FunctionExpression') return false;
  const body = file.text.slice(node.body.start, Math.min(node.body.end, node.body.start + 600));
  if (/includes|indexOf|\bif\b|has\(|test\(|\?/.test(body)) return false;
  return /origin|null\s*,\s*true|['"]\*['"]/i.test(body);
}

function ofHeader(node: Extract<Node, { type: 'CallExpression' }>, scope: ScriptScope): void {
  if (
    !/^(?:set|setHeader|header|append|writeHead)$/.test(calleeName(node)) ||
    stringValue(node.arguments[0])?.toLowerCase() !== 'access-control-allow-origin'
  )
    return;
  const value = node.arguments[1];
  const path =
    value === undefined
      ? undefined
      : (memberPath(value)?.join('.') ??
        (value.type === 'CallExpression' ? scope.file.text.slice(value.start, value.end) : undefined));
  const reflected = path !== undefined && /origin/i.test(path) && !/config|allow|white|list/i.test(path);
  const every = stringValue(value) === '*';
  const credentials = /Access-Control-Allow-Credentials['"]\s*,\s*['"]?true/i.test(scope.file.text);
  if ((every || reflected) && credentials) scope.report(node, message);
  else if (every) scope.report(node, openMessage, { severity: 'info' });
}

export const corsRules: readonly ScriptRule[] = [anyOrigin];
