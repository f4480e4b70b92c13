import { bindingOf, parentOf, unitOf } from '../../flow/links.ts';
import type { Source } from '../../flow/state.ts';
import { isFunction, type Node, stringValue, unwrap } from '../../parse/ast.ts';
import { walk } from '../../parse/walk.ts';
import type { Bilingual } from '../../rule.ts';
import { type Analysis, methodOf, parameterSources, resultSources } from './analysis.ts';

export type SecretLabel = 'session' | 'access-token' | 'profile' | 'error';

export const secretTexts: Readonly<Record<SecretLabel, Bilingual>> = {
  session: { zh: 'jscode2session 的返回（含 session_key）', en: 'the reply of jscode2session, with session_key' },
  'access-token': { zh: '接口调用凭据 access_token', en: 'the access_token of the interfaces' },
  profile: { zh: '解密后的用户资料', en: 'the decrypted data of a user' },
  error: { zh: '捕获的异常', en: 'a caught error' },
};

/** What a field of the data has to be called for the secret still to be in it. */
export const secretFields: Readonly<Record<SecretLabel, RegExp>> = {
  session: /^(?:data|body|result|res|response|text|session_?key|sessionKey|\d+|info|session)$/,
  'access-token': /^(?:data|body|result|res|response|text|access_?token|accessToken|\d+)$/,
  profile: /^(?:data|phoneNumber|purePhoneNumber|phone_info|result)$/,
  error: /^(?:message|stack|sql|sqlMessage|sqlState|errMsg|detail|original|parent|error|err)$/,
};

/** Where secrets come into being on a server. */
export function secretSources(analysis: Analysis): ReadonlyMap<SecretLabel, readonly Source[]> {
  const found = new Map<SecretLabel, Source[]>([
    ['session', []],
    ['access-token', []],
    ['profile', []],
    ['error', []],
  ]);
  for (const unit of analysis.codebase.units) {
    const { place, text, marks, language } = unit.file;
    if (
      place === 'mini-program' ||
      place === 'web' ||
      place === 'tool' ||
      marks.has('test') ||
      language === 'wxml' ||
      language === 'vue'
    )
      continue;
    const mayHoldSession = /jscode2session|code2session|codetosession/i.test(text);
    const mayHoldToken = /cgi-bin\/(?:stable_)?token/.test(text) || tokenAddress.test(text);
    const mayDecrypt = /decrypt/i.test(text);
    for (const call of unit.calls) {
      if (call.type !== 'CallExpression') continue;
      const label = labelOf(analysis, call, { mayHoldSession, mayHoldToken, mayDecrypt });
      if (label === undefined) continue;
      found.get(label)?.push(...resultSources(analysis, call, label, secretTexts[label]));
      for (const fn of dataHandlers(call))
        found.get(label)?.push(...parameterSources(analysis, fn, 0, label, secretTexts[label]));
    }
    found.get('error')?.push(...caughtErrors(analysis, unit.program));
  }
  return found;
}

/** `https.get(url, (res) => res.on('data', (chunk) => …))`: the answer comes in pieces. */
function dataHandlers(call: Node): readonly Node[] {
  if (call.type !== 'CallExpression') return [];
  const found: Node[] = [];
  for (const argument of call.arguments) {
    if (!isFunction(argument)) continue;
    walk(argument, (node) => {
      if (node.type !== 'CallExpression' || methodOf(node) !== 'on' || stringValue(node.arguments[0]) !== 'data') return true;
      const handler = node.arguments[1];
      if (handler !== undefined && isFunction(handler)) found.push(handler);
      return true;
    });
  }
  return found;
}

/** The address of the interface under a name, from wherever it is imported. */
const tokenAddress = /\b(?:WX_|WECHAT_)?(?:GET_)?ACCESS_?TOKEN_(?:URL|API|ADDRESS)\b|\b(?:getA|a)ccessToken(?:Url|Api)\b/;

const outgoing =
  /^(?:get|post|request|curl|fetch|rp|axios|got|requestPromise|ajax|send|http|httpGet|httpRequest|httpGetRequest|needle|superagent|getJson|\$http)$|request|fetch|http|axios/i;

function labelOf(
  analysis: Analysis,
  call: Node,
  may: { readonly mayHoldSession: boolean; readonly mayHoldToken: boolean; readonly mayDecrypt: boolean },
): SecretLabel | undefined {
  if (call.type !== 'CallExpression' || !(may.mayHoldSession || may.mayHoldToken || may.mayDecrypt)) return undefined;
  const method = methodOf(call) ?? '';
  if (may.mayDecrypt && /^(?:decryptData|\w*decrypt\w*(?:User|Phone|Profile|Info|Data)\w*)$/i.test(method)) return 'profile';
  const isOwn = analysis.engine.resolver.targets(call.callee).some((target) => target.kind === 'function');
  if (isOwn) return undefined;
  if (may.mayHoldSession && /^(?:code2Session(?:Weixin)?|codeToSession|jscode2session|jsCode2Session|code2session)$/.test(method))
    return 'session';
  if (!outgoing.test(method)) return undefined;
  const text = argumentTexts(call);
  if (may.mayHoldSession && /jscode2session/i.test(text)) return 'session';
  if (may.mayHoldToken && (/cgi-bin\/(?:stable_)?token/.test(text) || tokenAddress.test(text))) return 'access-token';
  return undefined;
}

/** The source of the arguments, and of what their names were set to. */
function argumentTexts(call: Node): string {
  if (call.type !== 'CallExpression') return '';
  const text = unitOf(call)?.file.text ?? '';
  return call.arguments
    .filter((argument) => !isFunction(argument))
    .map((argument) => {
      const own = text.slice(argument.start, Math.min(argument.end, argument.start + 2_000));
      const names = namesIn(argument);
      return [own, ...names.map((node) => text.slice(node.start, Math.min(node.end, node.start + 2_000)))].join('\n');
    })
    .join('\n');
}

function namesIn(argument: Node): readonly Node[] {
  const found: Node[] = [];
  walk(unwrap(argument), (node) => {
    if (isFunction(node) || found.length > 8) return false;
    if (node.type !== 'Identifier') return true;
    const declarator = bindingOf(node)?.declaration;
    const parent = declarator === undefined ? undefined : parentOf(declarator);
    if (parent?.type === 'VariableDeclarator' && parent.init !== null && !isFunction(parent.init)) found.push(parent.init);
    return true;
  });
  return found;
}

function caughtErrors(analysis: Analysis, program: Node): readonly Source[] {
  const found: Source[] = [];
  walk(program, (node) => {
    const param = node.type === 'CatchClause' ? node.param : errorParameter(node);
    if (param?.type !== 'Identifier') return true;
    found.push(
      ...analysis.engine.heap.pattern(param, []).map((position) => ({
        label: 'error',
        node: position.node,
        origin: param,
        path: position.path,
        text: secretTexts.error,
      })),
    );
    return true;
  });
  return found;
}

/** `app.use((err, req, res, next) => …)`: what Express hands to its last middleware; `setErrorHandler((error, request, reply) => …)` of Fastify. */
function errorParameter(node: Node): Node | undefined {
  if (node.type !== 'ArrowFunctionExpression' && node.type !== 'FunctionExpression' && node.type !== 'FunctionDeclaration')
    return undefined;
  const [first, , third] = node.params;
  return first?.type === 'Identifier' &&
    /^(?:e|err|error|exception)$/.test(first.name) &&
    third?.type === 'Identifier' &&
    (node.params.length === 4 ? /^_?res/ : /^_?reply$/).test(third.name)
    ? first
    : undefined;
}
