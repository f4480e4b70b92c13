/** What WeChat says to a login code. */
export interface WechatSession {
  readonly openid: string;
  /** Base64 text of 16 bytes. Never leaves the server. */
  readonly sessionKey: string;
  /** Only when the app is bound to an Open Platform account. */
  readonly unionid?: string;
}

/** A user with the session_key that signs calls made for them. */
export interface SignedUser {
  readonly openid: string;
  readonly sessionKey: string;
}

export interface WechatPhoneNumber {
  /** With country code when it is not a mainland number. */
  readonly phoneNumber: string;
  readonly purePhoneNumber: string;
  readonly countryCode: string;
  readonly watermark: {
    readonly appid: string;
    /** Seconds since the epoch. */
    readonly timestamp: number;
  };
}

/** A key of the user's encrypted channel; WeChat keeps the last three, newest first. */
export interface WechatUserKey {
  /** Base64 text of 16 bytes. */
  readonly encryptKey: string;
  /** 16 ASCII characters. */
  readonly iv: string;
  readonly version: number;
  /** Seconds; 0 when expired. */
  readonly expiresIn: number;
  /** Seconds since the epoch. */
  readonly createdAt: number;
}

/** Where a text or medium appears: 1 profile, 2 comment, 3 forum, 4 social log. */
export type ContentScene = 1 | 2 | 3 | 4;

export interface MessageCheckRequest {
  /** The author, who must have been active within the last two hours. */
  readonly openid: string;
  readonly scene: ContentScene;
  /** At most 2,500 characters. */
  readonly content: string;
  readonly title?: string;
  readonly nickname?: string;
  /** Scene 1 only. */
  readonly signature?: string;
}

export type ContentSuggestion = 'pass' | 'review' | 'risky';

export interface MessageCheckDetail {
  readonly strategy: string;
  /** Other than 0: this strategy gave no result. */
  readonly errcode: number;
  readonly suggest?: string;
  readonly label?: number;
  /** 0 to 100. */
  readonly probability?: number;
  readonly keyword?: string;
}

export interface MessageCheckResult {
  readonly suggest: ContentSuggestion;
  /** 100 is harmless; 10001 and above name the kind of harm. */
  readonly label: number;
  readonly traceId: string;
  readonly detail: readonly MessageCheckDetail[];
}

export interface MediaCheckRequest {
  readonly openid: string;
  readonly scene: ContentScene;
  /** Public address that WeChat can fetch, at most 10 MB. */
  readonly mediaUrl: string;
  readonly mediaType: 'audio' | 'image';
}

export interface UserRiskRequest {
  readonly openid: string;
  /** 0 registration, 1 marketing fraud, 2 user content. */
  readonly scene: 0 | 1 | 2;
  readonly clientIp: string;
  readonly mobileNo?: string;
  readonly emailAddress?: string;
  readonly bankCardNo?: string;
  readonly certNo?: string;
  readonly extendedInfo?: string;
  /** A trial call, which changes no statistics. */
  readonly isTest?: boolean;
}

export interface UserRisk {
  /** 0 to 4; higher is riskier. */
  readonly riskRank: number;
  /** Identifies the query; WeChat spells the field `unoin_id`. */
  readonly queryId?: string;
}

export interface SubscribeMessage {
  readonly openid: string;
  readonly templateId: string;
  /** Page of the mini program that the card opens, with its query. */
  readonly page?: string;
  /** Values by the template's names; their limits depend on the kind in the name, such as `thing1` (20 characters). */
  readonly data: Readonly<Record<string, string | number>>;
  readonly miniprogramState?: 'developer' | 'trial' | 'formal';
  readonly lang?: 'zh_CN' | 'en_US' | 'zh_HK' | 'zh_TW';
}

export interface EncryptedDataCheck {
  /** Whether WeChat made this data for this app within the last three days. */
  readonly valid: boolean;
  /** Seconds since the epoch, when WeChat made it. */
  readonly createdAt?: number;
}
