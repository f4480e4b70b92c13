import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import type { NotifyChannelConfig } from '@menshen/contract';
import { createTransport } from 'nodemailer';
import { ChannelError } from '../model.ts';

export type MailPlace = Extract<NotifyChannelConfig['by'], { mail: unknown }>['mail'];

/** A mail as it goes out: everything in it is put together here. */
export interface OutgoingMail {
  readonly from: string | { readonly name: string; readonly address: string };
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Address that it comes back to, where that is not the sender's. */
  readonly returnPath?: string;
}

/** RFC 3834: no person wrote it, and no vacation notice answers it. */
export const autoSubmitted = { 'Auto-Submitted': 'auto-generated' } as const;

/** How long the server may be silent. */
const timeoutMs = 15_000;
/** How long all of it may take: a server that says a little before each silence ends would be listened to for ever. */
const wholeMs = 60_000;

/** Sends one mail by SMTP with TLS, by the first byte or by STARTTLS that must succeed. Rejects with ChannelError. */
export async function sendMail(
  place: Omit<MailPlace, 'to' | 'from'>,
  { to, headers, returnPath, ...mail }: OutgoingMail,
  withinMs = wholeMs,
): Promise<void> {
  const socket = new Socket();
  const transport = createTransport({
    ...{ host: place.host, port: place.port, secure: place.security === 'tls', requireTLS: true },
    ...(place.user === undefined || place.password === undefined ? {} : { auth: { user: place.user, pass: place.password } }),
    tls: { minVersion: 'TLSv1.2', ...(place.ca === undefined ? {} : { ca: readCa(place.ca) }) },
    socket,
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    // No file and no address that a text might name is read.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new ChannelError('unreachable')), withinMs);
  try {
    const sent = transport.sendMail({
      ...mail,
      ...{ to: [...to], headers: { ...headers } },
      // What comes back shows the head alone (RFC 3461 §4.3), by servers that know how.
      ...(returnPath === undefined
        ? {}
        : { envelope: { from: returnPath, to: [...to] }, dsn: { return: 'headers' as const, notify: ['failure' as const] } }),
    });
    await Promise.race([sent, late]);
  } catch (error) {
    throw error instanceof ChannelError ? error : toChannelError(error);
  } finally {
    clearTimeout(timer);
    socket.destroy();
    transport.close();
  }
}

function readCa(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ChannelError('misconfigured', { cause: error });
  }
}

/**
 * From the codes of the mail client and of SMTP (RFC 5321 §4.2): 535 wrong password, 550 to 553 no such receiver, 4yz later. The mailbox bounces only where
 * the server refuses the receiver itself (RCPT), and neither for a policy (RFC 3463 5.7.z) nor because it is full (5.2.2): a sender that is refused says
 * nothing of whom it writes to.
 */
function toChannelError(cause: unknown): ChannelError {
  if (!(cause instanceof Error)) return new ChannelError('refused', { cause });
  const { code, responseCode, response, command } = cause as unknown as Readonly<Record<string, unknown>>;
  if (code === 'EAUTH' || responseCode === 530 || responseCode === 535) return new ChannelError('wrong_credentials', { cause });
  if (typeof responseCode !== 'number') return new ChannelError('unreachable', { cause });
  if (responseCode < 500) return new ChannelError('limited', { cause });
  const said = typeof response === 'string' ? response.slice(0, 40) : '';
  const [, enhanced = ''] = /^\d{3}[ -](5\.\d{1,3}\.\d{1,3})\b/.exec(said) ?? [];
  if (enhanced === '5.2.2' || responseCode === 552) return new ChannelError('limited', { cause });
  const bounced = command === 'RCPT TO' && !enhanced.startsWith('5.7.') && responseCode >= 550 && responseCode <= 553;
  return new ChannelError(bounced ? 'no_receiver' : 'refused', { cause, permanent: true, bounced });
}
