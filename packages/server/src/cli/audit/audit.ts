import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { SIGNATURE_TYPE } from '@menshen/tlog';
import { parseVerifierKey } from '@menshen/tlog/node';
import { type DayReport, verifyDay } from '../../audit/archive/verify-day.ts';
import { readLockHolder } from '../../audit/log/lock.ts';
import { proveEntry } from '../../audit/log/reader.ts';
import { folderSource, httpSource, logFolders } from '../../audit/log/source.ts';
import { type ContinuedLog, verifyChain } from '../../audit/restore/verify-chain.ts';
import { readVerifierKey } from '../../audit/verifier-key.ts';
import { checkWitnesses } from '../../audit/witness/check.ts';
import { loadConfig } from '../../config/load.ts';
import { type Command, type CommandInput, listOption, type Terminal, textOption, UsageError } from '../command.ts';
import { problemLines } from '../problem-lines.ts';

export const logOptions = {
  log: { type: 'string' as const },
  config: { type: 'string' as const, short: 'c' },
  vkey: { type: 'string' as const },
  token: { type: 'string' as const },
  archive: { type: 'string' as const },
  json: { type: 'boolean' as const },
};
export const logOptionHelp = {
  log: { zh: '日志目录或网址（默认 .menshen/tlog）', en: 'folder or address of the log (.menshen/tlog by default)' },
  config: { zh: '从配置文件得知日志目录', en: 'learn the folder of the log from the configuration file' },
  vkey: { zh: '验证公钥；默认读取日志旁的 vkey 文件', en: 'verifier key; the file vkey beside the log by default' },
  token: {
    zh: '含接口令牌（权限 audit:read）的文件，用于网址；默认取环境变量 MENSHEN_TOKEN',
    en: 'file with an API token of scope audit:read, for an address; the environment variable MENSHEN_TOKEN by default',
  },
  archive: {
    zh: '另一个归档目录（日志目录下的 archive 总会查看）',
    en: "another folder of archives; the log's own folder archive is always looked at",
  },
  json: { zh: '以 JSON 输出', en: 'print JSON' },
};

function readToken(values: CommandInput['values']): string | null {
  const path = textOption(values, 'token');
  if (path === undefined) return process.env['MENSHEN_TOKEN']?.trim() || null;
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    throw new UsageError({ zh: '读不到 --token 的文件。', en: 'The file of --token cannot be read.' });
  }
}

/** Where a configuration keeps its log; undefined where none is given. */
function configuredLog(values: CommandInput['values']): string | undefined {
  const file = textOption(values, 'config');
  if (file === undefined) return undefined;
  const loaded = loadConfig(file);
  if (!loaded.ok)
    throw new UsageError({ zh: problemLines(file, loaded.problems, 'zh'), en: problemLines(file, loaded.problems, 'en') });
  return resolve(loaded.config.data, loaded.config.audit.directory ?? 'tlog');
}

/** The log that the options name, and the key that its checkpoints are signed with. */
export function openedLog(values: CommandInput['values']) {
  const place = textOption(values, 'log') ?? configuredLog(values) ?? join('.menshen', 'tlog');
  const remote = /^https?:\/\//.test(place);
  const vkey = textOption(values, 'vkey') ?? (remote ? null : readVerifierKey(place));
  if (vkey === null)
    throw new UsageError(
      remote
        ? { zh: '核验网址上的日志须用 --vkey 给出验证公钥。', en: 'A log at an address takes its verifier key by --vkey.' }
        : {
            zh: `${place} 中没有日志（缺少验证公钥 vkey）。请用 -c 指定配置文件，或用 --log 指定日志目录。`,
            en: `There is no log in ${place}: its verifier key, vkey, is missing. Name the configuration with -c, or the folder with --log.`,
          },
    );
  const token = readToken(values);
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const source = remote
    ? httpSource(place, (url) => ask(url, headers))
    : folderSource(logFolders(place, textOption(values, 'archive')));
  // A process that runs writes entries before the checkpoint that covers them.
  return { source, vkey, live: remote || readLockHolder(place) !== null };
}

async function ask(url: string, headers: Record<string, string>): Promise<Response> {
  const response = await fetch(url, { headers, redirect: 'error' });
  if (response.status !== 401 && response.status !== 403) return response;
  throw new UsageError({
    zh: '该地址需要权限为 audit:read 的令牌：请用环境变量 MENSHEN_TOKEN 给出，或用 --token 指定存放它的文件。',
    en: 'This address wants a token of the scope audit:read: give it in MENSHEN_TOKEN, or name a file that holds it with --token.',
  });
}

function readCheckpointFile(path: string | undefined): string | null {
  if (path === undefined) return null;
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new UsageError({ zh: '读不到 --from 的检查点文件。', en: 'The checkpoint file of --from cannot be read.' });
  }
}

