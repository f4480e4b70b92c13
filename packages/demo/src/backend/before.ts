import { couponHandlers } from './coupon.ts';
import { portalHandlers } from './portal.ts';
import { failed, type Handlers, ok } from './router.ts';
import type { Tampering } from './tampering.ts';

/** Where the portal of before lives: its own copy of the records, on the same backend. */
export const beforePrefix = '/before';

const maxTokens = 1_000;

export interface BeforeParts {
  readonly clock: () => number;
  /** Asks WeCom whose login code it is; null when it is nobody's. */
  readonly exchange: (code: string) => Promise<string | null>;
  readonly newToken: () => string;
  /** What the coupon campaign of before writes on its coupons. */
  readonly tampering: Tampering;
}

export interface BeforePortal {
  readonly handlers: Handlers;
  /** Whose token it is; empty for nobody's. */
  uidOf(authorization: string | undefined): string;
}

/**
 * The portal as it was before Menshen stood in front of it, for comparison: whoever brings a WeCom login code is let in, from wherever and on whatever phone,
 * and may then read and change any record; and the coupon campaign, where whoever comes claims and redeems. Its records are its own, so that what is done
 * here spoils nothing of the portal behind the gateway.
 */
export function createBeforePortal({ clock, exchange, newToken, tampering }: BeforeParts): BeforePortal {
  const uids = new Map<string, string>();
  const uidOf = (authorization: string | undefined): string => uids.get(authorization?.replace(/^Bearer /, '') ?? '') ?? '';
  const behindLogin = Object.entries(portalHandlers(clock)).map(([pattern, handle]): [string, Handlers[string]] => [
    pattern.replace(' ', ` ${beforePrefix}`),
    (call) => (call.uid === '' ? failed(401, 'not_signed_in') : handle(call)),
  ]);
  const coupons = Object.entries(couponHandlers(clock, tampering)).map(([pattern, handle]): [string, Handlers[string]] => [
    pattern.replace(' ', ` ${beforePrefix}`),
    handle,
  ]);
  return {
    uidOf,
    handlers: {
      ...Object.fromEntries(coupons),
      ...Object.fromEntries(behindLogin),
      [`POST ${beforePrefix}/portal/api/login`]: async ({ body }) => {
        const uid = typeof body.code === 'string' ? await exchange(body.code) : null;
        if (uid === null) return failed(401, 'bad_code');
        const token = newToken();
        if (uids.size >= maxTokens) uids.clear();
        uids.set(token, uid);
        return ok({ token });
      },
    },
  };
}
