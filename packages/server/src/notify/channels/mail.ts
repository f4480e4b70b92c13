import { readFileSync } from 'node:fs';
import type { Language, NotifyChannelConfig } from '@menshen/contract';
import { createTransport } from 'nodemailer';
import { ChannelError, type ChannelProblem } from '../model.ts';
import { asHtml, asText } from '../render.ts';
import type { Channel } from './channel.ts';

export type MailPlace = Extract<NotifyChannelConfig['by'], { mail: unknown }>['mail'];

const timeoutMs = 15_000;

/** SMTP with TLS, by the first byte or by STARTTLS that must succeed; text and HTML. */
export function createMailChannel(place: MailPlace, language: Language): Channel {
  return {
    async send(notice, { id, kind }) {
      const transport = createTransport({
        ...{ host: place.host, port: place.port, secure: place.security === 'tls', requireTLS: true },
        ...(place.user === undefined || place.password === undefined ? {} : { auth: { user: place.user, pass: place.password } }),
        tls: { minVersion: 'TLSv1.2', ...(place.ca === undefined ? {} : { ca: readCa(place.ca) }) },
        ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
        // A notice is put together here: no file and no address that a text might name is read.
        ...{ disableFileAccess: true, disableUrlAccess: true },
      });
      try {
        await transport.sendMail({
          from: place.from,
          to: [...place.to],
          subject: notice.subject,
          text: asText(notice),
          html: asHtml(notice, language),
          headers: {
            'Auto-Submitted': 'auto-generated',
            'X-Menshen-Notice': `${kind} ${id}`,
            ...(notice.severity === 'critical' ? { Importance: 'high' } : {}),
          },
        });
      } catch (error) {
        throw new ChannelError(problemOf(error), { cause: error });
      } finally {
        transport.close();
      }
    },
  };
}

function readCa(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ChannelError('misconfigured', { cause: error });
  }
}

/** From the codes of the mail client and of SMTP (RFC 5321 §4.2): 535 wrong password, 550 to 553 no such receiver, 421 and 45x later. */
function problemOf(error: unknown): ChannelProblem {
  if (!(error instanceof Error)) return 'refused';
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  if (code === 'EAUTH' || responseCode === 535) return 'wrong_credentials';
  if (typeof responseCode !== 'number') return 'unreachable';
  if (responseCode >= 550 && responseCode <= 553) return 'no_receiver';
  return responseCode < 500 ? 'limited' : 'refused';
}
