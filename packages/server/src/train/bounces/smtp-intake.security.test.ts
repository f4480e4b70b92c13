import { connect } from 'node:net';
import { MenshenError } from '@menshen/contract';
import { createTransport } from 'nodemailer';
import { afterEach, expect, it } from 'vitest';
import { mostReportBytes } from './report.ts';
import { type SmtpIntake, type SmtpIntakeParts, startSmtpIntake } from './smtp-intake.ts';
import { report } from './testing.ts';

const known = 'bounces+token@mail.example.com';
const open: SmtpIntake[] = [];
afterEach(async () => {
  for (const intake of open.splice(0)) await intake.close();
});

async function start(change: Partial<SmtpIntakeParts> = {}) {
  const taken: { readonly text: string; readonly to: string }[] = [];
  const intake = await startSmtpIntake({
    ...{ host: '127.0.0.1', port: 0, name: 'menshen', allows: () => true },
    expects: async (recipient) => recipient === known,
    take: async (message, to) => void taken.push({ text: Buffer.from(message).toString('latin1'), to }),
    ...change,
  });
  open.push(intake);
  return { intake, taken };
}

/** Says each text once the one before was answered, and resolves to all answers; a connection that the other side ends is its last word. */
async function talk({ port }: SmtpIntake, ...texts: readonly string[]): Promise<string[]> {
  const socket = connect(port, '127.0.0.1');
  const answers: string[] = [];
  const waiting = [...texts];
  let heard = '';
  await new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      for (let end = /^\d{3} .*\r\n/m.exec(heard); end !== null; end = /^\d{3} .*\r\n/m.exec(heard)) {
        heard = heard.slice(end.index + end[0].length);
        answers.push(end[0].trim());
        const next = waiting.shift();
        if (next !== undefined) socket.write(next, 'latin1');
        else socket.end();
      }
    });
    for (const event of ['close', 'error'] as const) socket.on(event, () => resolve());
  });
  socket.destroy();
  return answers;
}
const codes = (answers: readonly string[]): string[] => answers.map((answer) => answer.slice(0, 3));
const ready = ['EHLO mx\r\n', 'MAIL FROM:<>\r\n', `RCPT TO:<${known}>\r\n`] as const;

it('takes a report from a mail program that it does not know, byte for byte, dots included', async () => {
  const { intake, taken } = await start();
  const transport = createTransport({ host: '127.0.0.1', port: intake.port, secure: false, ignoreTLS: true });
  const raw = report({}).replace('It did not arrive.', 'It did not arrive.\r\n.\r\n..two\r\n.one');
  await transport.sendMail({ envelope: { from: '', to: known }, raw });
  transport.close();
  expect(taken.map(({ to }) => to)).toEqual([known]);
  expect(taken[0]?.text).toContain('\r\n.\r\n..two\r\n.one');
  expect(taken[0]?.text.trimEnd()).toBe(raw.trimEnd());
});

it('takes several one after the other, and commands that come together', async () => {
  const { intake, taken } = await start();
  const one = ['MAIL FROM:<> BODY=8BITMIME\r\n', `RCPT TO:<${known}>\r\n`, 'DATA\r\n', `${report({})}.\r\n`] as const;
  expect(codes(await talk(intake, 'HELO mx\r\n', ...one, ...one, 'QUIT\r\n'))).toEqual(
    '220 250 250 250 354 250 250 250 354 250 221'.split(' '),
  );
  await talk(intake, [...ready, 'DATA\r\n'].join(''), '', '', '', `${report({})}.\r\n`);
  expect(taken).toHaveLength(3);
});

it.each([
  ['a letter with a sender', ['EHLO mx\r\n', 'MAIL FROM:<eve@evil.example>\r\n', `RCPT TO:<${known}>\r\n`], '220 250 550 503'],
  [
    'mail for anybody else: it relays nothing',
    ['EHLO mx\r\n', 'MAIL FROM:<>\r\n', 'RCPT TO:<boss@corp.example>\r\n'],
    '220 250 250 550',
  ],
  ['mail for two at once', [...ready, 'RCPT TO:<boss@corp.example>\r\n'], '220 250 250 250 452'],
  ['a text before its receiver', ['EHLO mx\r\n', 'MAIL FROM:<>\r\n', 'DATA\r\n'], '220 250 250 503'],
  ['a sender before a greeting', ['MAIL FROM:<>\r\n'], '220 503'],
  ['two senders', ['EHLO mx\r\n', 'MAIL FROM:<>\r\n', 'MAIL FROM:<>\r\n'], '220 250 250 503'],
  ['a size that is too large, before it comes', ['EHLO mx\r\n', `MAIL FROM:<> SIZE=${mostReportBytes + 1}\r\n`], '220 250 552'],
  [
    'a sign-in, TLS and commands that it does not have',
    ['AUTH PLAIN AA==\r\n', 'STARTTLS\r\n', 'EXPN all\r\n', 'GET / HTTP/1.1\r\n'],
    '220 502 502 502 502',
  ],
  [
    'an address with a second command in it',
    ['EHLO mx\r\n', 'MAIL FROM:<>\r\n', `RCPT TO:<${known}>\rRSET\r\n`],
    '220 250 250 502',
  ],
  ['lines that end with LF alone', ['EHLO mx\n', 'NOOP\n'], '220 500 500'],
])('refuses %s', async (_name, texts, answered) => {
  const { intake, taken } = await start();
  expect(codes(await talk(intake, ...texts)).join(' ')).toBe(answered);
  expect(taken).toEqual([]);
});

