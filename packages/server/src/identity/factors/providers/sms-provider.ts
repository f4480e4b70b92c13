import type { Language } from '@menshen/contract';

interface SmsReceiver {
  /** National number of the mainland, or E.164. */
  readonly phone: string;
  /** Which template is sent; Chinese where the account has no English one. */
  readonly language: Language;
}

/** One message to one phone: a verification code with its lifetime, or an alarm with its severity in words and the number of its notice. */
export type SmsMessage = SmsReceiver &
  (
    | { readonly code: string; readonly minutes: number }
    | { readonly alarm: { readonly severity: string; readonly notice: string } }
  );

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

/** Sends codes and alarms. Rejects with {@link SmsError}. A send is never repeated: the first may have arrived. */
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

type Templates = Readonly<{ zh: string; en?: string | undefined }>;

/** The template of a message in its language. Rejects an alarm with {@link SmsError} `refused` where the account has no template for it. */
export function templateOf(
  { templates, alertTemplates }: { readonly templates: Templates; readonly alertTemplates?: Templates | undefined },
  message: SmsMessage,
): string {
  const wanted = 'code' in message ? templates : alertTemplates;
  if (wanted === undefined) throw new SmsError('refused', null);
  return (message.language === 'en' ? wanted.en : undefined) ?? wanted.zh;
}
