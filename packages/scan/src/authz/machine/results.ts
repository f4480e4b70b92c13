import { isAdminName, isGuardName, isProofName } from '../names.ts';
import { type Machine, placeOf } from './machine.ts';
import { type CallSite, type Check, type Closure, deepFlags, deepKeys, has, mixed, origin, type Value } from './value.ts';

const comparesSignature = /timingSafeEqual|createHmac|createVerify|hmac/i;

/** A token of the team's own: taken apart, its signature computed and compared, and what it says given back. */
export function checksSignature(m: Machine, closure: Closure, args: readonly Value[], value: Value): boolean {
  const flags = deepFlags(value);
  if ((flags & origin.client) === 0 || (flags & origin.row) !== 0 || !args.some((arg) => has(arg, origin.client))) return false;
  if (!onlyProof(args)) return false;
  const text = m.sources
    .text(closure.module.file)
    .slice(closure.node.start, Math.min(closure.node.end, closure.node.start + 4_000));
  return comparesSignature.test(text) && /===|!==|timingSafeEqual|\.equals\(/.test(text);
}

/** A predicate whose code says nothing that is understood still counts by its name. */
export function named(m: Machine, value: Value, name: string, args: readonly Value[], site: CallSite): Value {
  if (value.shape && !value.shape.list && refuses.test(name))
    return withVerdict(value, { left: mixed(args), place: placeOf(m, site.node), name });
  if (name === '' || value.shape || value.callable) return value;
  if (!/^(is|has|check|can|verify|validate|require|ensure|assert)/i.test(name) || !(isGuardName(name) || isAdminName(name)))
    return value;
  return { ...value, checks: [{ left: mixed(args), place: placeOf(m, site.node), name }, ...(value.checks ?? [])] };
}

/** Functions that answer `{ error }` to whoever may not go on, and `{ user }` to who may: what is asked of that is the guard. */
const refuses =
  /^(require|ensure|check|verify|assert|must|auth|authenticate|authorize|validate)\w*(admin|auth|user|login|session|role|permission|staff|manager|member)/i;

const verdicts =
  /^(error|err|errors|response|res|ok|success|valid|authorized|authenticated|isauth|code|status|user|admin|session)$/i;

function withVerdict(value: Value, check: Check): Value {
  const shape = value.shape;
  if (!shape) return value;
  const props = new Map(
    [...shape.props].map(([key, member]) =>
      verdicts.test(key) ? ([key, { ...member, checks: [check, ...(member.checks ?? [])] }] as const) : ([key, member] as const),
    ),
  );
  return { ...value, shape: { ...shape, props }, checks: [check, ...(value.checks ?? [])] };
}

/** Nothing but tokens, contexts and constants goes in: what comes out is what the token says. */
export function onlyProof(args: readonly Value[]): boolean {
  for (const arg of args) {
    if (!has({ ...arg, flags: deepFlags(arg, 1) }, origin.client) || arg.handle) continue;
    const keys = deepKeys(arg);
    if (keys.size === 0 || [...keys].some((key) => !isProofName(key))) return false;
  }
  return true;
}
