import { createHmac, hash } from 'node:crypto';
import type { AppConfig, ErrorCode, PhoneChallengeConfig } from '@menshen/contract';
import type { WechatClient } from '@menshen/wechat';
import type { PhoneChallenge } from '@menshen/wire';
import { createExpiringMap } from '../../coordination/expiring-map.ts';
import type { Coordination } from '../../coordination/model.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import type { Session } from '../../identity/model.ts';
import type { Keys } from '../../keys/master.ts';
import type { PuzzlePlace } from '../challenge/puzzle.ts';
import type { PhoneExchange } from './exchange.ts';
import type { PhoneStore } from './store.ts';
import { createPhoneTexts } from './text.ts';

/** How an answer to a phone challenge stands. `ask`: it answers nothing that was asked here. */
export type PhoneAnswer =
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'ask' }
  | { readonly outcome: 'refused'; readonly code: ErrorCode; readonly where: string; readonly retryAfter?: number }
  /** Nothing is known of the number: what is done then is configured. */
  | { readonly outcome: 'unavailable'; readonly where: string; readonly retryAfter: number }
  /** A service of ours is away. */
  | { readonly outcome: 'failed'; readonly code: 'coordination_unavailable' | 'store_unavailable' };

/** Whose challenge it is. */
export interface PhoneCaller {
  readonly place: PuzzlePlace;
  readonly session: Session;
  readonly app: AppConfig;
}

export interface Phones {
  issue(place: PuzzlePlace): PhoneChallenge;
  /** Whether the session has passed before and is not asked again. */
  remembered(caller: PhoneCaller): boolean | Promise<boolean>;
  /** Judges an answer, at most once. */
  accept(answer: string, caller: PhoneCaller): Promise<PhoneAnswer>;
  /** Whether there is no sense in asking, because WeChat does not answer. */
  paused(app: AppConfig): boolean;
  readonly counts: { issued: number; passed: number; refused: number; unavailable: number };
  maintain(): Promise<void>;
  /** Stops hearing of other nodes. */
  close(): void;
}

/** What phone checks ask of the rest of the node. */
export interface PhoneRooms {
  readonly store: PhoneStore;
  /** The openid by which WeChat knows a person in a mini program; null where there is none. */
  readonly openidOf: (uid: string, appid: string) => Promise<string | null>;
  readonly client: (app: AppConfig) => WechatClient | null;
}

export interface PhoneParts extends PhoneRooms {
  readonly settings: () => PhoneChallengeConfig;
  readonly exchange: PhoneExchange;
  readonly coordination: Pick<Coordination, 'useNonce' | 'counter' | 'broadcast'>;
  readonly keys: Pick<Keys, 'derive'>;
  readonly metrics: Metrics;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

const minuteMs = 60_000;
/** Longer than WeChat's own codes live. */
const codeMs = 10 * minuteMs;
/** Until the store is asked again about a session that has not passed, on another node perhaps. */
const unknownMs = 1_000;
const kept = 100_000;
/** Tells that a session has passed: a node that has just looked in vain looks again. */
const channel = 'phone passes';

const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));

