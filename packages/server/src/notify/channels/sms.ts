import type { Language } from '@menshen/contract';
import { SmsError, type SmsProvider } from '../../identity/factors/providers/sms-provider.ts';
import { ChannelError } from '../model.ts';
import { severityWord } from '../render.ts';
import type { Channel } from './channel.ts';

/** Clouds take no more characters in one place of a template (Tencent Cloud: TemplateParameterLengthLimit). */
const longestPlace = 6;

/** A text message by the company's template: it names the severity and the notice's number and nothing that happened. */
export function createSmsChannel(phones: readonly string[], language: Language, provider: () => SmsProvider | null): Channel {
  return {
    async send({ severity }, { id }) {
      const sms = provider();
      if (sms === null) throw new ChannelError('misconfigured');
      const word = severityWord(severity, language);
      const alarm = { severity: word.length > longestPlace ? word.slice(0, 4) : word, notice: id.slice(-longestPlace) };
      const outcomes = await Promise.allSettled(phones.map((phone) => sms.send({ phone, language, alarm })));
      if (outcomes.some(({ status }) => status === 'fulfilled')) return;
      const [first] = outcomes;
      const reason: unknown = first?.status === 'rejected' ? first.reason : undefined;
      const failure = reason instanceof SmsError ? reason.reason : 'unreachable';
      throw new ChannelError(failure === 'phone' ? 'no_receiver' : failure, { cause: reason });
    },
  };
}
