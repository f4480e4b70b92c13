import type { Language } from '@menshen/contract';

/** One verification code to one phone. */
export interface SmsMessage {
  /** National number of the mainland, or E.164. */
  readonly phone: string;
  /** Which template is sent; Chinese where the account has no English one. */
  readonly language: Language;
  readonly code: string;
  /** Lifetime of the code, for the text. */
  readonly minutes: number;
}

/** Why a message was not taken. `limited`: the provider's own limits for this number; `refused`: the account or the template; `phone`: the number. */
export type SmsFailure = 'limited' | 'phone' | 'refused' | 'unreachable';

/** The provider's code stands in `providerCode`, for the log; the message holds neither number nor code. */
export class SmsError extends Error {
  readonly reason: SmsFailure;
  readonly providerCode: string | null;
  constructor(reason: SmsFailure, providerCode: string | null, options?: ErrorOptions) {
    super(`the SMS provider did not take the message: ${reason}`, options);
    this.name = 'SmsError';
    this.reason = reason;
    this.providerCode = providerCode;
  }
}

/** Sends codes. Rejects with {@link SmsError}. A send is never repeated: the first may have arrived. */
export interface SmsProvider {
  readonly name: 'tencent' | 'aliyun';
  send(message: SmsMessage): Promise<void>;
}

/** What a provider needs from its surroundings. */
export interface SmsRuntime {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Epoch ms. */
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}