/** Phone numbers that WeChat vouches for, instead of a refusal. The number is hashed with a key as soon as it is there, and forgotten. */
export function createPhones(parts: PhoneParts): Phones {
  const { settings, store, coordination, metrics, clock } = parts;
  const texts = createPhoneTexts(parts.keys.derive('phone challenges'), parts.random);
  const numberKey = parts.keys.derive('phone numbers of challenges');
  const counts = { issued: 0, passed: 0, refused: 0, unavailable: 0 };
  const passes = createExpiringMap<true>(kept, clock);
  const unknown = createExpiringMap<true>(kept, clock);
  const unsubscribe = coordination.broadcast.subscribe(channel, (key) => unknown.delete(key));

  const count = (outcome: keyof typeof counts): void => {
    counts[outcome] += 1;
    metrics.add('menshen_phone_challenges_total', `outcome="${outcome}"`);
  };
  const refused = (code: ErrorCode, where: string, retryAfter?: number): PhoneAnswer => {
    count('refused');
    return { outcome: 'refused', code, where, ...(retryAfter === undefined ? {} : { retryAfter }) };
  };
  const unavailable = (where: string, retryAfter = 30): PhoneAnswer => {
    count('unavailable');
    return { outcome: 'unavailable', where, retryAfter };
  };
  const scopeOf = ({ place }: PhoneCaller): string =>
    settings().validFor === 'app' ? place.app : `${place.app}\n${place.route}`;
  const passKey = (caller: PhoneCaller): string => `${caller.session.sid}\n${scopeOf(caller)}`;

  /** Counts before anything is looked at. Null where there is room. */
  const spend = async (uid: string, appid: string, code: string): Promise<PhoneAnswer | null> => {
    const { triesPerPerson, triesWindowMinutes, exchangesPerMinute } = settings();
    const tries = await coordination.counter.increment(`phone tries:${appid}:${uid}`, triesWindowMinutes * minuteMs);
    if (tries.count > triesPerPerson) return refused('phone_tries_exceeded', 'phone: tries', seconds(tries.resetAt - clock()));
    if (!(await coordination.useNonce(`phone code:${hash('sha256', code, 'base64url')}`, codeMs)))
      return refused('phone_code_refused', 'phone: code used');
    const budget = await coordination.counter.increment(`phone exchanges:${appid}`, minuteMs);
    if (budget.count > exchangesPerMinute) return unavailable('phone: budget', seconds(budget.resetAt - clock()));
    return null;
  };

  /** What WeChat says of the code; the keyed hash of the number where all is well. */
  const exchange = async (
    client: WechatClient,
    appid: string,
    request: { readonly code: string; readonly openid: string },
  ): Promise<PhoneAnswer | string> => {
    const answer = await parts.exchange.exchange(appid, client, request);
    if (!answer.ok) return answer.why === 'refused' ? refused('phone_code_refused', answer.where) : unavailable(answer.where);
    const { countryCode, purePhoneNumber, watermark } = answer.phone;
    const { freshSeconds, countryCodes } = settings();
    if (watermark.appid !== appid) return refused('phone_code_refused', 'phone: watermark');
    if (Math.abs(clock() - watermark.timestamp * 1_000) > freshSeconds * 1_000)
      return refused('phone_code_refused', 'phone: stale');
    const country = countryCode.replace(/\D/g, '');
    if (countryCodes.length > 0 && !countryCodes.includes(Number(country)))
      return refused('phone_country_refused', 'phone: country');
    const digits = purePhoneNumber.replace(/\D/g, '');
    // Two answers without a number are not one number.
    if (digits.length < 4) return unavailable('phone: no answer');
    const number = JSON.stringify([appid, country, digits]);
    return createHmac('sha256', numberKey).update(number).digest('base64url');
  };

  /** Counts the person for the number, and remembers the session. */
  const settle = async (number: string, caller: PhoneCaller): Promise<PhoneAnswer> => {
    const { personsPerNumber, windowHours, validMinutes } = settings();
    const { session } = caller;
    const now = clock();
    const times = { now, until: now + windowHours * 60 * minuteMs };
    if (!(await store.claim(number, session.person.uid, times, personsPerNumber)))
      return refused('phone_number_overused', 'phone: persons');
    if (validMinutes > 0) {
      const until = now + validMinutes * minuteMs;
      await store.pass(session.sid, scopeOf(caller), session.person.uid, until);
      passes.set(passKey(caller), true, until);
      // Where it is lost, another node may ask once more within a second.
      await coordination.broadcast.publish(channel, passKey(caller)).catch(() => undefined);
    }
    count('passed');
    return { outcome: 'passed' };
  };

  return {
    counts,
    issue(place) {
      count('issued');
      const { seconds: life, button } = settings();
      return { kind: 'phone', ...texts.issue(place, clock(), life), button };
    },
    remembered(caller) {
      if (settings().validMinutes === 0) return false;
      const key = passKey(caller);
      if (passes.get(key) === true) return true;
      if (unknown.get(key) === true) return false;
      const now = clock();
      return store.passed(caller.session.sid, scopeOf(caller), now).then(
        (until) => {
          if (until === null) unknown.set(key, true, now + unknownMs);
          else passes.set(key, true, until);
          return until !== null;
        },
        // Whoever cannot be remembered is asked.
        () => false,
      );
    },
    async accept(answer, caller) {
      const { session, app, place } = caller;
      const now = clock();
      const check = texts.check(answer, place, now);
      if (!check.ok) {
        count('refused');
        return { outcome: 'ask' };
      }
      const appid = app.wechat?.appid;
      const client = parts.client(app);
      if (appid === undefined || client === null) return unavailable('phone: no answer');
      // Nobody pays with a try for a time in which WeChat is not asked.
      if (parts.exchange.paused(appid)) return unavailable('phone: paused', 10);
      try {
        if (!(await coordination.useNonce(`phone:${check.nonce}`, Math.max(1, Math.ceil(check.expiresAt - now))))) {
          count('refused');
          return { outcome: 'ask' };
        }
        const spent = await spend(session.person.uid, appid, check.code);
        if (spent !== null) return spent;
      } catch {
        return { outcome: 'failed', code: 'coordination_unavailable' };
      }
      try {
        const openid = await parts.openidOf(session.person.uid, appid);
        if (openid === null) return refused('phone_code_refused', 'phone: not a wechat user');
        const number = await exchange(client, appid, { code: check.code, openid });
        return typeof number === 'string' ? await settle(number, caller) : number;
      } catch {
        return { outcome: 'failed', code: 'store_unavailable' };
      }
    },
    paused: (app) => app.wechat !== undefined && parts.exchange.paused(app.wechat.appid),
    maintain: () => store.removeExpired(clock()),
    close: unsubscribe,
  };
}