export const auditVerify: Command = {
  name: 'audit verify',
  usage: '[--log DIR|URL] [--vkey K] [--from CHECKPOINT] [--witness VKEY...] [--archive DIR] [--token FILE]',
  summary: { zh: '重新计算整个审计日志并核对签名', en: 'Recompute the whole audit log and check its signature' },
  options: { ...logOptions, from: { type: 'string' as const }, witness: { type: 'string' as const, multiple: true } },
  optionHelp: {
    ...logOptionHelp,
    from: {
      zh: '以前另存的检查点文件：能发现日志被截短或改写',
      en: 'a checkpoint file kept earlier elsewhere: shows a log that was cut or rewritten',
    },
    witness: {
      zh: '须已签署此日志的见证者公钥，可重复',
      en: 'key of a witness that must have signed the log; may be repeated',
    },
  },
  examples: [
    'menshen audit verify -c menshen.yaml',
    'menshen audit verify --log /var/lib/menshen/tlog --vkey menshen.local/audit+1a2b3c4d+AX...',
  ],
  async run({ values, terminal }) {
    const { source, vkey, live } = openedLog(values);
    const from = readCheckpointFile(textOption(values, 'from'));
    const progress = process.stderr.isTTY
      ? (done: number, size: number) => void process.stderr.write(`\r${Math.floor((100 * done) / size)} %`)
      : undefined;
    const day = await verifyDay(source, vkey, availableParallelism());
    if (day !== null) return tellDay(day, terminal, values['json'] === true);
    const report = await verifyChain(source, {
      vkey,
      live,
      threads: availableParallelism(),
      ...(from === null ? {} : { from }),
      ...(progress === undefined ? {} : { progress }),
    });
    const witnessed = await checkWitnesses(source, keysOf(listOption(values, 'witness')), vkey, report);
    if (progress !== undefined) process.stderr.write('\r     \r');
    const zh = terminal.language === 'zh';
    const ok = report.ok && witnessed.ok;
    if (values['json'] === true) terminal.out(JSON.stringify({ ...report, ok, witnesses: witnessed.signed }));
    else if (report.ok) {
      terminal.out(
        zh
          ? `日志完整：${report.size} 条记录，根 ${report.root}`
          : `The log is whole: ${report.size} entries, root ${report.root}`,
      );
      if (report.minimum > 0)
        terminal.out(
          zh
            ? `第 ${report.minimum} 条之前的记录已按保存期限移除（日志中有此命令）；没有归档的只核对了哈希。`
            : `Entries below ${report.minimum} were removed by retention, as the log itself records; of those without an archive only the hashes were verified.`,
        );
      for (const log of report.continues) terminal.out(continuedText(log, zh));
    } else for (const problem of report.problems) terminal.out(`${zh ? '问题' : 'problem'} ${problem.code} ${problem.where}`);
    for (const { name, size, at } of witnessed.signed) {
      if (size === null || at === null)
        terminal.out(zh ? `问题 ${name} 没有签署此日志` : `problem ${name} has not signed this log`);
      else terminal.out(signedText(name, size, at, zh));
    }
    return ok ? 0 : 1;
  },
};

function keysOf(keys: readonly string[]): readonly string[] {
  try {
    if (keys.some((key) => parseVerifierKey(key).type !== SIGNATURE_TYPE.cosignature))
      throw new RangeError('no key of a witness');
  } catch {
    throw new UsageError({ zh: '--witness 应为见证者的验证公钥。', en: '--witness must be the verifier key of a witness.' });
  }
  return keys;
}

/** What a witness has signed and when by its clock, which shows a log that is whole and old: shown again, or no longer watched. */
function signedText(name: string, size: number, at: number, zh: boolean): string {
  const time = new Date(at).toISOString();
  return zh ? `${name} 于 ${time} 签署到第 ${size} 条` : `${name} has signed it up to ${size} entries, at ${time}`;
}

/** A log that this one continues, in a sentence. */
function continuedText({ origin, size, lost, reason, verified }: ContinuedLog, zh: boolean): string {
  const checked = verified ? (zh ? '已核对' : 'verified') : zh ? '不在此处，未核对' : 'not here, so not verified';
  return zh
    ? `延续 ${origin}：${size} 条（${checked}），声明缺失 ${lost} 条，原因：${reason}`
    : `It continues ${origin}: ${size} entries (${checked}), ${lost} declared as lost, because: ${reason}`;
}

/** Says how an archived day has turned out. */
function tellDay(day: DayReport, { out, language }: Terminal, json: boolean): 0 | 1 {
  const zh = language === 'zh';
  if (json) out(JSON.stringify(day));
  else if (day.ok)
    out(
      zh
        ? `${day.day} 的归档完整：第 ${day.first} 至 ${day.end - 1} 条，属于 ${day.origin}，根 ${day.root}`
        : `The archive of ${day.day} is whole: entries ${day.first} to ${day.end - 1} of ${day.origin}, root ${day.root}`,
    );
  else for (const problem of day.problems) out(`${zh ? '问题' : 'problem'} ${problem.code} ${problem.where}`);
  return day.ok ? 0 : 1;
}

export const auditProve: Command = {
  name: 'audit prove',
  usage: 'INDEX [--log DIR]',
  summary: {
    zh: '输出一条记录的包含证明（C2SP tlog-proof）',
    en: 'Print the proof that an entry is in the log (C2SP tlog-proof)',
  },
  options: logOptions,
  optionHelp: logOptionHelp,
  examples: ['menshen audit prove 42 > entry-42.tlog-proof'],
  async run({ values, positionals, terminal }) {
    const index = Number(positionals[0]);
    if (!/^\d{1,15}$/.test(positionals[0] ?? ''))
      throw new UsageError({ zh: '请给出记录序号。', en: 'Name the index of the entry.' });
    const { source, vkey } = openedLog(values);
    const proved = await proveEntry(source, index, vkey);
    if (proved === null) {
      terminal.err(terminal.language === 'zh' ? '日志中还没有这条记录。' : 'The log does not hold this entry yet.');
      return 1;
    }
    terminal.out(values['json'] === true ? JSON.stringify({ index, proof: proved.proof }) : proved.proof.trimEnd());
    return 0;
  },
};
