import { WechatApiError, type WechatClient, type WechatPhoneNumber, WechatTransportError } from '@menshen/wechat';
import { detectionEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import type { Metrics } from '../../gateway/metrics.ts';

export type Exchanged =
  | { readonly ok: true; readonly phone: WechatPhoneNumber }
  /** WeChat has spoken against the code, or its answer is about another mini program. */
  | { readonly ok: false; readonly why: 'refused'; readonly where: string }
  /** Nobody knows whether the code is good. */
  | { readonly ok: false; readonly why: 'unavailable'; readonly where: string };

export interface PhoneExchange {
  exchange(appid: string, client: WechatClient, request: { readonly code: string; readonly openid: string }): Promise<Exchanged>;
  /** Whether WeChat is not asked at the moment. */
  paused(appid: string): boolean;
}

export interface PhoneExchangeParts {
  readonly audit: Pick<Audit, 'record'>;
  readonly metrics: Metrics;
  readonly clock: () => number;
}

/** 40013: of another mini program; 40029: not valid, used, or another person's; 40003 and 40163 are not in the page of this call, but of its kind. */
const codeRefusals: readonly number[] = [40003, 40013, 40029, 40163];
const quotas: readonly number[] = [45009, 45011];
const failuresInRow = 3;
const pauseMs = 10_000;
const quotaPauseMs = 30_000;

interface Standing {
  failures: number;
  pausedUntil: number;
  alarmed: boolean;
}

/**
 * Asks WeChat whose number a code stands for. After some failures in a row, and as soon as a quota is used up, WeChat is left alone for a while: a request
 * that waits ten seconds for nothing helps nobody. One alarm says when that begins and one when it ends.
 */
export function createPhoneExchange({ audit, metrics, clock }: PhoneExchangeParts): PhoneExchange {
  const standings = new Map<string, Standing>();
  const standingOf = (appid: string): Standing => {
    const known = standings.get(appid) ?? { failures: 0, pausedUntil: 0, alarmed: false };
    standings.set(appid, known);
    return known;
  };
  const alarm = (appid: string, away: boolean, reason: string): void => {
    const rule = away ? 'phone_checks_unavailable' : 'phone_checks_restored';
    const title = away ? 'phone numbers of customers cannot be checked' : 'phone numbers of customers are checked again';
    audit
      .record(detectionEvent({ time: clock(), rule, severity: away ? 'high' : 'low', title, detail: { appid, reason } }))
      .catch(() => metrics.add('menshen_audit_failures_total'));
  };
  const failed = (appid: string, standing: Standing, quota: boolean, where: string): Exchanged => {
    standing.failures += 1;
    if (quota || standing.failures >= failuresInRow) {
      standing.pausedUntil = clock() + (quota ? quotaPauseMs : pauseMs);
      if (!standing.alarmed) alarm(appid, true, where);
      standing.alarmed = true;
    }
    return { ok: false, why: 'unavailable', where };
  };
  const answered = (appid: string, standing: Standing): void => {
    standing.failures = 0;
    standing.pausedUntil = 0;
    if (standing.alarmed) alarm(appid, false, 'answered');
    standing.alarmed = false;
  };

  return {
    paused: (appid) => (standings.get(appid)?.pausedUntil ?? 0) > clock(),
    async exchange(appid, client, request) {
      const standing = standingOf(appid);
      if (standing.pausedUntil > clock()) return { ok: false, why: 'unavailable', where: 'phone: paused' };
      try {
        const phone = await client.getPhoneNumber(request);
        answered(appid, standing);
        return { ok: true, phone };
      } catch (error) {
        if (error instanceof WechatApiError) {
          const { errcode } = error;
          if (codeRefusals.includes(errcode)) {
            answered(appid, standing);
            return { ok: false, why: 'refused', where: `phone: code refused ${errcode}` };
          }
          const quota = quotas.includes(errcode);
          return failed(appid, standing, quota, quota ? `phone: quota ${errcode}` : `phone: no answer ${errcode}`);
        }
        if (error instanceof WechatTransportError && error.reason === 'bad_answer' && error.field === 'appid')
          return { ok: false, why: 'refused', where: 'phone: watermark' };
        return failed(appid, standing, false, 'phone: no answer');
      }
    },
  };
}
