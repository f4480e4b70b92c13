import { BoundedMap } from './bounded.ts';

export interface Subscriptions {
  /** The person taps "allow" for a template: one more message may be sent. */
  accept(appid: string, person: string, templateId: string): void;
  /** The person refuses: what was allowed before is void. */
  refuse(appid: string, person: string, templateId: string): void;
  /** Uses up one allowed message; false when there is none. */
  consume(appid: string, person: string, templateId: string): boolean;
}

/** The grants of wx.requestSubscribeMessage: one message per tap. */
export function createSubscriptions(): Subscriptions {
  const grants = new BoundedMap<string, number>(100_000);
  const keyOf = (...parts: readonly string[]) => JSON.stringify(parts);
  return {
    accept(appid, person, templateId) {
      const key = keyOf(appid, person, templateId);
      grants.set(key, (grants.get(key) ?? 0) + 1);
    },
    refuse(appid, person, templateId) {
      grants.delete(keyOf(appid, person, templateId));
    },
    consume(appid, person, templateId) {
      const key = keyOf(appid, person, templateId);
      const left = grants.get(key) ?? 0;
      if (left <= 0) return false;
      grants.set(key, left - 1);
      return true;
    },
  };
}
