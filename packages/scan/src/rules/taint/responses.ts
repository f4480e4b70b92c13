import type { Call } from '../../flow/client.ts';
import { parentOf, unitOf } from '../../flow/links.ts';
import type { Path } from '../../flow/state.ts';
import { type FunctionNode, memberPath, type Node, unwrap } from '../../parse/ast.ts';
import { stageOf } from '../../parse/development.ts';
import { type Analysis, methodOf, receiverOf } from './analysis.ts';
import { cloudMains } from './server-sources.ts';

/** Exceptions of Nest, whose first argument is the answer. */
const nestException =
  /^(?:Http|InternalServerError|Bad(?:Request|Gateway)|NotFound|Forbidden|Unauthorized|Conflict|Unprocessable\w*|ServiceUnavailable|GatewayTimeout)Exception$/;

/** Whether an argument of a call becomes what the client is answered. */
export function isResponse(call: Call, index: number): boolean {
  if (call.type === 'NewExpression')
    return (
      index === 0 &&
      call.callee.type === 'Identifier' &&
      nestException.test(call.callee.name) &&
      importsOf(call, '@nestjs/common')
    );
  const method = methodOf(call) ?? '';
  const receiver = receiverOf(call);
  if (receiver === undefined) return false;
  const path = memberPath(receiver);
  const last = path?.at(-1) ?? lastCalled(receiver);
  // `NextResponse.json(data)` of Next.js, `Response.json(data)` of the platform.
  if (method === 'json' && /^(?:Next)?Response$/.test(last)) return index === 0;
  if (/^(?:success|json|jsonp|ok|resSuccess|apiSuccess)$/.test(method))
    return index <= 1 && /^(?:this|res|response|ctx|reply|that|self|helper|status)$/.test(last);
  if (/^(?:send|end)$/.test(method)) return index === 0 && /^(?:res|response|reply|status|code)$/.test(last);
  // Whoever writes `res.error(code, status, cause)` keeps the cause for the log.
  if (last === 'res' && index > 1) return false;
  return /^(?:fail|error)(?:By\w+|With\w+|Msg|Message|Response)?$/.test(method) && /^(?:this|ctx|res|that|self)$/.test(last);
}

/** Whether an assignment sets what the client is answered. */
export function isResponseBody(left: Node, path: Path): boolean {
  const name = [...(memberPath(left) ?? []), ...path].join('.');
  return (
    /(?:^|\.)(?:ctx|context|response|this|res)\.body(?:\.|$)/.test(name) ||
    /(?:^|\.)ctx\.(?:response\.body|state\.data)(?:\.|$)/.test(name)
  );
}

const importsOf = (node: Node, module: string): boolean => unitOf(node)?.file.text.includes(module) === true;

const routeDecorator = /^(?:Get|Post|Put|Patch|Delete|All)$/;
const routeCall = /^(?:get|post|put|patch|delete|all)$/;

/** Whether a function's result is the answer of its route: a decorated method of Nest or Midway, a handler of Fastify. */
export function isRouteAnswer(fn: FunctionNode): boolean {
  const parent = parentOf(fn);
  if (parent?.type === 'MethodDefinition')
    return (parent.decorators ?? []).some(
      ({ expression }) => expression.type === 'CallExpression' && routeDecorator.test(methodOf(expression) ?? ''),
    );
  return (
    parent?.type === 'CallExpression' &&
    parent.arguments.length > 1 &&
    parent.arguments.at(-1) === fn &&
    routeCall.test(methodOf(parent) ?? '') &&
    importsOf(fn, 'fastify')
  );
}

/** Whether a function's result is the answer of a cloud function. */
export const isCloudAnswer = (analysis: Analysis, fn: FunctionNode): boolean => {
  const unit = unitOf(fn);
  return unit !== undefined && cloudMains(analysis, unit).includes(fn);
};

/** A token that is signed but can be read by whoever holds it. */
export const isTokenPayload = (names: readonly string[], call: Call, index: number): boolean =>
  index === 0 &&
  (names.some(
    (name) =>
      /^mod:(?:jsonwebtoken|jwt-simple|jose)(?:\.default)?\.(?:sign|encode)$/.test(name) ||
      /(?:^|\.)(?:jwt|jwtService|JWT)\.(?:sign|signAsync|encode)$/.test(name),
  ) ||
    /^(?:jwtSign|signToken)$/.test(methodOf(call) ?? ''));

/** Whether an argument of a call is written to a log. */
export function isLog(names: readonly string[], call: Call): boolean {
  if (names.some((name) => /^console\.(?:log|info|warn|error|debug|dir)$/.test(name))) return true;
  const method = methodOf(call) ?? '';
  if (!/^(?:log|info|warn|error|debug|trace|fatal)$/.test(method)) return false;
  const receiver = receiverOf(call);
  const last = receiver === undefined ? '' : (memberPath(receiver)?.at(-1) ?? lastCalled(receiver));
  return /^(?:logger|log|coreLogger|rtLog|logManager|getRealtimeLogManager|getLogger|getLogManager|winston|log4js)$/i.test(last);
}

function lastCalled(receiver: Node): string {
  const node = unwrap(receiver);
  return node.type === 'CallExpression' ? (methodOf(node) ?? '') : '';
}

/** Whether a place is reached only while the code is developed, by a plain comparison with the environment. */
export function isInDevelopment(node: Node): boolean {
  for (let at = node, height = 0; height < 40; height += 1) {
    const up = parentOf(at);
    if (up === undefined) return false;
    const stage =
      (up.type === 'IfStatement' || up.type === 'ConditionalExpression') && up.test !== at
        ? stageOf(up.test)
        : up.type === 'LogicalExpression' && up.operator === '&&' && up.right === at
          ? stageOf(up.left)
          : undefined;
    const isOther = (up.type === 'IfStatement' || up.type === 'ConditionalExpression') && up.alternate === at;
    if (stage === (isOther ? 'production' : 'development')) return true;
    at = up;
  }
  return false;
}

/** Whether a place is only reached where the code runs for its developers. */
export function isForDevelopers(node: Node, textOf: (node: Node) => string): boolean {
  for (let at: Node | undefined = node, height = 0; at !== undefined && height < 30; at = parentOf(at), height += 1) {
    const test =
      at.type === 'IfStatement' || at.type === 'ConditionalExpression'
        ? at.test
        : at.type === 'LogicalExpression'
          ? at.left
          : undefined;
    if (
      test !== undefined &&
      test !== node &&
      /env|debug|prod|dev|local|expose|instanceof\s+(?!Error\b)|isBoom|isJoi|is[A-Z]\w*Err/.test(textOf(test))
    )
      return true;
  }
  return false;
}
