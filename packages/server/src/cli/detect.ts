import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { alertText } from '../detect/alert-text.ts';
import { type Alert, type Directory, emptyDirectory } from '../detect/model.ts';
import { readTime } from '../detect/read-activity.ts';
import { readDirectory } from '../detect/read-directory.ts';
import { OutOfOrderError, type ReplayResult, replayActivity } from '../detect/replay.ts';
import { linesInOrder } from '../detect/sort-lines.ts';
import { type Command, textOption, UsageError } from './command.ts';
import { readLineBatches } from './line-batches.ts';

/** Longest line of activity. */
const maxLineBytes = 256 * 1_024;

export const detectReplay: Command = {
  name: 'detect replay',
  usage: '--events FILE [--directory FILE] [--learn-until TIME] --out FILE',
  summary: { zh: '对过去的活动运行全部检测', en: 'Run all detections over past activity' },
  options: {
    events: { type: 'string' },
    directory: { type: 'string' },
    'learn-until': { type: 'string' },
    out: { type: 'string' },
    json: { type: 'boolean' },
  },
  optionHelp: {
    events: {
      zh: '活动事件，每行一个 JSON 对象；- 表示标准输入',
      en: 'activity events, a JSON object a line; - for standard input',
    },
    directory: {
      zh: '公司资料：人员、服务账号、办公地址、活动、时区（JSON）',
      en: 'the company: people, service accounts, office addresses, campaigns, time zone (JSON)',
    },
    'learn-until': {
      zh: '此前只学习、不告警；ISO 8601 或毫秒',
      en: 'until then activity is only learned from; ISO 8601 or epoch ms',
    },
    out: { zh: '告警写入此文件，每行一个；- 表示标准输出', en: 'where alerts are written, a line each; - for standard output' },
    json: { zh: '在标准输出上打印 JSON 汇总', en: 'print the totals as JSON on standard output' },
  },
  examples: [
    'menshen detect replay --events events.jsonl --directory company.json --learn-until 2026-11-08T00:00:00+08:00 --out alerts.jsonl',
    'zcat events.jsonl.gz | menshen detect replay --events - --out -',
  ],
  async run({ values, terminal }) {
    const file = textOption(values, 'events');
    const out = textOption(values, 'out');
    if (file === undefined || out === undefined)
      throw new UsageError({
        zh: '请用 --events 给出事件文件，用 --out 给出告警文件。',
        en: 'Name the events with --events and the file for alerts with --out.',
      });
    const learnText = textOption(values, 'learn-until');
    const learnUntil = learnText === undefined ? null : readTime(learnText);
    if (learnText !== undefined && learnUntil === null)
      throw new UsageError({
        zh: '--learn-until 应为 ISO 8601 时间或毫秒数。',
        en: '--learn-until must be a time in ISO 8601 or epoch ms.',
      });
    const directoryFile = textOption(values, 'directory');
    const directory = directoryFile === undefined ? emptyDirectory : readCompany(directoryFile);
    const started = performance.now();
    const result = await replayFile(file, directory, learnUntil);
    await writeAlerts(out, result.alerts);
    const seconds = (performance.now() - started) / 1_000;
    const { events, unusable, alerts } = result;
    const rate = Math.round(events / Math.max(seconds, 0.001));
    if (values['json'] === true && out !== '-')
      terminal.out(JSON.stringify({ events, unusable, alerts: alerts.length, events_per_second: rate }));
    else
      terminal.err(
        terminal.language === 'zh'
          ? `${events} 个事件，${alerts.length} 条告警，${unusable} 行无法读取，每秒 ${rate} 个事件。`
          : `${events} events, ${alerts.length} alerts, ${unusable} unusable lines, ${rate} events a second.`,
      );
    if (events === 0) return 2;
    return alerts.length > 0 ? 1 : 0;
  },
};

function readCompany(file: string): Directory {
  try {
    return readDirectory(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new UsageError({
      zh: '无法读取 --directory 的文件：它应为 JSON，形式见 docs/guides/detection.md。',
      en: 'The file of --directory cannot be read: it must be JSON of the form that docs/guides/detection.md shows.',
    });
  }
}

/** Reads the file as it lies; where it lies far out of order, sorts and begins again. Standard input cannot be read twice and is taken as it comes. */
async function replayFile(file: string, directory: Directory, learnUntil: number | null): Promise<ReplayResult> {
  const options = { directory, learnUntil };
  if (file === '-') return await replayActivity(readLineBatches(process.stdin, maxLineBytes), { ...options, sorted: true });
  try {
    const stream = createReadStream(file, { highWaterMark: 1_048_576 });
    return await replayActivity(readLineBatches(stream, maxLineBytes), { ...options, sorted: false });
  } catch (error) {
    if (!(error instanceof OutOfOrderError)) throw error;
    return await replayActivity(linesInOrder(file, maxLineBytes), { ...options, sorted: true });
  }
}

async function writeAlerts(out: string, alerts: readonly Alert[]): Promise<void> {
  const stream = out === '-' ? process.stdout : createWriteStream(out);
  for (const alert of alerts) stream.write(`${JSON.stringify(alertLine(alert))}\n`);
  if (out === '-') return;
  stream.end();
  await finished(stream);
}

/** An alert as CONTRACT.md describes it; what it does not name is left out. */
function alertLine(alert: Alert) {
  const { ts, rule, severity, user, ip, device, session, events, facts } = alert;
  return {
    ts,
    rule,
    severity,
    ...(user === null ? {} : { user }),
    ...(ip === null ? {} : { ip }),
    ...(device === null ? {} : { device }),
    ...(session === null ? {} : { session }),
    event_ids: events,
    facts: { ...facts, text_zh: alertText(alert, 'zh'), text_en: alertText(alert, 'en') },
  };
}
