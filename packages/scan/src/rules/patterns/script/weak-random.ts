import type { Node } from '../../../parse/ast.ts';
import { calleePath, functionNames, targetName } from './nodes.ts';
import type { ScriptRule } from './script-rule.ts';

const secret =
  /token|captcha|verif\w*code|checkcode|smscode|sms_code|authcode|vcode|nonce|(?:^|_)salt|salt$|secret|session_?id|sessionkey|passw|pwd|csrf|invit\w*code|couponcode|redeem|activation|ticket/i;
/** `otp` as a word of its own: a footprint has one too. */
const oneTime = /(?:^|_)otp(?=$|[_A-Z\d])|O(?:tp|TP)(?=$|[_A-Z\d])/;
/** The name under which a question is kept, not its answer. */
const identifier = /(?:captcha|ticket|activation|invite|coupon)_?id$/i;
const plainCode =
  /^(?:code|randcode|randomcode|codes|randnum|verify|getcode|createcode|generatecode|makecode|gencode|sendcode|getrandomcode)$/i;
const harmless =
  /order|_?sn$|serial|trade|uuid|guid|color|colour|index|canvas|animation|delay|page|shuffle|mock|test|position|width|height|angle|filename|barcode|qrcode|errcode|areacode|zipcode|statuscode|charcode|decode|encode|unicode/i;

/** `Math.random` where the value must not be guessed. */
export const weakRandom: ScriptRule = {
  rule: 'MP-CRY-003',
  hint: /Math\s*\.\s*random/,
  severity: 'medium',
  visit(node, ancestors, scope) {
    if (node.type !== 'CallExpression' || calleePath(node) !== 'Math.random') return;
    const names = [targetName(ancestors), ...returnedTo(ancestors), ...functionNames(ancestors).slice(0, 2)].filter(
      (name) => name !== '',
    );
    if (names.some((name) => harmless.test(name) || identifier.test(name))) return;
    const name = names.find((each) => secret.test(each) || oneTime.test(each) || plainCode.test(each));
    if (name === undefined) return;
    const nonce = /nonce/i.test(name);
    // WeChat's signatures ask only that it differs.
    if (nonce && /jsapi_ticket|prepay_id/.test(scope.file.text)) return;
    const client = scope.file.place === 'mini-program';
    scope.report(
      node,
      {
        zh: 'Math.random 可以预测，不能用来生成令牌、验证码或随机串',
        en: 'Math.random can be predicted: it must not make tokens, verification codes or nonces',
      },
      nonce || client ? { severity: 'low' } : {},
    );
  },
};

/** Where a loop builds the value up: `codes.push(…)`. */
function returnedTo(ancestors: readonly Node[]): string[] {
  const statement = ancestors.findLast((node) => node.type === 'CallExpression' && calleePath(node).endsWith('.push'));
  return statement === undefined ? [] : [calleePath(statement).split('.').at(-2) ?? ''];
}
