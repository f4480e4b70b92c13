import { MenshenError, type TrainingConfig } from '@menshen/contract';
import type { Audit } from '../../audit/service.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import type { ChannelProblem } from '../../notify/model.ts';
import type { Mailboxes } from './mailboxes.ts';
import { type DeliveryReport, type Judgement, judgeReport, readDeliveryReport, type Verdict } from './report.ts';
import { createReturnPaths, isToken, makeToken, type ReturnPaths, tokenBytes } from './return-path.ts';
import type { MailStore, SentMail } from './store.ts';

/** A mail that is about to go out. */
export interface MailToSend {
  readonly uid: string;
  readonly address: string;
  readonly kind: 'bulletin' | 'reminder';
  /** Of a bulletin its delivery, of a reminder its course. */
  readonly ref: string;
}

/** How a mail says which one it is, should it come back. */
export interface MailMark {
  /** For {@link mailHeader}. */
  readonly token: string;
  /** The address to send from (RFC 5321 §4.4); null where none is configured. */
  readonly returnPath: string | null;
}

/** The header by which a mail is known in what comes back of it, where its return path has been lost. */
export const mailHeader = 'X-Menshen-Mail';

export interface BounceParts {
  readonly store: MailStore;
  readonly mailboxes: Mailboxes;
  readonly settings: () => TrainingConfig['bounces'];
  /** Hear that something of theirs did not arrive. */
  readonly bulletinFailed: (delivery: string, problem: ChannelProblem, status: string | null) => Promise<void>;
  readonly reminderFailed: (uid: string, course: string, problem: ChannelProblem) => Promise<void>;
  readonly audit: Pick<Audit, 'act'>;
  readonly metrics: Pick<Metrics, 'add'>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

export type BounceService = ReturnType<typeof createBounceService>;

/** Where reports name whom they are for, when the server that took them has not said so. */
const receivers = ['delivered-to', 'x-original-to', 'envelope-to', 'to'];

/**
 * Mail that comes back. A report is believed only for the one mail whose token it was sent to, so that nobody can have the mail of somebody else stopped; it
 * may stop that mailbox, mark that delivery, and do nothing else.
 */
export function createBounceService(parts: BounceParts) {
  const { store, mailboxes, settings, metrics, clock } = parts;
  const paths = (): ReturnPaths | null => {
    const { address } = settings();
    return address === undefined ? null : createReturnPaths(address);
  };
  const count = (result: Verdict | 'unknown' | 'unreadable'): void =>
    metrics.add('menshen_training_bounces_total', `result="${result}"`);

  /** Whom a report is for: the address that it was delivered to, else what it says in its head, else the head of the mail that it shows. */
  const tokenOf = (recipient: string | null, report: DeliveryReport): string | null => {
    const known = paths();
    const addresses = recipient === null ? receivers.flatMap((name) => report.fields.get(name) ?? []) : [recipient];
    for (const address of addresses) {
      const found = known?.tokenIn(address) ?? null;
      if (found !== null) return found;
    }
    const shown = report.about?.get(mailHeader.toLowerCase())?.toLowerCase();
    return recipient === null && shown !== undefined && isToken(shown) ? shown : null;
  };
  const apply = async (mail: SentMail, { verdict, status }: Judgement): Promise<void> => {
    if (verdict !== 'mailbox' && verdict !== 'failed') return;
    const problem = problemOf(verdict, status);
    if (mail.kind === 'bulletin') await parts.bulletinFailed(mail.ref, problem, status);
    else await parts.reminderFailed(mail.uid, mail.ref, problem);
    if (verdict !== 'mailbox') return;
    const detail = { uid: mail.uid, status: status ?? '' };
    await parts.audit.act('menshen', { activity: 'create', entity: 'bounced mailbox', detail }, () =>
      mailboxes.giveUp(mail.uid, mail.address, status, clock()),
    );
  };

  return {
    /** Marks a mail that is about to be sent. */
    async mark({ uid, address, kind, ref }: MailToSend): Promise<MailMark> {
      const token = makeToken(parts.random(tokenBytes));
      await store.add(token, { uid, address: mailboxes.keyOf(address), kind, ref, sent: clock() });
      return { token, returnPath: paths()?.of(token) ?? null };
    },
    /** Whether an address is the return path of a mail of the last thirty days. */
    async expects(recipient: string): Promise<boolean> {
      const token = paths()?.tokenIn(recipient) ?? null;
      return token !== null && (await store.find(token, clock())) !== null;
    },
    /**
     * Takes a report. `recipient` is the address that it was delivered to; without one, its text has to say which mail it is about. Throws `bounce_unreadable`
     * for what is no report, `bounce_unknown` where it is about none of our mails.
     */
    async take(message: Uint8Array, recipient: string | null): Promise<Verdict> {
      const report = readDeliveryReport(message);
      if (report === null) {
        count('unreadable');
        throw new MenshenError('bounce_unreadable');
      }
      const token = tokenOf(recipient, report);
      const mail = token === null ? null : await store.find(token, clock());
      if (token === null || mail === null) {
        count('unknown');
        throw new MenshenError('bounce_unknown');
      }
      const judgement = judgeReport(report);
      count(judgement.verdict);
      if (await store.note(token, judgement.verdict, judgement.status, clock())) await apply(mail, judgement);
      return judgement.verdict;
    },
    maintain: () => store.removeOld(clock()),
  };
}

/** RFC 3463: x.2.2 is a full mailbox, x.4.z is the way there. */
function problemOf(verdict: 'mailbox' | 'failed', status: string | null): ChannelProblem {
  if (verdict === 'mailbox') return 'no_receiver';
  if (status?.endsWith('.2.2') === true) return 'limited';
  return status?.slice(1, 4) === '.4.' ? 'unreachable' : 'refused';
}
