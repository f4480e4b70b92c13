import type { BindingProof, BindingWay, SessionUser } from '@menshen/wire';
import type { Envelope } from './envelope-types.ts';
import type { Language, MenshenError, MenshenErrorCode } from './error.ts';
import type { FactorChallenge, FactorKind, FactorProof, Factors, SecondFactors, SoterMode } from './factors/factor-types.ts';
import type { HttpMethod, WxPlatform, WxSocketTask } from './phone/platform.ts';

/** Bounds of the automatic retry. */
export interface RetryPolicy {
  /** Tries in all, the first included: 1 to 10. Default 3. */
  readonly tries: number;
  /** Delay before the second try, doubled for each further one: 1 to 60,000 ms. Default 400. */
  readonly baseDelayMs: number;
  /** No delay of our own choice is longer: 1 to 60,000 ms. Default 5,000. */
  readonly maxDelayMs: number;
  /** No retry starts later than this after the first try: 0 to 300,000 ms. Default 20,000. */
  readonly totalMs: number;
}

/** A public key of the gateway: X25519, 32 bytes in base64url. */
export interface ServerKey {
  readonly kid: string;
  readonly publicKey: string;
}

export interface MenshenOptions {
  /** The app behind the gateway, `https://host` with an optional base path. Plain HTTP only towards loopback and private addresses. */
  readonly baseUrl: string;
  /** The app's id in the gateway's configuration. */
  readonly app: string;
  /** Default: the global `wx`. */
  readonly wx?: WxPlatform;
  /** Under which the session is kept in the phone's encrypted storage. Default `menshen:APP`. */
  readonly storageKey?: string;
  /** Of the messages. Default: the phone's, Chinese unless it is set to English. */
  readonly language?: Language;
  /** Of one try: 1,000 to 120,000 ms. Default 15,000. */
  readonly timeoutMs?: number;
  /**
   * Public keys of the gateway, one or two while they are being rotated; the first one is used. With them logins are sealed and every request is signed, and
   * nothing else is accepted. From `menshen keys list`, or the answer of `hello` looked at by a person.
   */
  readonly serverKeys?: readonly ServerKey[];
  /** The encrypted channel: `createEnvelope()` of `envelope.js`. Needs `serverKeys`. */
  readonly envelope?: Envelope;
  /** `false` switches the automatic retry off. */
  readonly retry?: Partial<RetryPolicy> | false;
  /**
   * Asks the person for a second factor. The request goes on by itself when `challenge.answer` or `challenge.soter` succeeded before the hook ended, or when the
   * hook returns `true` after the session was made fresh in another way. `false`, an exception or no answer lets it fail with `mfa_required`.
   */
  readonly onStepUp?: (challenge: StepUpChallenge) => unknown;
  /** Asks a WeChat user to prove to be an employee. `null` gives up: the login fails with `binding_required`. */
  readonly onBindingRequired?: (challenge: BindingChallenge) => Promise<BindingProof | null> | BindingProof | null;
  /** The gateway ended the session and silent login did not bring a new one. */
  readonly onSessionEnded?: (event: SessionEnded) => void;
}

export interface StepUpChallenge {
  /** Why, in stable words such as `new_device`; empty when the route always asks. */
  readonly reasons: readonly string[];
  /** The same for the person, in the SDK's language. */
  readonly explanations: readonly string[];
  /** `freshness`: the session needs a factor proved lately, which serves all requests. `approval`: this one request needs one of its own. */
  readonly form: 'freshness' | 'approval';
  /** How old the proof may be, in seconds, where the route says so. */
  readonly maxAgeSeconds: number | undefined;
  /** For the person, in the SDK's language. */
  readonly message: string;
  readonly request: { readonly method: HttpMethod; readonly url: string };
  /** What the person has, and can prove now. */
  factors(): Promise<SecondFactors>;
  /** Begins to ask for one factor; sends the code of `sms`. A later call takes the place of an earlier one. */
  begin(kind: FactorKind): Promise<FactorChallenge>;
  /** Answers what was begun last. Rejects with `factor_failed` and the like: ask again, or give up. */
  answer(proof: FactorProof): Promise<void>;
  /** Begins and answers `soter` by the phone's fingerprint, or face. */
  soter(mode?: SoterMode): Promise<void>;
}

export interface BindingChallenge {
  /** Of this login attempt; the SDK sends it along with the proof. */
  readonly ticket: string;
  readonly ways: readonly BindingWay[];
  /** Why the proof before this one was not accepted. */
  readonly previous: MenshenError | null;
}

