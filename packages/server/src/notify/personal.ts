import type { Bilingual, Language, NoticeSeverity } from '@menshen/contract';
import type { WecomClient } from '@menshen/wechat';
import { autoSubmitted, type MailPlace, sendMail } from './channels/smtp.ts';
import { createWecomAppChannel } from './channels/wecom.ts';
import { ChannelError } from './model.ts';
import { asHtml, asText, type RenderedNotice } from './render.ts';

/** A message to one person: not a notice, which is for those who run the company's security. */
export interface PersonalMessage {
  readonly subject: Bilingual;
  readonly text: Bilingual;
  /** Further parts below the text. */
  readonly more?: readonly { readonly label: Bilingual; readonly text: Bilingual }[];
  /** Where it leads; no link when null. */
  readonly url: string | null;
  readonly severity?: NoticeSeverity;
  /** Of mails: where a person gets rid of them, for its reader and for its reader's mailbox (RFC 8058). */
  readonly unsubscribe?: { readonly label: Bilingual; readonly url: string };
}

/** Ways in which a person can be reached; null for one that is not there. */
export interface PersonalWays {
  readonly wecom: { readonly client: WecomClient; readonly userid: string } | null;
  readonly mail: {
    readonly place: Omit<MailPlace, 'to'>;
    readonly to: string;
    /** Called once where a mail is about to be sent: headers by which it is known, and the address that it comes back to. */
    readonly mark?: () => Promise<{ readonly headers: Readonly<Record<string, string>>; readonly returnPath: string | null }>;
  } | null;
  readonly language: Language;
}

const labels = { text: { zh: '说明', en: 'About' }, open: { zh: '打开', en: 'Open' } } as const;

/** A message as one language says it. */
export function renderPersonal(message: PersonalMessage, language: Language): RenderedNotice {
  const { more, unsubscribe } = message;
  const text = { label: more === undefined ? labels.text[language] : '', text: message.text[language] };
  return {
    subject: message.subject[language],
    sections: [text, ...(more ?? []).map((part) => ({ label: part.label[language], text: part.text[language] }))],
    link: message.url === null ? null : { label: labels.open[language], url: message.url },
    ...(unsubscribe === undefined ? {} : { footer: { label: unsubscribe.label[language], url: unsubscribe.url } }),
    severity: message.severity ?? 'info',
  };
}

/**
 * Tells one person: by WeCom's application, else by mail. Resolves to the way that took it. Rejects with the ChannelError of the last way, `no_receiver`
 * where there is none.
 */
export async function tellPerson(
  message: PersonalMessage,
  { wecom, mail, language }: PersonalWays,
  id: string,
): Promise<'wecom' | 'mail'> {
  const notice = renderPersonal(message, language);
  let failure = new ChannelError('no_receiver');
  if (wecom !== null) {
    const { client, userid } = wecom;
    try {
      await createWecomAppChannel({ users: [userid], departments: [] }, () => client).send(notice, { id, kind: 'health' });
      return 'wecom';
    } catch (error) {
      failure = error instanceof ChannelError ? error : new ChannelError('refused', { cause: error });
    }
  }
  if (mail === null) throw failure;
  const { unsubscribe } = message;
  const { headers = {}, returnPath = null } = (await mail.mark?.()) ?? {};
  await sendMail(mail.place, {
    ...(returnPath === null ? {} : { returnPath }),
    ...{ from: mail.place.from, to: [mail.to], subject: notice.subject, text: asText(notice), html: asHtml(notice, language) },
    headers: {
      ...autoSubmitted,
      'X-Menshen-Notice': id,
      ...headers,
      ...(unsubscribe === undefined
        ? {}
        : { 'List-Unsubscribe': `<${unsubscribe.url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
    },
  });
  return 'mail';
}
