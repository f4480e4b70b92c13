import { constantText } from '../invoke.ts';
import type { Trace } from '../trace.ts';
import { type Check, deepFlags, deepKeys, deepRows, origin } from '../value.ts';
import { frameKey, spotOf } from './locate.ts';
import { type Collect, entryStep, stepAt } from './verdict.ts';

const sends =
  /^(send_?sms(code)?|sms_?send|send_?(verify|verification|sms|phone|mobile|auth)_?code|sendVerif\w*|SendSms|sendShortMessage|send_?message_?code)$/i;
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

/** A code is sent to whatever number the request names, as often as it asks. */
export function judgeSms(traces: readonly Trace[], collect: Collect): void {
  for (const trace of traces) {
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
