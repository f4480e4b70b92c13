import type { SuiteName } from './suite.ts';

/**
 * Answer of `GET hello`. The keys are for people who set an app up and for `doctor`: a client believes only the key that it was built with. Absent when
 * the gateway has none and takes logins in clear only.
 */
export interface Hello {
  readonly protocol: 1;
  readonly suites: readonly string[];
  /** Names the key that new clients should pin: the first of `keys`. */
  readonly kid?: string;
  /** One or two: during a rotation the old one still opens logins. `publicKey` is base64url. */
  readonly keys?: readonly { readonly kid: string; readonly suite: SuiteName; readonly publicKey: string }[];
  readonly serverTime: number;
}

/** How the person came: WeChat (`wx.login`) or WeCom (`wx.qy.login`). */
export type LoginChannel = 'wechat' | 'wecom';

/** Who holds the session. */
export interface SessionUser {
  readonly uid: string;
  readonly name: string;
  readonly kind: 'employee' | 'partner' | 'customer';
}

/** What the phone says of itself; a hint for people who read their device list, never a proof. At most 100 characters each. */
export interface DeviceHint {
  readonly model?: string;
  readonly system?: string;
  readonly client?: string;
  /** The release of the mini program itself: 1 to 64 letters, digits and `.+_-`. */
  readonly build?: string;
}

/** Body of `POST login`. The code is single-use. */
export interface LoginBody {
  readonly app: string;
  readonly channel: LoginChannel;
  readonly code: string;
  readonly device?: DeviceHint;
}

/** Answer of `POST login` and `POST bind`. Times are in epoch milliseconds of the server. */
export interface LoginGrant {
  readonly token: string;
  readonly expiresAt: number;
  readonly idleSeconds: number;
  readonly user: SessionUser;
  readonly assurance: number;
  readonly serverTime: number;
}

/** Answer of `GET session`. Times are in epoch milliseconds of the server. */
export interface SessionState {
  readonly user: SessionUser;
  readonly assurance: number;
  readonly expiresAt: number;
  readonly idleSeconds: number;
  readonly serverTime: number;
}

/** A way to prove that a WeChat user is an employee. */
export type BindingWay = 'phone' | 'account' | 'company_code';

/** The proof itself: the code of WeChat's phone number button, an existing account, or a code that the company gave out. */
export type BindingProof =
  | { readonly phoneCode: string }
  | { readonly account: { readonly username: string; readonly password: string } }
  | { readonly companyCode: string };

/** Body of every refusal. `retryAfter` is in seconds. */
export interface RefusalBody {
  readonly code: string;
  readonly message: string;
  readonly requestId: string;
  readonly retryAfter?: number;
}

/** Body of the refusal `binding_required`. */
export interface BindingRequiredBody extends RefusalBody {
  readonly code: 'binding_required';
  readonly ticket: string;
  readonly ways: readonly BindingWay[];
}

/** Body of the refusal `clock_skew`: the request's time is too far from the server's, in epoch milliseconds. */
export interface ClockSkewBody extends RefusalBody {
  readonly code: 'clock_skew';
  readonly serverTime: number;
}
