import { closeSync, openSync, readSync } from 'node:fs';
import type { reportBounce } from '@menshen/contract';
import type * as z from 'zod';
import { mostReportBytes } from '../../train/bounces/report.ts';
import { type Command, textOption, UsageError } from '../command.ts';
import { callServer, printRefusal, serverHelp, serverOptions } from '../control-plane.ts';

/** A message of a file or of standard input, never more than is read of a report. */
function readMessage(file: string | undefined): Buffer {
  const buffer = Buffer.alloc(mostReportBytes + 1);
  let size = 0;
  try {
    const source = file === undefined || file === '-' ? 0 : openSync(file, 'r');
    for (let read = -1; read !== 0 && size < buffer.length; size += read)
      read = readSync(source, buffer, size, buffer.length - size, null);
    if (source !== 0) closeSync(source);
  } catch {
    throw new UsageError({ zh: '读不到邮件。', en: 'The message cannot be read.' });
  }
  if (size === 0) throw new UsageError({ zh: '邮件是空的。', en: 'The message is empty.' });
  if (size > mostReportBytes) throw new UsageError({ zh: '邮件超过 256 KiB。', en: 'The message is larger than 256 KiB.' });
  return buffer.subarray(0, size);
}

const words = {
  mailbox: { zh: '邮箱不存在或已停用：停止向它发送。', en: 'The mailbox takes no mail: nothing more is sent there.' },
  failed: { zh: '这封邮件没有送达，邮箱保留。', en: 'The mail did not arrive; its mailbox is kept.' },
  delayed: { zh: '对方服务器仍在重试。', en: 'The mail is still being tried.' },
  arrived: { zh: '这封邮件已送达。', en: 'The mail arrived.' },
} as const;

export const trainingBounce: Command = {
  name: 'training bounce',
  usage: '[FILE] [--recipient ADDRESS]',
  summary: { zh: '提交一封退信（RFC 3464），供邮件服务器调用', en: 'Hand in a returned mail (RFC 3464), as a mail server does' },
  options: { ...serverOptions, recipient: { type: 'string' } },
  optionHelp: {
    ...serverHelp('bounces'),
    recipient: {
      zh: '退信送达的地址；默认从邮件头中取',
      en: 'the address that it was delivered to; from its head by default',
    },
  },
  examples: [
    'menshen training bounce returned.eml',
    'menshen training bounce --recipient bounces+abcdefghijklmnopqrstuvwxyz@mail.example.com < returned.eml',
  ],
  async run({ values, positionals, terminal }) {
    const [file, ...rest] = positionals;
    if (rest.length > 0) throw new UsageError({ zh: '请给出一个文件。', en: 'Name one file.' });
    const recipient = textOption(values, 'recipient');
    const answer = await callServer(values, '/api/v1/training/bounces', {
      message: readMessage(file).toString('base64'),
      ...(recipient === undefined ? {} : { recipient }),
    });
    if (!answer.ok) return printRefusal(terminal, answer.refused);
    const { verdict } = answer.body as z.output<typeof reportBounce.response>;
    if (values['json'] === true) terminal.out(JSON.stringify({ verdict }));
    else terminal.out(words[verdict][terminal.language]);
    return 0;
  },
};
