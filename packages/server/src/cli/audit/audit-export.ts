import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { readExported } from '../../audit/export/exported-event.ts';
import { type ExportFormat, exportFormats, exportLine } from '../../audit/export/formats.ts';
import { readEntries } from '../../audit/export/read-entries.ts';
import { openLog } from '../../audit/log/reader.ts';
import { type Command, type CommandInput, textOption, UsageError } from '../command.ts';
import { version } from '../version.ts';
import { logOptionHelp, logOptions, openedLog } from './audit.ts';

const exampleEnterprise = '32473';

export const auditExport: Command = {
  name: 'audit export',
  usage: '--format ocsf|ecs|cef|syslog|otel [--from TIME] [--to TIME] [--out F]',
  summary: { zh: '导出审计日志，供其他系统使用', en: 'Export the audit log for other systems' },
  options: {
    ...logOptions,
    format: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    after: { type: 'string' },
    out: { type: 'string' },
    host: { type: 'string' },
    enterprise: { type: 'string' },
  },
  optionHelp: {
    ...logOptionHelp,
    format: {
      zh: 'ocsf（默认，记录原文）、ecs、cef、syslog（RFC 5424）或 otel（OTLP JSON）',
      en: 'ocsf (by default, the entries as they are), ecs, cef, syslog (RFC 5424) or otel (OTLP JSON)',
    },
    from: { zh: '此时刻起的事件：2026-11-25、ISO 8601 或毫秒', en: 'events from this time on: 2026-11-25, ISO 8601 or epoch ms' },
    to: { zh: '此时刻之前的事件', en: 'events before this time' },
    after: { zh: '此序号之后的记录', en: 'entries behind this index' },
    out: {
      zh: '写入文件；旁边的 .checkpoint 是签名检查点，可用来证明导出的每一条',
      en: 'write to a file; the .checkpoint beside it is the signed checkpoint by which each line can be proved',
    },
    host: { zh: 'syslog 的主机名（默认本机）', en: 'host name of syslog (this machine by default)' },
    enterprise: { zh: 'syslog 结构化数据的企业号', en: "private enterprise number of syslog's structured data" },
  },
  examples: [
    'menshen audit export --format ocsf --from 2026-11-01 --out november.jsonl',
    'menshen audit export --format syslog --after 120000',
  ],
  async run({ values, terminal }) {
    const format = formatOf(values);
    const { source, vkey } = openedLog(values);
    const from = timeOf(values, 'from') ?? Number.NEGATIVE_INFINITY;
    const to = timeOf(values, 'to') ?? Number.POSITIVE_INFINITY;
    const exporter = {
      version,
      host: textOption(values, 'host') ?? hostname(),
      enterprise: wholeNumber(values, 'enterprise', exampleEnterprise),
    };
    const first = textOption(values, 'after') === undefined ? 0 : wholeNumber(values, 'after', '0') + 1;
    const out = textOption(values, 'out');
    // Taken before the entries are read: it covers each of them.
    const published = await openLog(source).checkpoint();
    const file = out === undefined ? null : await opened(out);
    const origin = vkey.split('+')[0] ?? '';
    const decoder = new TextDecoder();
    let count = 0;
    try {
      for await (const { index, bytes } of readEntries(source, { first, end: published?.checkpoint.size ?? 0 })) {
        const event = readExported({ origin, index }, decoder.decode(bytes));
        if (event.time < from || event.time >= to) continue;
        count += 1;
        const line = exportLine(format, event, exporter);
        if (file === null) terminal.out(line);
        else await write(file, `${line}\n`);
      }
    } finally {
      if (file !== null) await closed(file);
    }
    if (out !== undefined && published !== null) await writeFile(`${out}.checkpoint`, published.note, { mode: 0o600 });
    if (out !== undefined && values['json'] === true) terminal.out(JSON.stringify({ file: out, format, events: count }));
    else if (out !== undefined)
      terminal.out(terminal.language === 'zh' ? `已导出 ${count} 条记录到 ${out}` : `Exported ${count} events to ${out}`);
    return 0;
  },
};

function formatOf(values: CommandInput['values']): ExportFormat {
  const wanted = textOption(values, 'format') ?? 'ocsf';
  const format = exportFormats.find((name) => name === wanted);
  if (format === undefined)
    throw new UsageError({
      zh: `--format 应为 ${exportFormats.join('、')} 之一。`,
      en: `--format must be one of ${exportFormats.join(', ')}.`,
    });
  return format;
}

/** Epoch ms of a time that a person wrote; undefined when there is none. A day begins at midnight UTC unless a zone is given. */
function timeOf(values: CommandInput['values'], name: string): number | undefined {
  const text = textOption(values, name);
  if (text === undefined) return undefined;
  const time = /^\d{1,15}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(time)) throw new UsageError({ zh: `--${name} 不是时间。`, en: `--${name} is no time.` });
  return time;
}

function wholeNumber(values: CommandInput['values'], name: string, otherwise: string): number {
  const text = textOption(values, name) ?? otherwise;
  if (!/^\d{1,15}$/.test(text)) throw new UsageError({ zh: `--${name} 应为整数。`, en: `--${name} must be a whole number.` });
  return Number(text);
}

async function opened(path: string): Promise<WriteStream> {
  const file = createWriteStream(path, { mode: 0o600 });
  try {
    await once(file, 'open');
  } catch {
    throw new UsageError({ zh: '--out 的文件无法写入。', en: 'The file of --out cannot be written.' });
  }
  return file;
}

async function write(file: WriteStream, text: string): Promise<void> {
  if (!file.write(text)) await once(file, 'drain');
}

async function closed(file: WriteStream): Promise<void> {
  file.end();
  if (!file.closed) await once(file, 'close');
}
