import type { Language } from '@menshen/contract';
import { asHtml, asText } from '../render.ts';
import type { Channel } from './channel.ts';
import { autoSubmitted, type MailPlace, sendMail } from './smtp.ts';

/** Notices by mail, as text and HTML. */
export function createMailChannel(place: MailPlace, language: Language): Channel {
  return {
    async send(notice, { id, kind }) {
      await sendMail(place, {
        ...{ from: place.from, to: place.to, subject: notice.subject },
        ...{ text: asText(notice), html: asHtml(notice, language) },
        headers: {
          ...autoSubmitted,
          'X-Menshen-Notice': `${kind} ${id}`,
          ...(notice.severity === 'critical' ? { Importance: 'high' } : {}),
        },
      });
    },
  };
}
