import { createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { readEntries } from '../../audit/export/read-entries.ts';
import { alertText } from '../../detect/alert-text.ts';
import { bundledPlaces } from '../../detect/geo/provider.ts';
import { type RuleWatch, watchRules } from '../../detect/live/sigma.ts';
import { type Alert, type Directory, emptyDirectory } from '../../detect/model.ts';
import { readTime } from '../../detect/read-activity.ts';
import { readDirectory } from '../../detect/read-directory.ts';
import { OutOfOrderError, type ReplayOptions, type ReplayResult, replayActivity, replayLog } from '../../detect/replay.ts';
import { linesInOrder } from '../../detect/sort-lines.ts';
import { logOptionHelp, logOptions, openedLog } from '../audit/audit.ts';
import { type Command, type CommandInput, textOption, UsageError } from '../command.ts';
import { readLineBatches } from '../line-batches.ts';
import { ruleLines, totalLine, totals } from './replay-report.ts';

/** Longest line of activity. */
const maxLineBytes = 256 * 1_024;

export const detectReplay: Command = {
  name: 'detect replay',
  usage:
    '[--events FILE | --log DIR|URL] [--rules PATH|shipped|none] [--from TIME] [--to TIME] [--learn-until TIME] [--directory FILE] [--out FILE]',
  summary: {
    zh: '对过去的活动或审计日志运行全部检测，并说明每条规则会命中几次',
    en: 'Run all detections over past activity or the audit log, and say how often each rule would have fired',
  },
  options: {
    ...logOptions,
    events: { type: 'string' },
    rules: { type: 'string' },
    directory: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    'learn-until': { type: 'string' },
    out: { type: 'string' },
  },
  optionHelp: {
    ...logOptionHelp,
    log: {
      zh: '没有 --events 时读取的审计日志：目录或网址（默认 .menshen/tlog）',
      en: 'the audit log that is read without --events: folder or address (.menshen/tlog by default)',
    },
    events: {
      zh: '活动事件，每行一个 JSON 对象；- 表示标准输入',
      en: 'activity events, a JSON object a line; - for standard input',
    },
    rules: {
      zh: 'Sigma 规则的文件或目录；shipped 为附带的规则，none 为不用规则。日志默认 shipped，--events 默认 none',
      en: 'a file or folder of Sigma rules; shipped for those that ship, none for none. shipped by default for a log, none for --events',
    },
    directory: {
      zh: '公司资料：人员、服务账号、办公地址、活动、时区（JSON）',
      en: 'the company: people, service accounts, office addresses, campaigns, time zone (JSON)',
    },
    from: { zh: '只看此时刻起的；ISO 8601 或毫秒', en: 'only what happened from this time on; ISO 8601 or epoch ms' },
    to: { zh: '只看此时刻之前的', en: 'only what happened before this time' },
    'learn-until': {
      zh: '此前只学习、不告警；ISO 8601 或毫秒',
      en: 'until then activity is only learned from; ISO 8601 or epoch ms',
    },
    out: {
      zh: '告警写入此文件，每行一个；- 表示标准输出；读取日志时可省略',
      en: 'where alerts are written, a line each; - for standard output; may be left out for a log',
    },
    json: { zh: '在标准输出上打印 JSON 汇总', en: 'print the totals as JSON on standard output' },
  },
  examples: [
    'menshen detect replay --events events.jsonl --directory company.json --learn-until 2026-11-08T00:00:00+08:00 --out alerts.jsonl',
    'zcat events.jsonl.gz | menshen detect replay --events - --out -',
    'menshen detect replay --log /var/lib/menshen/tlog --from 2026-11-01 --rules ./detections',
  ],
  async run({ values, terminal }) {
    const file = textOption(values, 'events');
    const out = textOption(values, 'out');
    if (file === undefined ? !isLogNamed(values) : out === undefined)
      throw new UsageError({
        zh: '请用 --events 给出事件文件，用 --out 给出告警文件；或用 --log 给出审计日志。',
        en: 'Name the events with --events and the file for alerts with --out; or an audit log with --log.',
      });
    const directoryFile = textOption(values, 'directory');
    const [learnUntil, from, to] = (['learn-until', 'from', 'to'] as const).map((name) => timeOf(values, name)) as [
      number | null,
      number | null,
      number | null,
    ];
    const directory = directoryFile === undefined ? emptyDirectory : readCompany(directoryFile);
    const place = rulesOf(textOption(values, 'rules') ?? (file === undefined ? 'shipped' : 'none'));
    let refused = 0;
    /** Anew for each reading: windows remember. */
    const options = (): ReplayOptions => {
      const rules = place === null ? null : watched(place);
      refused = rules?.refused ?? 0;
      return { directory, learnUntil, rules, from, to };
    };
    const started = performance.now();
    const result = await (file === undefined ? replayStored(values, options()) : replayFile(file, options));
    if (out !== undefined) await writeAlerts(out, result.alerts);
    const seconds = (performance.now() - started) / 1_000;
    const rate = Math.round(result.events / Math.max(seconds, 0.001));
    const { language } = terminal;
    if (refused > 0)
      terminal.err(
        language === 'zh'
          ? `${refused} 个规则文件或规则无法使用；menshen sigma check 说明原因。`
          : `${refused} rule files or rules cannot be used; menshen sigma check says why.`,
      );
    if (values['json'] === true && out !== '-') terminal.out(JSON.stringify(totals(result, rate, refused)));
    else {
      for (const line of ruleLines(result.rules, language)) (out === '-' ? terminal.err : terminal.out)(line);
      terminal.err(totalLine(result, rate, language));
    }
    if (result.events === 0) return 2;
    return result.alerts.length > 0 ? 1 : 0;
  },
};

/** Where the rules lie; null for none. */
function rulesOf(named: string): string | null {
  if (named === 'none') return null;
  return named === 'shipped' ? join(import.meta.dirname, '..', '..', '..', 'detections') : named;
}

function watched(place: string): RuleWatch {
  try {
    return watchRules(place);
  } catch {
    throw new UsageError({
      zh: '读不到 --rules 的文件或目录。',
      en: 'The file or folder of --rules cannot be read.',
    });
  }
}

const isLogNamed = (values: CommandInput['values']): boolean =>
  textOption(values, 'log') !== undefined || textOption(values, 'config') !== undefined || existsSync(join('.menshen', 'tlog'));

function timeOf(values: CommandInput['values'], name: string): number | null {
  const text = textOption(values, name);
  if (text === undefined) return null;
  const time = readTime(text);
  if (time !== null) return time;
  throw new UsageError({
    zh: `--${name} 应为 ISO 8601 时间或毫秒数。`,
    en: `--${name} must be a time in ISO 8601 or epoch ms.`,
  });
}

/** Entries of the log as they lie, a bundle at a time. What is read is not verified: `audit verify` does that. */
async function replayStored(values: CommandInput['values'], options: ReplayOptions): Promise<ReplayResult> {
  const { source } = openedLog(values);
  return await replayLog(readEntries(source), { ...options, locate: bundledPlaces() });
}

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
async function replayFile(file: string, options: () => ReplayOptions): Promise<ReplayResult> {
  if (file === '-') return await replayActivity(readLineBatches(process.stdin, maxLineBytes), { ...options(), sorted: true });
  // First the rules: a file that was opened for nothing would be left open.
  const asItLies = options();
  try {
    const stream = createReadStream(file, { highWaterMark: 1_048_576 });
    return await replayActivity(readLineBatches(stream, maxLineBytes), { ...asItLies, sorted: false });
  } catch (error) {
    if (!(error instanceof OutOfOrderError)) throw error;
    return await replayActivity(linesInOrder(file, maxLineBytes), { ...options(), sorted: true });
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