it.each([
  ['\n.\n', 'LF'],
  ['\n.\r\n', 'LF before the dot'],
  ['\r.\r\n', 'CR before the dot'],
  ['\r\n.\n', 'LF after the dot'],
])('lets no second message ride in the text of the first: %j', async (end, _name) => {
  const { intake, taken } = await start();
  const second = `MAIL FROM:<>\r\nRCPT TO:<${known}>\r\nDATA\r\nsmuggled`;
  const answers = await talk(intake, ...ready, 'DATA\r\n', `first${end}${second}\r\n.\r\n`);
  expect([codes(answers).at(-1), taken]).toEqual(['550', []]);
});

it('ends a line, a text and a connection that have no end', async () => {
  const { intake, taken } = await start();
  expect(codes(await talk(intake, 'x'.repeat(2_000)))).toEqual(['220', '500']);
  expect(codes(await talk(intake, ...ready, 'DATA\r\n', `${'x'.repeat(70)}\r\n`.repeat(4_000)))).toEqual(
    '220 250 250 250 354 552'.split(' '),
  );
  const noops = await talk(intake, ...Array.from({ length: 300 }, () => 'NOOP\r\n'));
  expect([noops.length, noops.at(-1)?.slice(0, 3)]).toEqual([202, '421']);
  expect(taken).toEqual([]);
});

it('lets in whom the configuration names, and so many at once', async () => {
  const asked: string[] = [];
  const shut = await start({
    allows(address) {
      asked.push(address);
      return false;
    },
  });
  expect([codes(await talk(shut.intake, ...ready)), asked]).toEqual([['554'], ['127.0.0.1']]);
  const { intake } = await start();
  const held = Array.from({ length: 20 }, () => connect(intake.port, '127.0.0.1').on('error', () => undefined));
  await Promise.all(held.map((socket) => new Promise((resolve) => socket.once('data', resolve))));
  expect(codes(await talk(intake, 'NOOP\r\n'))).toEqual(['421']);
  for (const socket of held) socket.destroy();
  await expect.poll(async () => codes(await talk(intake, 'NOOP\r\n')), { timeout: 10_000 }).toEqual(['220', '250']);
});

it('drops what is no report without a word of why, and has the other side come back when it cannot work', async () => {
  const dropped = await start({
    take: async () => {
      throw new MenshenError('bounce_unreadable');
    },
  });
  expect((await talk(dropped.intake, ...ready, 'DATA\r\n', 'a letter\r\n.\r\n')).at(-1)).toMatch(/^250 /);
  const broken = await start({
    take: async () => {
      throw new Error('the store is away: postgres://user:secret@host');
    },
  });
  expect((await talk(broken.intake, ...ready, 'DATA\r\n', 'x\r\n.\r\n')).at(-1)).toBe('451 4.3.0 not now');
  const away = await start({
    expects: async () => {
      throw new Error('away');
    },
  });
  expect((await talk(away.intake, ...ready)).at(-1)).toBe('451 4.3.0 not now');
});

it('reads a text that comes in single bytes for no more than it costs', async () => {
  const { intake, taken } = await start();
  const socket = connect({ port: intake.port, host: '127.0.0.1', noDelay: true });
  const answer = async (): Promise<string> =>
    await new Promise((resolve) => socket.once('data', (chunk) => resolve(String(chunk))));
  await answer();
  for (const text of [...ready, 'DATA\r\n']) {
    socket.write(text);
    await answer();
  }
  for (const byte of `${'y'.repeat(1_500)}\r\n.\r\n`) socket.write(byte);
  expect(await answer()).toMatch(/^250 /);
  socket.destroy();
  expect(taken[0]?.text).toBe(`${'y'.repeat(1_500)}\r\n`);
});
