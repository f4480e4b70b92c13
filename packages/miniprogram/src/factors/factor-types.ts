/** Second factors as an app meets them. Times are epoch milliseconds of the server, waits are seconds. */

/** `recovery` are the single-use codes that come with the first other factor. */
export type FactorKind = 'totp' | 'sms' | 'password' | 'soter' | 'recovery';

/** A second factor that the person has. */
export interface Factor {
  readonly kind: FactorKind;
  /** For people: a masked phone number, the name that its owner gave it, or empty. */
  readonly label: string;
  readonly created: number;
  readonly lastUsed: number | null;
  /** As it stands for this phone. `disabled` must be enrolled anew. */
  readonly state: 'active' | 'locked' | 'disabled';
  readonly lockedUntil: number | null;
  /** Codes left; of `recovery` only. */
  readonly remaining: number | null;
}

export interface SecondFactors {
  readonly assurance: number;
  readonly secondFactorAt: number | null;
  readonly factors: readonly Factor[];
  /** What can be proved now, the best first. */
  readonly stepUp: readonly FactorKind[];
  /** What can be enrolled or replaced. */
  readonly enrol: readonly FactorKind[];
  /** How the proof that enrolling asks for can be sent. */
  readonly codeDelivery: readonly ('wecom' | 'phone')[];
  readonly serverTime: number;
}

/** Where a code by SMS went, masked, and after how many seconds another can be asked for. */
export interface SmsDelivery {
  readonly phone: string;
  readonly resendAfter: number;
}

/** What a person must answer. */
export interface FactorChallenge {
  readonly challenge: string;
  readonly kind: FactorKind;
  readonly expiresAt: number;
  readonly sms?: SmsDelivery | undefined;
  /** The text for `wx.startSoterAuthentication`. */
  readonly soter?: { readonly challenge: string } | undefined;
  readonly serverTime: number;
}

/** What SOTER gives: `resultJSON` and `resultJSONSignature` of the platform. */
export interface SoterProof {
  readonly resultJson: string;
  readonly signature: string;
}

/** `code` for totp, sms and recovery. */
export type FactorProof = { readonly code: string } | { readonly password: string } | SoterProof;

export type SoterMode = 'fingerPrint' | 'facial';

/** What an enrolment is allowed by; not needed when a factor was proved in the last five minutes. */
export type EnrolmentProof = { readonly companyCode: string } | { readonly challenge: string; readonly code: string };

export interface EnrolmentRequest {
  readonly kind: 'totp' | 'sms' | 'password' | 'soter';
  /** A name for people, of totp and soter. */
  readonly label?: string;
  readonly proof?: EnrolmentProof;
}

export interface Enrolment {
  readonly enrolment: string;
  readonly kind: FactorKind;
  readonly expiresAt: number;
  /** `uri` is the content of the QR code, `secret` the same in base32, to be typed. Shown once. */
  readonly totp?:
    | { readonly uri: string; readonly secret: string; readonly digits: number; readonly periodSeconds: number }
    | undefined;
  readonly sms?: SmsDelivery | undefined;
  readonly password?: { readonly minLength: number; readonly maxLength: number } | undefined;
  readonly soter?: { readonly challenge: string } | undefined;
  readonly serverTime: number;
}

export interface EndOtherSessions {
  /** Ends every other session of the person when true. */
  readonly endOtherSessions?: boolean;
}

export type EnrolmentConfirmation = FactorProof & EndOtherSessions & { readonly enrolment: string };

export interface Enrolled {
  readonly factor: Factor;
  /** Ten codes, shown once, when the person had none. */
  readonly recoveryCodes: readonly string[] | null;
  readonly endedSessions: number;
}

export interface SentCode {
  readonly by: 'wecom' | 'phone';
  readonly expiresAt: number;
  readonly resendAfter: number;
  /** Of `phone`: goes into the enrolment's proof with the code. */
  readonly challenge?: string | undefined;
  readonly phone?: string | undefined;
  readonly serverTime: number;
}

/** Second factors of the person who is signed in. Every call is signed like a request, and rejects with a {@link MenshenError}. */
export interface Factors {
  list(): Promise<SecondFactors>;
  /** Sends the proof that enrolling asks for: to the person's WeCom, or by SMS where the company allows it. */
  sendCode(by: 'wecom' | 'phone'): Promise<SentCode>;
  enrol(request: EnrolmentRequest): Promise<Enrolment>;
  /** Ends the enrolment with a first proof; it counts as a second factor of this session. */
  confirm(confirmation: EnrolmentConfirmation): Promise<Enrolled>;
  /** Needs a factor proved in the last five minutes, as `recovery` does. */
  remove(request: EndOtherSessions & { readonly kind: FactorKind }): Promise<{
    readonly removed: boolean;
    readonly endedSessions: number;
  }>;
  /** Ten new recovery codes, shown once; the old ones end. */
  recovery(request?: EndOtherSessions): Promise<{ readonly codes: readonly string[]; readonly endedSessions: number }>;
  /** Lets the phone sign a SOTER challenge, by fingerprint unless told otherwise. Rejects with `soter_failed`. */
  soter(challenge: string, mode?: SoterMode): Promise<SoterProof>;
}
