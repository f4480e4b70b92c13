import { constantText } from '../machine/invoke.ts';
import type { Trace } from '../machine/trace.ts';
import { type Check, deepFlags, deepKeys, deepRows, has, origin, type Place, type Value } from '../machine/value.ts';
import { guardFacts } from './facts.ts';
import { frameKey, spotOf } from './locate.ts';
import { type Collect, entryStep, stepAt } from './verdict.ts';

const sends =
  /^(send_?sms(code)?|sms_?send|send_?(verify|verification|sms|phone|mobile|auth)_?code|sendVerif\w*|SendSms|send_?with_?param|sendShortMessage|send_?message_?code)$/i;
const limits = /limit|throttle|frequency|interval|captcha|cool_?down|too_?(many|often)|rate/i;

/** Something that was counted, stored or timed decided whether to send. */
function limited(guards: readonly Check[]): boolean {
  return guards.some((check) => {
    if (check.name && limits.test(check.name)) return true;
    for (const side of [check.left, check.right]) {
      if (!side) continue;
      if (deepRows(side).size > 0 || (deepFlags(side) & (origin.fresh | origin.config | origin.identity)) !== 0) return true;
      if ([...deepKeys(side)].some((key) => /captcha|ticket|randstr/i.test(key))) return true;
    }
    return false;
  });
}

const codeName = /^(?:sms_?|verify_?|verification_?|auth_?|check_?|valid_?|captcha_?|phone_?|mobile_?)?code$|^captcha$/i;
/** Handlers that make a code for a telephone or an address. */
const makesCode = /sms|captcha|(?:send|get|create|phone|mobile|verif\w*|auth|valid\w*|email)[-_/]?code|\bcode$/i;

const saysWhat = /sms|captcha|phone|mobile|verif|auth|valid|e?mail/i;

/** A telephone or an address for which the code is: the code of a paper or of an invitation has none. */
function hasReceiver(trace: Trace): boolean {
  const values = [
    ...trace.effects.flatMap((effect) => effect.args),
    ...trace.accesses.flatMap((access) => [...access.conditions.map((one) => one.value), ...(access.data ? [access.data] : [])]),
  ];
  return values.some((value) => [...deepKeys(value)].some((key) => /phone|mobile|tel$|e?mail/i.test(key)));
}

/** The code that proves a telephone is in the answer to whoever asked for it: no telephone is needed any more. */
function judgeAnsweredCode(trace: Trace, collect: Collect): void {
  const sent = trace.effects.some((effect) => sends.test(effect.name.slice(effect.name.lastIndexOf('.') + 1)));
  const named = `${trace.entry.name} ${trace.entry.path}`;
  if (!sent && !(makesCode.test(named) && (saysWhat.test(named) || hasReceiver(trace)))) return;
  for (const reply of trace.replies) {
    const leaked = leakedCode(reply.value);
    if (leaked === undefined) continue;
    const place = leaked.place ?? reply.place;
    collect({
      rule: 'MP-API-013',
      key: `MP-API-013|code|${place.file}:${place.start}`,
      place,
      message: {
        zh: `验证码 ${leaked.name} 直接返回给请求者：不需要那部手机就能通过验证`,
        en: `The code ${leaked.name} is sent back to whoever asks for it: the telephone is not needed to prove anything`,
      },
      steps: [entryStep(trace.entry), stepAt(place, '验证码在应答里', 'The code is in the answer')],
      severity: 'high',
      confidence: sent ? 'high' : 'medium',
    });
    return;
  }
}

function leakedCode(value: Value, depth = 3): { name: string; place: Place | undefined } | undefined {
  for (const [name, member] of value.shape?.props ?? []) {
    const fresh = (member.flags & origin.fresh) !== 0 && (member.flags & origin.client) === 0;
    if (fresh && codeName.test(name)) return { name, place: value.shape?.places?.get(name) };
    const inner = depth > 0 ? leakedCode(member, depth - 1) : undefined;
    if (inner) return inner;
  }
  return undefined;
}

/** `uniID.setVerifyCode(event.params)`: the caller says which code a telephone has received, and logs in with it. */
function judgeChosenCode(trace: Trace, collect: Collect): void {
  for (const effect of trace.effects) {
    const arg = effect.args[0];
    if (effect.name !== 'uniID.setVerifyCode' || !arg) continue;
    const code = arg.shape?.props.get('code') ?? arg.shape?.rest ?? arg;
    const facts = guardFacts(effect);
    if (!has(code, origin.client) || facts.role || facts.secret) continue;
    const spot = spotOf(effect, effect.place);
    collect({
      rule: 'MP-API-004',
      key: `MP-API-004|code|${frameKey(spot.frame)}|${effect.branch?.label ?? ''}`,
      place: effect.place,
      message: {
        zh: '验证码由调用者自己设定：给任意手机号设一个码，再用它登录就能冒充那个人',
        en: 'The caller sets the code that a telephone is said to have received: with it he logs in as whoever has that telephone',
      },
      steps: [entryStep(trace.entry), stepAt(effect.place, '在这里设定验证码', 'The code is set here')],
      severity: 'critical',
    });
  }
}

/** A code is sent to whatever number the request names, as often as it asks. */
export function judgeSms(traces: readonly Trace[], collect: Collect): void {
  for (const trace of traces) {
    judgeAnsweredCode(trace, collect);
    judgeChosenCode(trace, collect);
    if (trace.middleware.some((text) => limits.test(text)) || [...trace.called].some((name) => limits.test(name))) continue;
    for (const effect of trace.effects) {
      const last = effect.name.slice(effect.name.lastIndexOf('.') + 1);
      const isSms = sends.test(last) || /dysmsapi|sms\.tencentcloudapi|\/sms\/send/i.test(constantText(effect.args));
      if (!isSms || !effect.args.some((arg) => (deepFlags(arg) & origin.client) !== 0)) continue;
      if (limited(effect.guards)) continue;
      const spot = spotOf(effect, effect.place);
      collect({
        rule: 'MP-API-016',
        key: `MP-API-016|${frameKey(spot.frame)}`,
        place: spot.place,
        message: {
          zh: '验证码短信可以无限次发送：没有按手机号、用户或时间限制',
          en: 'Codes can be sent without end: nothing limits them by number, user or time',
        },
        steps: [entryStep(trace.entry), stepAt(effect.place, '在这里发送短信', 'The message is sent here')],
        confidence: 'medium',
      });
    }
  }
}
