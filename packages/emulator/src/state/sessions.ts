import type { Clock } from '../clock.ts';
import type { RandomBytes } from '../random.ts';
import { BoundedMap } from './bounded.ts';

export interface Sessions {
  /** The valid session_key (base64 of 16 bytes) of a person in an app, if there is one. */
  current(audience: string, person: string): string | undefined;
  /** A new session_key; the one before is invalid from now on. */
  rotate(audience: string, person: string): string;
  /** As resetusersessionkey does: a new key that keeps the old one's end. Undefined when there is none to reset. */
  reset(audience: string, person: string): string | undefined;
  expire(audience: string, person: string): void;
}

/** The session_keys: at most one valid per person and app. WeChat documents no lifetime, so it is a parameter. */
export function createSessions(clock: Clock, random: RandomBytes, lifetimeMs: number): Sessions {
  const records = new BoundedMap<string, { readonly sessionKey: string; readonly expiresAt: number }>(100_000);
  const keyOf = (audience: string, person: string) => JSON.stringify([audience, person]);

  function store(key: string, expiresAt: number): string {
    const sessionKey = Buffer.from(random(16)).toString('base64');
    records.set(key, { sessionKey, expiresAt });
    return sessionKey;
  }

  function valid(key: string) {
    const record = records.get(key);
    return record && record.expiresAt > clock() ? record : undefined;
  }

  return {
    current: (audience, person) => valid(keyOf(audience, person))?.sessionKey,
    rotate: (audience, person) => store(keyOf(audience, person), clock() + lifetimeMs),
    reset(audience, person) {
      const key = keyOf(audience, person);
      const record = valid(key);
      return record && store(key, record.expiresAt);
    },
    expire(audience, person) {
      records.delete(keyOf(audience, person));
    },
  };
}