export interface SessionEnded {
  /** The gateway's refusal: `session_expired`, `session_revoked` ... */
  readonly reason: MenshenErrorCode;
  /** Why the silent login failed. */
  readonly error: MenshenError;
}

/** What an app may know of its session. The token is not part of it. */
export interface SessionInfo {
  readonly user: SessionUser;
  /** 1 after login; 2 with a second factor. */
  readonly assurance: number;
  /** Epoch milliseconds of the server. Moves on while the session is used. */
  readonly expiresAt: number;
  /** The session ends when it is not used for so long. */
  readonly idleSeconds: number;
}

/** As for `wx.request`, without callbacks. */
export interface RequestOptions {
  /** Path below `baseUrl`, beginning with `/`; or a whole address below `baseUrl`. Anything else is refused: the token would leave home. */
  readonly url: string;
  /** Default `GET`. */
  readonly method?: HttpMethod;
  /** GET, HEAD, OPTIONS, DELETE: becomes the query. Others: JSON, or a form when `content-type` says so; text and bytes go as they are. */
  readonly data?: string | ArrayBuffer | Readonly<Record<string, unknown>> | readonly unknown[];
  /** An `Idempotency-Key` here makes the request repeatable whatever its method; the backend must honour it. */
  readonly header?: Readonly<Record<string, string>>;
  /** Of one try, instead of `timeoutMs`. */
  readonly timeout?: number;
  /** `json` (default) parses the answer; any other value leaves it as text. */
  readonly dataType?: string;
  readonly responseType?: 'text' | 'arraybuffer';
  /** For routes that need no session: neither logs in nor sends the token. */
  readonly anonymous?: boolean;
  /**
   * Sends body and answer in envelopes, which only phone and gateway open; the route must take them. The body must be JSON. Default: what `createEnvelope` was told.
   */
  readonly seal?: boolean;
}

/** The backend's answer, whatever its status; refusals by the gateway reject instead. */
export interface Answer<T = unknown> {
  readonly statusCode: number;
  readonly data: T;
  /** Names in lower case. */
  readonly header: Readonly<Record<string, string>>;
  /** Names the request in the audit log. */
  readonly requestId: string | undefined;
}

/** A running request. `abort` rejects it with `aborted`, also while it waits for a login. */
export interface RequestHandle<T> extends Promise<Answer<T>> {
  abort(): void;
}

/** As for `wx.uploadFile`, without callbacks. */
export interface UploadOptions {
  /** As in {@link RequestOptions}. */
  readonly url: string;
  readonly filePath: string;
  /** Name of the form's field. */
  readonly name: string;
  readonly formData?: Readonly<Record<string, string>>;
  readonly header?: Readonly<Record<string, string>>;
  /** Default 120,000 ms. */
  readonly timeout?: number;
}

/** As for `wx.connectSocket`, without callbacks. */
export interface SocketOptions {
  /** As in {@link RequestOptions}; the scheme becomes `wss` (or `ws`). */
  readonly url: string;
  readonly header?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
  readonly timeout?: number;
}

export interface MenshenEvents {
  readonly login: SessionInfo;
  readonly logout: undefined;
  readonly sessionEnded: SessionEnded;
}

export interface Menshen {
  /** Second factors of the person: what they have, enrolling, removing. */
  readonly factors: Factors;
  /** Makes sure that there is a session, also after `logout`. Parallel calls share one login. */
  login(): Promise<SessionInfo>;
  /** Sends a request to the backend through the gateway; logs in first where needed. */
  request<T = unknown>(options: RequestOptions): RequestHandle<T>;
  /** Sends one file; logs in first where needed. A changed file is refused: the ticket holds its digest. */
  uploadFile<T = unknown>(options: UploadOptions): RequestHandle<T>;
  /** Opens a socket; logs in first where needed. What happens afterwards is the socket's to tell. */
  connectSocket(options: SocketOptions): Promise<WxSocketTask>;
  /** Forgets the session on the phone, then ends it at the gateway; rejects when the latter could not be told. No silent login follows until `login()`. */
  logout(): Promise<void>;
  /** Asks the gateway about the session; `null` when there is none. Never logs in. */
  session(): Promise<SessionInfo | null>;
  /** Listens; the returned function stops it. */
  on<E extends keyof MenshenEvents>(event: E, listener: (value: MenshenEvents[E]) => void): () => void;
}
