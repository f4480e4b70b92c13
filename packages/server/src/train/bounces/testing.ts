export interface ReportChange {
  readonly action?: string;
  readonly status?: string | null;
  readonly diagnostic?: string;
  /** Groups of fields in place of the one receiver. */
  readonly groups?: string;
  readonly form?: 'base64' | 'quoted-printable' | 'lf' | 'global';
  /** Whom it is delivered to. */
  readonly to?: string;
  readonly about?: string;
  readonly token?: string;
  readonly twice?: boolean;
  readonly parts?: number;
  /** Characters of text for people. */
  readonly padding?: number;
}

const encoded = {
  base64: (text: string) => ({ encoding: 'base64', text: Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\r\n') }),
  'quoted-printable': (text: string) => ({ encoding: 'quoted-printable', text: text.replaceAll('5.1.1', '5.=31=\r\n.1') }),
} as const;

/** A report as a mail server writes one (RFC 3464). */
export function report(change: ReportChange): string {
  const { action = 'failed', status = '5.1.1', diagnostic, form, to = 'security@corp.example', about, token } = change;
  const group = [
    'Final-Recipient: rfc822; li@corp.example',
    `Action: ${action}`,
    ...(status === null ? [] : [`Status: ${status}`]),
    ...(diagnostic === undefined ? [] : [`Diagnostic-Code: ${diagnostic}`]),
  ].join('\r\n');
  const said = `Reporting-MTA: dns; mx.corp.example\r\nArrival-Date: Thu, 26 Nov 2026 10:00:00 +0800\r\n\r\n${change.groups ?? group}\r\n`;
  const { encoding, text } =
    form === 'base64' || form === 'quoted-printable' ? encoded[form](said) : { encoding: '7bit', text: said };
  const kind = form === 'global' ? 'message/global-delivery-status' : 'message/delivery-status';
  const statusPart = `--=_r/1\r\nContent-Type: ${kind}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${text}\r\n`;
  const shown = `--=_r/1\r\nContent-Type: ${about ?? 'text/rfc822-headers'}\r\n\r\nSubject: tip\r\nX-Menshen-Mail: ${token ?? ''}\r\n\r\n`;
  const whole = [
    `From: MAILER-DAEMON@corp.example\r\nTo: ${to}\r\nSubject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\n`,
    'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="=_r/1"\r\n\r\nThis is a MIME message.\r\n',
    `--=_r/1\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nIt did not arrive. ${'x'.repeat(change.padding ?? 0)}\r\n`,
    ...Array.from({ length: change.parts ?? 0 }, () => '--=_r/1\r\nContent-Type: text/plain\r\n\r\nmore\r\n'),
    statusPart,
    ...(change.twice === true ? [statusPart] : []),
    ...(token === undefined ? [] : [shown]),
    '--=_r/1--\r\n',
  ].join('');
  return form === 'lf' ? whole.replaceAll('\r\n', '\n') : whole;
}
