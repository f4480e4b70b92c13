import type { Bilingual, Language } from '@menshen/contract';
import type { WecomClient } from '@menshen/wechat';
import { createMailChannel, type MailPlace } from './channels/mail.ts';
import { createWecomAppChannel } from './channels/wecom.ts';
import { ChannelError, type ChannelProblem } from './model.ts';
import type { RenderedNotice } from './render.ts';

/** A message to one person: not a notice, which is for those who run the company's security. */
export interface PersonalMessage {
  readonly subject: Bilingual;
  readonly text: Bilingual;
  /** Where it leads; no link when null. */
  readonly url: string | null;
}

/** Ways in which a person can be reached; null for one that is not there. */
export interface PersonalWays {
  readonly wecom: { readonly client: WecomClient; readonly userid: string } | null;
  readonly mail: { readonly place: Omit<MailPlace, 'to'>; readonly to: string } | null;
  readonly language: Language;
}

const labels = { text: { zh: '说明', en: 'About' }, open: { zh: '打开', en: 'Open' } } as const;

/**
 * Tells one person: by WeCom's application, else by mail. Resolves when one of them took it. Rejects with the ChannelError of the last way, `no_receiver` where
 * there is none.
 */
export async function tellPerson(message: PersonalMessage, { wecom, mail, language }: PersonalWays, id: string): Promise<void> {
  const notice: RenderedNotice = {
    subject: message.subject[language],
    sections: [{ label: labels.text[language], text: message.text[language] }],
    link: message.url === null ? null : { label: labels.open[language], url: message.url },
    severity: 'info',
  };
  let problem: ChannelProblem = 'no_receiver';
  if (wecom !== null) {
    const { client, userid } = wecom;
    try {
      return await createWecomAppChannel({ users: [userid], departments: [] }, () => client).send(notice, { id, kind: 'health' });
    } catch (error) {
      problem = error instanceof ChannelError ? error.problem : 'refused';
    }
  }
  if (mail === null) throw new ChannelError(problem);
  await createMailChannel({ ...mail.place, to: [mail.to] }, language).send(notice, { id, kind: 'health' });
}
