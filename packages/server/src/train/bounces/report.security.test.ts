import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeReport, mostReportBytes, readDeliveryReport } from './report.ts';
import { createReturnPaths, makeToken } from './return-path.ts';
import { report } from './testing.ts';

const read = (text: string) => readDeliveryReport(Buffer.from(text, 'latin1'));
const verdictOf = (text: string): string => {
  const found = read(text);
  if (found === null) return 'none';
  const { verdict, status } = judgeReport(found);
  return `${verdict} ${status}`;
};

describe('a delivery status notification', () => {
  it.each([
    [
      'Postfix: no such user',
      { status: '5.1.1', diagnostic: 'smtp; 550 5.1.1 <x>: Recipient address rejected' },
      'mailbox 5.1.1',
    ],
    [
      'Exchange: in its own words',
      { action: 'Failed', status: '5.1.10', diagnostic: 'smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound' },
      'mailbox 5.1.10',
    ],
    [
      'a status that says nothing, and a server that did',
      { status: '5.0.0', diagnostic: 'smtp; 550 5.1.1 user unknown' },
      'mailbox 5.1.1',
    ],
    ['a disabled mailbox', { status: '5.2.1' }, 'mailbox 5.2.1'],
    ['with a comment (RFC 3464 2.1.2)', { action: 'failed (permanently)', status: '5.1.2 (bad domain)' }, 'mailbox 5.1.2'],
    ['a full mailbox', { status: '5.2.2' }, 'failed 5.2.2'],
    ['a policy of the other side', { status: '5.7.1' }, 'failed 5.7.1'],
    ['given up after days', { status: '4.4.7' }, 'failed 4.4.7'],
    ['no status at all', { status: null }, 'failed null'],
    ['a number that only looks like one', { status: '5.1.1.9' }, 'failed null'],
    ['still being tried', { action: 'delayed', status: '4.4.1' }, 'delayed 4.4.1'],
    ['arrived', { action: 'delivered', status: '2.0.0' }, 'arrived null'],
  ])('%s', (_name, change, verdict) => {
    expect(verdictOf(report(change))).toBe(verdict);
  });

  it('of several receivers is the worst that it says', () => {
    const groups =
      'Action: delivered\r\nStatus: 2.1.5\r\n\r\nAction: failed\r\nStatus: 5.7.1\r\n\r\nAction: failed\r\nStatus: 5.1.1';
    expect(verdictOf(report({ groups }))).toBe('mailbox 5.1.1');
  });

  it.each([
    ['base64', 'base64'],
    ['quoted-printable', 'quoted-printable'],
    ['LF for its lines, as programs pass it on', 'lf'],
    ['an international one (RFC 6533)', 'global'],
  ] as const)('is read in %s', (_name, form) => {
    expect(verdictOf(report({ form }))).toBe('mailbox 5.1.1');
  });

  it('shows the head of the mail that it is about, whole or as a head alone', () => {
    for (const about of ['message/rfc822', 'text/rfc822-headers'])
      expect(read(report({ about, token: 'a'.repeat(26) }))?.about?.get('x-menshen-mail')).toBe('a'.repeat(26));
  });
});

