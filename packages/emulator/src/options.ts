import type { SignatureAlgorithm, SymmetricKey } from '@menshen/wechat';
import type { Clock } from './clock.ts';
import type { CompanyFile } from './company/model.ts';
import type { RandomBytes } from './random.ts';
import type { SmsOptions } from './sms/accounts.ts';
import type { QuotaLimit } from './state/quotas.ts';

/** Where a platform sends its messages, with the console's Token and EncodingAESKey (43 characters). */
export interface CallbackTarget {
  readonly url: string;
  readonly token: string;
  readonly aesKey: string;
}

export interface PushTarget extends CallbackTarget {
  /** `secure` when absent. `compatible` sends the clear fields and the encrypted ones in one body. */
  readonly mode?: 'secure' | 'compatible' | 'plain';
  /** `json` when absent. */
  readonly format?: 'json' | 'xml';
}

/** A private key that WeChat signs answers with: PEM for RSA, hex for SM2; `sn` is the id of its certificate. */
export interface PlatformSigningKey {
  readonly algorithm: SignatureAlgorithm;
  readonly sn: string;
  readonly privateKey: string;
}

/** What the console's page "API security" knows of an app. */
export interface ApiSecurityKeys {
  /** Not yet made when absent: calls are refused by 40238. */
  readonly symmetric?: SymmetricKey;
  /** The public half of the app's own key (PEM, or hex for SM2). Not yet uploaded when absent: 40239. */
  readonly app?: { readonly algorithm: SignatureAlgorithm; readonly sn: string; readonly publicKey: string };
  readonly platform: PlatformSigningKey;
  /** While certificates are exchanged: the one before, which signs as well, in the `-Deprecated` headers. */
  readonly outgoing?: PlatformSigningKey;
  /** How far a caller's clock may be off, in seconds (not documented). 300 when absent. */
  readonly windowSeconds?: number;
}

export interface SubscribeTemplate {
  readonly id: string;
  readonly title: string;
  /** Names of its fields, such as `thing1`; a message must fill exactly these. */
  readonly keys: readonly string[];
}

export interface WechatAppOptions {
  readonly appid: string;
  readonly secret: string;
  readonly name: string;
  /** The account id (`gh_...`) that push messages are addressed to; derived from the appid when absent. */
  readonly originalId?: string;
  readonly push?: PushTarget;
  /** Calls that support it must be encrypted and signed, and are answered so; absent: they come and go in clear. */
  readonly apiSecurity?: ApiSecurityKeys;
  /** Bound to an Open Platform account, so that logins carry the unionid. True when absent. */
  readonly openPlatform?: boolean;
  /** Addresses that may use the app's secret and tokens; every address when absent. */
  readonly ipAllowlist?: readonly string[];
  /** The subscribe-message templates; when absent, any id and any known field is accepted. */
  readonly templates?: readonly SubscribeTemplate[];
}

/** A merchant of WeChat Pay, as far as notifications go. */
export interface PayOptions {
  /** 32 characters. */
  readonly apiV3Key: string;
  /** Serial number of the platform certificate, or `PUB_KEY_ID_…`. */
  readonly serial: string;
  /** The platform's RSA key, PEM. */
  readonly privateKey: string;
  /** Where notifications are sent. */
  readonly notifyUrl: string;
}

export interface AgentOptions {
  readonly agentid: number;
  readonly secret: string;
  readonly name?: string;
  /** The app's visible range; the whole company when absent. */
  readonly scope?: { readonly users?: readonly string[]; readonly departments?: readonly number[] };
  /** Created before 2022-06-20: user/get still shows mobile, email, gender, avatar and address. False when absent. */
  readonly sensitiveFields?: boolean;
  readonly disabled?: boolean;
  /** Hosts, with port where there is one, to which a web login may lead back; loopback always may. */
  readonly trustedDomains?: readonly string[];
}

export interface WebhookOptions {
  /** A credential: whoever has it posts to the group. */
  readonly key: string;
  readonly name: string;
  /** userids of the group; the whole company when absent. */
  readonly members?: readonly string[];
}

export interface WecomOptions {
  readonly corpid: string;
  readonly agents: readonly AgentOptions[];
  readonly contactsSecret: string;
  /**
   * What the contact-sync helper may read: `ids` (configured since 2022-08-15: only user/list_id and department/simplelist)
   * or `full`. `ids` when absent.
   */
  readonly contactsAccess?: 'ids' | 'full';
  /** Where contact changes are sent. */
  readonly callback?: CallbackTarget;
  readonly webhooks?: readonly WebhookOptions[];
  /** Accounts of the company; an app may send 200 times as many messages a day. The number of members when absent. */
  readonly accountCap?: number;
  readonly ipAllowlist?: readonly string[];
}

/** A word that content checks find; texts that hold none pass. */
export interface ContentRule {
  readonly word: string;
  readonly suggest: 'review' | 'risky';
  /** 10001 ads, 20001 politics, 20002 porn, 20003 abuse, 20006 illegal, 20008 fraud, 20012 vulgar, 20013 copyright, 21000 other. */
  readonly label: number;
}

export interface EmulatorOptions {
  readonly people: CompanyFile;
  readonly wechatApps: readonly WechatAppOptions[];
  readonly wecom?: WecomOptions;
  /** Without it no payment notification is sent. */
  readonly pay?: PayOptions;
  /** Accounts at the SMS clouds; none when absent. */
  readonly sms?: SmsOptions;
  /** From createAdjustableClock, the admin API can move it forward. */
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Sends callbacks. */
  readonly fetch: typeof globalThis.fetch;
  /** Limits by path, in place of WeChat's and WeCom's own. */
  readonly quotas?: Readonly<Record<string, QuotaLimit>>;
  /** How long a replaced token of `cgi-bin/token` stays valid (not documented). Five minutes when absent. */
  readonly classicTokenOverlapMs?: number;
  /** Lifetime of a session_key (not documented). Three days when absent. */
  readonly sessionKeyTtlMs?: number;
  /** How long a receiver of callbacks has for its answer; 5000 when absent, as WeCom documents. */
  readonly callbackTimeoutMs?: number;
  readonly contentRules?: readonly ContentRule[];
  /** Answers in the other forms seen in the field: errcode as a string, countryCode as a number. False when absent. */
  readonly looseTypes?: boolean;
}

/** The options contradict themselves. Neither text nor code holds values. */
export class EmulatorOptionsError extends Error {
  override readonly name = 'EmulatorOptionsError';
  readonly code = 'emulator_options_invalid';
}
