import { contentTypeOf, decodedBody, type Fields, partsOf, readEntity, readFields } from './mime.ts';

/** What a delivery status notification says of one receiver (RFC 3464 §2.3). */
export interface RecipientReport {
  readonly action: 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';
  /** Enhanced status code (RFC 3463) such as 5.1.1; null where none is given. */
  readonly status: string | null;
}

/** A message that reports, with what it shows of the message it is about. */
export interface DeliveryReport {
  readonly fields: Fields;
  readonly recipients: readonly RecipientReport[];
  /** The head of the message that did not arrive, where it came back. */
  readonly about: Fields | null;
}

/** Bytes of a report that are read at most; a mail of ours comes back whole within it. */
export const mostReportBytes = 262_144;
const mostStatusBytes = 65_536;
const mostRecipients = 50;
const actions = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const;

/**
 * Reads a delivery status notification: `multipart/report` (RFC 6522) with `message/delivery-status` (RFC 3464) or its international sibling (RFC 6533).
 * Null for everything else: a vacation notice, a letter, a forgery that is not well formed. What it says is a claim of whoever wrote it; whom it is about is
 * known from the address that it came to, never from its text.
 */
export function readDeliveryReport(message: Uint8Array): DeliveryReport | null {
  if (message.length > mostReportBytes) return null;
  const root = readEntity(Buffer.from(message).toString('latin1'));
  if (root === null) return null;
  const { type, parameters } = contentTypeOf(root);
  if (type !== 'multipart/report' || parameters.get('report-type')?.toLowerCase() !== 'delivery-status') return null;
  const parts = partsOf(root.body, parameters.get('boundary') ?? '');
  let recipients: readonly RecipientReport[] | null = null;
  let about: Fields | null = null;
  for (const text of parts ?? []) {
    const part = readEntity(text);
    if (part === null) return null;
    const { type: kind } = contentTypeOf(part);
    if (kind === 'message/delivery-status' || kind === 'message/global-delivery-status') {
      // One report has one status; a second one would be another opinion.
      if (recipients !== null) return null;
      recipients = recipientsOf(decodedBody(part));
      if (recipients === null) return null;
    } else if (/^(?:message\/(?:rfc822|global)|(?:text\/rfc822|message\/global)-headers)$/.test(kind) && about === null) {
      const shown = decodedBody(part);
      about = shown === null ? null : (readEntity(shown)?.fields ?? null);
    }
  }
  return recipients === null || recipients.length === 0 ? null : { fields: root.fields, recipients, about };
}

/** The groups of fields that tell of receivers; the first tells of the message, and has no action. */
function recipientsOf(text: string | null): readonly RecipientReport[] | null {
  if (text === null || text.length > mostStatusBytes) return null;
  const found: RecipientReport[] = [];
  for (const group of text.replaceAll('\r\n', '\n').split(/\n\n+/)) {
    const fields = readFields(group);
    if (fields === null) return null;
    const [word = ''] = /^[a-z]{1,20}/i.exec(fields.get('action') ?? '') ?? [];
    const action = actions.find((one) => one === word.toLowerCase());
    if (action === undefined) continue;
    if (found.length === mostRecipients) return null;
    found.push({ action, status: statusOf(fields) });
  }
  return found;
}

const enhanced = /(?:^|[\s(])([245]\.\d{1,3}\.\d{1,3})(?![\d.])/;

/** What the last server said is more telling than a status that says nothing (X.0.0). */
function statusOf(fields: Fields): string | null {
  const [, status = null] = enhanced.exec(fields.get('status') ?? '') ?? [];
  if (status !== null && !status.endsWith('.0.0')) return status;
  const [, said = null] = enhanced.exec((fields.get('diagnostic-code') ?? '').slice(0, 200)) ?? [];
  return said ?? status;
}

/** What became of a mail: its mailbox takes none, it did not arrive for another reason, it is still being tried, or it arrived. */
export type Verdict = 'mailbox' | 'failed' | 'delayed' | 'arrived';

/** Codes of RFC 3463 §3.2 and §3.3, and 5.1.10 of RFC 7505, by which a mailbox does not exist or takes nothing any more. A full one (5.2.2) may take the next mail. */
const mailboxCodes = ['5.1.0', '5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10', '5.2.1'];

export interface Judgement {
  readonly verdict: Verdict;
  readonly status: string | null;
}

/** The worst of what a report says: a mailbox is given up only where a code says that it is the mailbox. */
export function judgeReport({ recipients }: Pick<DeliveryReport, 'recipients'>): Judgement {
  const failed = recipients.filter(({ action }) => action === 'failed');
  const gone = failed.find(({ status }) => status !== null && mailboxCodes.includes(status));
  if (gone !== undefined) return { verdict: 'mailbox', status: gone.status };
  const [first] = failed;
  if (first !== undefined) return { verdict: 'failed', status: first.status };
  const delayed = recipients.find(({ action }) => action === 'delayed');
  return delayed === undefined ? { verdict: 'arrived', status: null } : { verdict: 'delayed', status: delayed.status };
}
