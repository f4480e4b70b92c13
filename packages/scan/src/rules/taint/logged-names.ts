import type { Detector } from '../../detector.ts';
import { bindingOf, parentOf } from '../../flow/links.ts';
import { isFunction, keyName, memberPath, type Node, unwrap } from '../../parse/ast.ts';
import { walk } from '../../parse/walk.ts';
import { analysisOf, isOwn, methodOf } from './analysis.ts';
import { isInDevelopment, isLog } from './responses.ts';

const secret =
  /^(?:\w*(?:password|passwd)|pwd|\w*session_?key|\w*access_?token(?:Body)?|app_?secret|\w*private_?key|mch_?key|api_?v3_?key|secret_?(?:key|id)?|id_?card(?:_?no)?|bank_?card(?:_?no)?)$/i;
const token =
  /^(?:token|jwt|third_?session|third_?key|(?:session|s)_?3rd|3rd_?session|user_?token|login_?token|auth_?token|refresh_?token)$/i;
const personal =
  /^(?:(?:user_?|customer_?|receiver_?|contact_?)?(?:phone|mobile|tel)(?:_?(?:numbers?|no|num))?|pure_?phone_?number|id_?number|real_?name)$/i;

/** Values whose names say that they are secret, written to a log. */
export const loggedNames: Detector = {
  id: 'logged-names',
  rules: ['MP-LOG-001'],
  run(context) {
    const analysis = analysisOf(context);
    for (const unit of analysis.codebase.units) {
      if (!/console\.|log/i.test(unit.file.text)) continue;
      for (const call of unit.calls) {
        if (
          call.type !== 'CallExpression' ||
          !/^(?:log|info|warn|error|debug|dir|trace|fatal)$/.test(methodOf(call) ?? '') ||
          !isOwn(call)
        )
          continue;
        if (!isLog(analysis.names(call), call) || isInDevelopment(call)) continue;
        const named = call.arguments.flatMap((argument) => [...secretsIn(argument), ...secretsOfBody(argument, unit.file.text)]);
        const first = named.find((name) => !personal.test(name)) ?? named[0];
        if (first === undefined) continue;
        const isServer = unit.file.place !== 'mini-program' && unit.file.place !== 'web';
        const isPersonal = personal.test(first);
        // A page that tells its own user's number to its own console tells nobody.
        if (isPersonal && !isServer) continue;
        const isToken = !isPersonal && !secret.test(first);
        context.report({
          rule: 'MP-LOG-001',
          file: unit.file.path,
          start: call.start,
          end: call.end,
          message: { zh: `日志中写入了 ${first}`, en: `${first} is written to a log` },
          severity: isServer && !isPersonal ? 'medium' : 'low',
          confidence: isPersonal || (isToken && !isServer) ? 'medium' : 'high',
        });
      }
    }
  },
};

/** Names of secrets in what is logged; what a function makes of them, their length and their being there are no secrets. */
function secretsIn(argument: Node): readonly string[] {
  const found: string[] = [];
  walk(argument, (node) => {
    if (isFunction(node) || node.type === 'ConditionalExpression' || node.type === 'UnaryExpression') return false;
    if (node.type === 'Property' && isMadeOf(unwrap(node.value))) return false;
    if (node.type === 'CallExpression')
      return /^(?:stringify|toString|String|inspect|concat)$/.test(methodOf(node) ?? '') || node === argument;
    const name =
      node.type === 'Identifier'
        ? node.name
        : node.type === 'MemberExpression'
          ? (keyName(node.property, node.computed) ?? '')
          : '';
    if (isSecret(name) && !isErrorText(node)) found.push(name);
    else if (node.type === 'Identifier' && comesFromToken(node)) found.push(name);
    return node.type !== 'MemberExpression';
  });
  // What is left of a number when its middle is hidden tells nobody who it is.
  const isMasked =
    argument.type === 'CallExpression' && /mask|hide|desensiti|hash|slice|substr|replace/i.test(methodOf(argument) ?? '');
  return isMasked ? found.filter((name) => !personal.test(name)) : found;
}

/** `log(req.body)` where the same function takes the password out of it. */
function secretsOfBody(argument: Node, text: string): readonly string[] {
  const path = argument.type === 'MemberExpression' ? memberPath(argument) : undefined;
  if (path === undefined || path.length < 2 || path.at(-1) !== 'body') return [];
  let around: Node | undefined = argument;
  while (around !== undefined && !isFunction(around)) around = parentOf(around);
  if (around === undefined) return [];
  const body = path.join('\\.');
  const source = text.slice(around.start, Math.min(around.end, around.start + 20_000));
  const name = new RegExp(
    `\\{[^{}]{0,300}\\b(\\w{0,20}(?:[pP]assword|[pP]asswd)|pwd)\\b[^{}]{0,300}\\}\\s{0,4}=\\s{0,4}(?:await\\s)?${body}\\b|\\b${body}\\.(\\w{0,20}(?:[pP]assword|[pP]asswd)|pwd)\\b`,
  ).exec(source);
  const found = name?.[1] ?? name?.[2];
  return found === undefined ? [] : [found];
}

/** `{ phone: mask(phone), hasPassword: !!password }`: under the name stands what a function or a question made of it. */
const isMadeOf = (value: Node): boolean =>
  (value.type === 'CallExpression' && !/^(?:stringify|toString|String|inspect|concat)$/.test(methodOf(value) ?? '')) ||
  /^(?:Unary|Conditional)Expression$|^Literal$/.test(value.type);

const isSecret = (name: string): boolean =>
  !/^(?:has|is|no|need|show|with|without)_?[A-Z]/.test(name) && (secret.test(name) || token.test(name) || personal.test(name));

/** A constant for a key's name, or a message. */
const isErrorText = (node: Node): boolean =>
  node.type === 'Identifier' && /^[A-Z0-9_]+$/.test(node.name) && parentOf(node)?.type !== 'MemberExpression';

function comesFromToken(node: Node): boolean {
  const declaration = bindingOf(node)?.declaration;
  const parent = declaration === undefined ? undefined : parentOf(declaration);
  if (parent?.type !== 'VariableDeclarator' || parent.init === null || parent.id.type !== 'Identifier') return false;
  const inner = unwrap(parent.init);
  const call = inner.type === 'AwaitExpression' ? unwrap(inner.argument) : inner;
  return (
    call.type === 'CallExpression' &&
    /^(?:get|fetch|create|refresh)\w*(?:AccessToken|SessionKey|Access\w*Token)$/i.test(methodOf(call) ?? '')
  );
}
