import type { Effect, Trace } from '../machine/trace.ts';
import { deepFlags, deepKeys, origin } from '../machine/value.ts';
import type { Sources } from '../sources.ts';
import { readChecks } from './facts.ts';
import { frameKey } from './locate.ts';
import { type Collect, entryStep, stepAt } from './verdict.ts';

/** The key with which a token is verified: its text, or the setting that holds it. */
function keyOf(effect: Effect, sources: Sources): string | undefined {
  const key = effect.args[1];
  if (typeof key?.literal === 'string' && key.literal.length > 3 && !key.literal.includes('\u0000'))
    return `literal:${key.literal}`;
  const place = effect.argPlaces[1];
  if (!place) return undefined;
  const text = sources.text(place.file).slice(place.start, place.end);
  return /[.[]/.test(text) && text.length < 120 ? `setting:${text.replace(/\s|this\.|ctx\.|app\.|process\./g, '')}` : undefined;
}

const userModule = /(^|\/)(api|user|client|app|weapp|wx|mobile|front|home|mini)s?\//i;

/**
 * The back office accepts the tokens of the shop: both verify with one key, and the back office only asks whether a token
 * names anybody.
 */
export function judgeTokenConfusion(traces: readonly Trace[], sources: Sources, collect: Collect): void {
  const byUsers = new Map<string, Effect>();
  for (const trace of traces) {
    if (trace.entry.admin) continue;
    for (const effect of trace.effects) {
      if (effect.name !== 'jwt.verify' && effect.name !== 'jwt.sign') continue;
      const key = keyOf(effect, sources);
      if (key) byUsers.set(key, effect);
    }
  }
  for (const trace of traces) {
    if (!trace.entry.admin) continue;
    for (const effect of trace.effects) {
      if (effect.name !== 'jwt.verify') continue;
      const key = keyOf(effect, sources);
      const other = key ? byUsers.get(key) : undefined;
      if (!other || other.place.file === effect.place.file || asksForAudience(trace, effect)) continue;
      if (userModule.test(effect.place.file) && effect.place.file === other.place.file && !trace.entry.admin) continue;
      const frame = effect.frames[0];
      const place = effect.frames[1]?.call ?? effect.place;
      collect({
        rule: 'MP-API-005',
        key: `MP-API-005|${frameKey(frame)}`,
        place,
        message: {
          zh: '后台与用户端的令牌用同一个密钥验证，后台又只看是否登录：普通用户的令牌可以进入后台',
          en: "The back office verifies tokens with the users' key and only asks whether somebody is logged in: an ordinary user's token opens it",
        },
        steps: [
          entryStep(trace.entry),
          stepAt(other.place, '用户令牌使用这个密钥', "Users' tokens use this key"),
          stepAt(effect.place, '后台用同一个密钥验证', 'The back office verifies with the same key'),
        ],
        severity: 'critical',
      });
    }
  }
}

/** A claim on purpose, audience or role is asked for. */
function asksForAudience(trace: Trace, effect: Effect): boolean {
  const options = effect.args[2];
  if (options?.shape && ['audience', 'issuer', 'subject'].some((name) => options.shape?.props.has(name))) return true;
  if (readChecks(trace.decisions.filter((one) => one.enforced && one.order > effect.order).flatMap((one) => one.checks)).role)
    return true;
  const named = /^(aud|audience|role|roles|type|usertype|user_type|is_?admin|admin_id|adminid|scope|iss|admin)$/i;
  for (const decision of trace.decisions) {
    for (const check of decision.checks) {
      if (
        [check.left, check.right].some(
          (side) =>
            side?.field !== undefined && named.test(side.field) && (deepFlags(side) & (origin.identity | origin.row)) !== 0,
        )
      )
        return true;
      if (check.name && /admin|role|perm/i.test(check.name)) return true;
    }
  }
  // The identity is looked up among the administrators.
  return trace.accesses.some(
    (access) =>
      /admin|manager|staff|role/i.test(access.table) &&
      access.frames.length > 1 &&
      access.conditions.some((one) => (one.value.flags & origin.identity) !== 0) &&
      access.order < effect.order + 30 &&
      deepKeys(access.tableValue).size === 0 &&
      before(trace, access.order),
  );
}

function before(trace: Trace, order: number): boolean {
  return trace.decisions.some((one) => one.enforced && one.order > order);
}