describe('what is no delivery status notification', () => {
  it.each([
    ['a letter', 'Subject: hello\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n'],
    ['a vacation notice', 'Auto-Submitted: auto-replied\r\nContent-Type: text/plain\r\n\r\nAway. Action: failed Status: 5.1.1'],
    ['a report of something else', report({}).replace('report-type=delivery-status', 'report-type=disposition-notification')],
    ['one that hides in another message', `Content-Type: message/rfc822\r\n\r\n${report({})}`],
    ['a mixed message with a status in it', report({}).replace('multipart/report', 'multipart/mixed')],
    ['two opinions', report({ twice: true })],
    ['no boundary', report({}).replace(/boundary="[^"]*"/, 'x=y')],
    ['an empty boundary', report({}).replace(/boundary="[^"]*"/, 'boundary=""')],
    [
      'an encoding that nobody knows',
      report({}).replace(
        'Content-Type: message/delivery-status',
        'Content-Transfer-Encoding: x-uuencode\r\nContent-Type: message/delivery-status',
      ),
    ],
    ['nothing', ''],
  ])('is not taken for one: %s', (_name, text) => {
    expect(read(text)).toBeNull();
  });

  it.each([
    ['too many bytes', report({ padding: mostReportBytes })],
    ['too many fields', `${'X: y\r\n'.repeat(250)}${report({})}`],
    ['a field without end', `X: ${'y'.repeat(5_000)}\r\n${report({})}`],
    ['a field that is folded without end', `X: y\r\n${' z\r\n'.repeat(5_000)}${report({})}`],
    ['too many parts', report({ parts: 40 })],
    [
      'too many receivers',
      report({ groups: Array.from({ length: 80 }, () => 'Action: failed\r\nStatus: 5.1.1').join('\r\n\r\n') }),
    ],
    ['a status without end', report({ groups: `Action: failed\r\nStatus: 5.1.1\r\n\r\n${'a\r\n\r\n'.repeat(20_000)}` })],
  ])('is bounded: %s', (_name, text) => {
    expect(read(text)).toBeNull();
  });

  it('costs no more than its bytes, however it is put together', () => {
    const boundary = 'b';
    const head = `Content-Type: multipart/report; report-type=delivery-status; boundary="${boundary}"\r\n\r\n`;
    const room = mostReportBytes - head.length;
    const fill = (text: string): string => head + text.repeat(Math.floor(room / text.length));
    const shapes = [
      ...['\n--b', '\r\n--b--x', '\n\n', ': \n', ' \n', '=\r', '=0', ';a="', '--b\r\n\r\n'].map(fill),
      `Content-Type: multipart/report${'; a="'.repeat(900)}\r\n\r\n`,
      `${head}--b\r\nContent-Type: message/delivery-status\r\n\r\n${'Action: failed (\r\n'.repeat(3_000)}`,
    ];
    // A plain read of as many bytes is the measure: a quadratic one would be thousands of times as much.
    const cost = (text: string): number => {
      const times = Array.from({ length: 3 }, () => {
        const began = process.cpuUsage();
        read(text);
        const { user, system } = process.cpuUsage(began);
        return user + system;
      });
      return Math.min(...times);
    };
    const plain = Math.max(1_000, cost(`${head}--b\r\n${'word '.repeat(Math.floor(room / 5) - 2)}`));
    for (const shape of shapes) expect(cost(shape), shape.slice(90, 120)).toBeLessThan(plain * 100);
  });

  it('never throws, whatever bytes come', () => {
    const words = fc.constantFrom(
      ...[
        'Content-Type: ',
        'multipart/report',
        '; report-type=delivery-status',
        '; boundary=b',
        '\r\n',
        '\r\n\r\n',
        '--b',
        '--b--',
        ' ',
      ],
      ...[
        'message/delivery-status',
        'Action: failed',
        'Status: 5.1.1',
        'Content-Transfer-Encoding: base64',
        '=',
        ':',
        '\t',
        '\u00ff',
        '\0',
      ],
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 60 }), fc.uint8Array({ maxLength: 200 }), (said, noise) => {
        for (const bytes of [Buffer.from(said.join(''), 'latin1'), noise]) {
          const found = readDeliveryReport(bytes);
          if (found !== null) expect(['mailbox', 'failed', 'delayed', 'arrived']).toContain(judgeReport(found).verdict);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a return path', () => {
  const paths = createReturnPaths('bounces@mail.example.com');
  const token = makeToken(new Uint8Array(16).fill(7));

  it('carries its token through servers that change case, and fits a local part', () => {
    const address = paths.of(token);
    expect(address.split('@')[0]?.length).toBeLessThanOrEqual(64);
    for (const said of [address, `<${address}>`, address.toUpperCase(), ` ${address} `]) expect(paths.tokenIn(said)).toBe(token);
  });

  it.each([
    'bounces@mail.example.com',
    `bounces+${token}@mail.example.org`,
    `bounces+${token}@mail.example.com.evil.example`,
    `other+${token}@mail.example.com`,
    `bounces+${token}x@mail.example.com`,
    `bounces+${token.slice(1)}@mail.example.com`,
    `x bounces+${token}@mail.example.com`,
    `"bounces+${token}"@mail.example.com`,
    '@',
    '',
    'a'.repeat(10_000),
  ])('is none but its own: %s', (address) => {
    expect(paths.tokenIn(address)).toBeNull();
  });

  it('of another base never takes one for its own, whatever marks stand in it', () => {
    expect(createReturnPaths('b.unces@m.example').tokenIn(`bXunces+${token}@m.example`)).toBeNull();
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        const found = paths.tokenIn(text);
        if (found !== null) expect(text.toLowerCase()).toContain(found);
      }),
    );
  });
});
