import { sign } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { canonicalJson } from '../audit/canonical-json.ts';
import { loadConfig } from '../config/load.ts';
import { ed25519FromSeed } from '../gateway/backend-identity.ts';
import { createKeys, loadMasterKey } from '../keys/master.ts';
import type { OpenedWith, SealedTo } from '../recover/container.ts';
import { type CreateOptions, createBackup } from '../recover/create.ts';
import { drillBackup, drillPlace } from '../recover/drill.ts';
import { BackupError, type BackupLabel, type BackupProblem, backupLabel } from '../recover/model.ts';
import { inspectRestored, listBackups, restoreBackup, unpackBackup } from '../recover/restore.ts';
import { restorePoint } from '../recover/restore-point.ts';
import { restoreBusinessData } from './backup-business.ts';
import {
  type Bilingual,
  type Command,
  type CommandInput,
  type ExitCode,
  listOption,
  neededOption,
  type Terminal,
  textOption,
  UsageError,
} from './command.ts';
import { problemLines } from './problem-lines.ts';
import { version } from './version.ts';

const whereOptions = { config: { type: 'string' as const, short: 'c' }, data: { type: 'string' as const } };
const whereHelp = {
  config: { zh: '配置文件', en: 'configuration file' },
  data: { zh: '数据目录（默认取自配置，否则 .menshen）', en: 'data folder (that of the configuration, else .menshen)' },
};
const fromOptions = { from: { type: 'string' as const }, at: { type: 'string' as const } };
const onlyOptions = {
  only: { type: 'string' as const },
  to: { type: 'string' as const },
  'password-file': { type: 'string' as const },
};
const openOptions = {
  identity: { type: 'string' as const },
  'passphrase-file': { type: 'string' as const },
  json: { type: 'boolean' as const },
};
const openHelp = {
  identity: { zh: 'age 身份文件（AGE-SECRET-KEY-1...）', en: 'age identity file (AGE-SECRET-KEY-1...)' },
  'passphrase-file': { zh: '口令文件', en: 'file with the passphrase' },
  json: { zh: '以 JSON 输出', en: 'print JSON' },
};
const keyHelp: Bilingual = { zh: '日志的验证公钥（另行保存的那一份）', en: "the log's verifier key as you noted it elsewhere" };

interface Place {
  readonly data: string;
  readonly store: string;
  readonly masterKey: string | undefined;
  /** Business data of the configuration, and where its relative paths start. */
  readonly business: NonNullable<CreateOptions['business']>;
}

function placeOf(values: CommandInput['values'], terminal: Terminal): Place {
  const file = textOption(values, 'config');
  const data = textOption(values, 'data');
  if (file === undefined)
    return {
      data: resolve(data ?? '.menshen'),
      store: 'file:menshen.db',
      masterKey: undefined,
      business: { data: [], folder: '.' },
    };
  const loaded = loadConfig(file);
  if (!loaded.ok) {
    terminal.err(problemLines(file, loaded.problems, terminal.language));
    throw new UsageError({ zh: '配置文件有误。', en: 'The configuration is faulty.' });
  }
  const { config } = loaded;
  const business = { data: config.recovery.data, folder: dirname(resolve(file)) };
  return { data: resolve(data ?? config.data), store: config.store, masterKey: config.keys.master, business };
}

export const backupKey: Command = {
  name: 'backup key',
  usage: '--out FILE',
  summary: { zh: '生成备份用的 age 密钥', en: 'Make an age key for backups' },
  options: { out: { type: 'string' }, json: { type: 'boolean' } },
  optionHelp: { out: { zh: '身份文件；请离线保管', en: 'identity file; keep it off line' }, json: openHelp.json },
  examples: ['menshen backup key --out backup-identity.txt'],
  async run({ values, terminal }) {
    const out = textOption(values, 'out');
    if (out === undefined) throw new UsageError({ zh: '请给出 --out。', en: 'Give --out.' });
    const identity = await generateX25519Identity();
    const recipient = await identityToRecipient(identity);
    try {
      writeFileSync(out, `# public key: ${recipient}\n${identity}\n`, { mode: 0o600, flag: 'wx' });
    } catch {
      throw new UsageError({ zh: '文件已存在或无法写入。', en: 'The file exists or cannot be written.' });
    }
    terminal.out(values['json'] === true ? JSON.stringify({ identity: out, recipient }) : recipient);
    return 0;
  },
};

export const backupCreate: Command = {
  name: 'backup create',
  usage: '--out DIR (--recipient AGE... | --passphrase-file F) [-c menshen.yaml] [--without-keys]',
  summary: { zh: '创建加密备份（运行中也可以）', en: 'Make an encrypted backup, while everything runs' },
  options: {
    ...whereOptions,
    out: { type: 'string' },
    recipient: { type: 'string', multiple: true },
    'passphrase-file': { type: 'string' },
    'without-keys': { type: 'boolean' },
    json: { type: 'boolean' },
  },
  optionHelp: {
    ...whereHelp,
    out: { zh: '备份目录', en: 'folder of the backups' },
    recipient: { zh: 'age 公钥（age1...），可多次给出', en: 'age recipient (age1...); may be given several times' },
    'passphrase-file': openHelp['passphrase-file'],
    'without-keys': {
      zh: '不含密钥目录；没有密钥的备份无法单独恢复',
      en: 'leave the keys out; without them the backup alone restores nothing',
    },
    json: openHelp.json,
  },
  examples: [
    'menshen backup create --out /backup --recipient age1qg...',
    'menshen backup create -c menshen.yaml --out /backup --passphrase-file pass.txt',
  ],
  run: ({ values, terminal }) =>
    orProblem(terminal, async () => {
      const out = neededOption(values, 'out');
      const place = placeOf(values, terminal);
      const label = await createBackup({
        ...{ data: place.data, store: place.store, out: resolve(out), to: sealedTo(values), version, clock: Date.now },
        keys: values['without-keys'] !== true,
        business: place.business,
      });
      if (values['json'] === true) terminal.out(JSON.stringify(label));
      else terminal.out(labelLine(label, terminal));
      return 0;
    }),
};

export const backupList: Command = {
  name: 'backup list',
  usage: '--out DIR',
  summary: { zh: '列出备份', en: 'List the backups of a folder' },
  options: { out: { type: 'string' }, json: { type: 'boolean' } },
  optionHelp: { out: { zh: '备份目录', en: 'folder of the backups' }, json: openHelp.json },
  examples: ['menshen backup list --out /backup'],
  async run({ values, terminal }) {
    const labels = (await listBackups(resolve(neededOption(values, 'out'))))
      .flatMap((label) => backupLabel.safeParse(label).data ?? [])
      .sort((one, other) => other.created - one.created);
    if (values['json'] === true) terminal.out(JSON.stringify(labels));
    else if (labels.length === 0) terminal.out(terminal.language === 'zh' ? '还没有备份。' : 'There is no backup yet.');
    else for (const label of labels) terminal.out(labelLine(label, terminal));
    return 0;
  },
};

export const backupVerify: Command = {
  name: 'backup verify',
  usage: 'FILE (--identity F | --passphrase-file F) [--vkey K]',
  summary: { zh: '核对备份：能否解开、文件与日志是否完整', en: 'Check a backup: that it opens, that store and log are whole' },
  options: { ...openOptions, vkey: { type: 'string' } },
  optionHelp: { ...openHelp, vkey: keyHelp },
  examples: ['menshen backup verify /backup/menshen-20261126T020000Z.age --identity backup-identity.txt'],
  run: ({ values, positionals, terminal }) =>
    orProblem(terminal, async () => {
      const scratch = await mkdtemp(join(tmpdir(), 'menshen-verify-'));
      try {
        const folder = join(scratch, 'data');
        const { manifest, files, bytes } = await unpackBackup(fileOf(positionals), openedWith(values), folder);
        const inspected = await inspectRestored(folder, manifest, null, textOption(values, 'vkey'));
        if (values['json'] === true) terminal.out(JSON.stringify({ files, bytes, ...inspected }));
        else if (inspected.ok)
          terminal.out(
            terminal.language === 'zh'
              ? `完整：${files} 个文件，${inspected.rows} 行数据，日志 ${inspected.log?.size ?? 0} 条`
              : `Whole: ${files} files, ${inspected.rows} rows, ${inspected.log?.size ?? 0} entries of the log`,
          );
        else for (const problem of inspected.problems) terminal.out(problem);
        return inspected.ok ? 0 : 1;
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    }),
};

export const backupRestore: Command = {
  name: 'backup restore',
  usage:
    '(FILE [--only ID --to TARGET] | --from DIR [--at TIME]) (--identity F | --passphrase-file F) [-c menshen.yaml | --data DIR] [--vkey K]',
  summary: {
    zh: '恢复备份到空的数据目录；--from 从第二存储位置恢复到最新状态或某一时间点',
    en: 'Restore a backup into an empty data folder; --from restores from a second place, to its newest state or to a point in time',
  },
  options: { ...whereOptions, ...openOptions, vkey: { type: 'string' }, ...fromOptions, ...onlyOptions },
  optionHelp: {
    ...whereHelp,
    ...openHelp,
    vkey: keyHelp,
    from: { zh: '第二存储位置的目录（recovery.ship）', en: 'folder of the second place (recovery.ship)' },
    at: {
      zh: '恢复到此时间（ISO 8601，如 2026-11-26T09:30:00+08:00）；默认最新',
      en: 'the time to restore to (ISO 8601, such as 2026-11-26T09:30:00+08:00); the newest state by default',
    },
    only: { zh: '只恢复这一份业务数据（recovery.data 的 id）', en: 'restore this business data alone (an id of recovery.data)' },
    to: { zh: '恢复到的空库地址，或尚不存在的路径', en: 'an empty database, or a path that is not there yet' },
    'password-file': { zh: '数据库密码文件', en: "file with the database's password" },
  },
  examples: [
    'menshen backup restore /backup/menshen-20261126T020000Z.age --identity backup-identity.txt -c menshen.yaml',
    'menshen backup restore /backup/menshen-20261126T020000Z.age --only shop --to mysql://root@127.0.0.1/shop --password-file pw --identity backup-identity.txt',
    'menshen backup restore --from /mnt/second --identity backup-identity.txt -c menshen.yaml',
    'menshen backup restore --from /mnt/second --at 2026-11-26T09:30:00+08:00 --identity backup-identity.txt -c menshen.yaml',
  ],
  run: ({ values, positionals, terminal }) =>
    orProblem(terminal, async () => {
      const place = placeOf(values, terminal);
      const vkey = textOption(values, 'vkey');
      const from = textOption(values, 'from');
      if (from !== undefined) return await restoreFrom(from, values, place, positionals, terminal);
      const only = textOption(values, 'only');
      if (only !== undefined) {
        const to = neededOption(values, 'to');
        const given = { id: only, to, passwordFile: textOption(values, 'password-file'), json: values['json'] === true };
        return await restoreBusinessData(fileOf(positionals), openedWith(values), given, terminal);
      }
      if (textOption(values, 'at') !== undefined)
        throw new UsageError({ zh: '--at 需与 --from 一起使用。', en: '--at goes with --from.' });
      const postgres = place.store.startsWith('file:') ? null : place.store;
      const restored = await restoreBackup(fileOf(positionals), openedWith(values), {
        ...{ data: place.data, postgres },
        ...(vkey === undefined ? {} : { vkey }),
      });
      const { inspected, files } = restored;
      if (values['json'] === true)
        terminal.out(JSON.stringify({ data: place.data, files, rows: inspected.rows, log: inspected.log }));
      else
        terminal.out(
          terminal.language === 'zh'
            ? `已恢复 ${files} 个文件、${inspected.rows} 行数据到 ${place.data}。启动前请运行 menshen audit restore，让日志声明自己是恢复来的；再用 menshen privacy carry-over 并入备份之后的删除登记。`
            : `Restored ${files} files and ${inspected.rows} rows to ${place.data}. Before the start, run menshen audit restore, so that the log says that it was restored, and menshen privacy carry-over with the erasures since the backup.`,
        );
      return 0;
    }),
};

/** Restores from a second place and says what the store, the log and later prohibitions came to. */
async function restoreFrom(
  from: string,
  values: CommandInput['values'],
  place: Place,
  positionals: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const time = textOption(values, 'at');
  const at = time === undefined ? null : Date.parse(time);
  if (positionals.length > 0 || Number.isNaN(at) || (time !== undefined && !/(Z|[+-]\d\d:?\d\d)$/.test(time)))
    throw new UsageError({
      zh: '--from 不接受备份文件；--at 须为带时区的 ISO 8601 时间。',
      en: '--from takes no backup file; --at is an ISO 8601 time with its zone.',
    });
  const restored = await restorePoint(resolve(from), openedWith(values), {
    ...{ data: place.data, at },
    vkey: textOption(values, 'vkey') ?? null,
  });
  const { time: reached, newest, rows, log, carried } = restored;
  if (values['json'] === true) terminal.out(JSON.stringify({ data: place.data, ...restored }));
  else {
    const [state, last] = [new Date(reached).toISOString(), new Date(newest).toISOString()];
    terminal.out(
      terminal.language === 'zh'
        ? `已恢复到 ${place.data}：数据库为 ${state} 的状态（${rows} 行），审计日志为 ${last} 的状态（${log.size} 条）。${carried === null ? '' : `此后撤销的 ${carried.withdrawn} 项权限已撤销，${carried.carried} 项禁止与声明已沿用。`}之后登记的删除会在启动时、对外服务之前重新执行。启动前请运行 menshen audit restore，让日志声明自己是恢复来的。`
        : `Restored to ${place.data}: the store as of ${state} (${rows} rows), the audit log as of ${last} (${log.size} entries).${carried === null ? '' : ` ${carried.withdrawn} permissions that were withdrawn since are withdrawn, ${carried.carried} prohibitions and declarations hold.`} Erasures are done again at the start, before anything is served. Before the start, run menshen audit restore, so that the log says that it was restored.`,
    );
  }
  return 0;
}

export const backupDrill: Command = {
  name: 'backup drill',
  usage: '[FILE | --from DIR] (--identity F | --passphrase-file F) [--out DIR] [--record FILE] [--store URL]',
  summary: {
    zh: '恢复演练：恢复到临时位置，核对并测量 RPO 与 RTO',
    en: 'Restore drill: into a scratch place, checked, with measured RPO and RTO',
  },
  options: {
    ...whereOptions,
    ...openOptions,
    out: { type: 'string' },
    record: { type: 'string' },
    store: { type: 'string' },
    vkey: { type: 'string' },
    from: { type: 'string' },
  },
  optionHelp: {
    ...whereHelp,
    ...openHelp,
    from: { zh: '演练第二存储位置（recovery.ship）', en: 'drill the second place (recovery.ship) instead of a backup' },
    out: { zh: '备份目录；不给出文件时取最新的一个', en: 'folder of the backups; without a file the newest is taken' },
    record: {
      zh: '把签名的演练记录追加到此文件（默认数据目录下的 drills.jsonl）',
      en: 'append the signed record to this file (drills.jsonl in the data folder by default)',
    },
    store: { zh: 'PostgreSQL 备份恢复到的空库地址', en: 'address of an empty database, for backups of PostgreSQL' },
    vkey: keyHelp,
  },
  examples: [
    'menshen backup drill --out /backup --identity backup-identity.txt',
    'menshen backup drill --from /mnt/second --identity backup-identity.txt -c menshen.yaml',
  ],
  run: ({ values, positionals, terminal }) =>
    orProblem(terminal, async () => {
      const place = placeOf(values, terminal);
      const vkey = textOption(values, 'vkey');
      const from = textOption(values, 'from');
      const times = { clock: Date.now, monotonic: () => performance.now(), ...(vkey === undefined ? {} : { vkey }) };
      const drill =
        from !== undefined
          ? await drillPlace(resolve(from), openedWith(values), times)
          : await drillBackup(
              positionals.length > 0 ? fileOf(positionals) : await newestIn(neededOption(values, 'out')),
              openedWith(values),
              { ...times, postgres: textOption(values, 'store') ?? null },
            );
      const signed = signedRecord(drill, place);
      const record = textOption(values, 'record') ?? (existsSync(place.data) ? join(place.data, 'drills.jsonl') : null);
      if (record !== null) {
        mkdirSync(dirname(resolve(record)), { recursive: true });
        appendFileSync(record, `${JSON.stringify(signed)}\n`, { mode: 0o600 });
      }
      if (values['json'] === true) terminal.out(JSON.stringify(signed));
      else
        terminal.out(
          terminal.language === 'zh'
            ? `演练${drill.ok ? '通过' : '未通过'}：${drill.checked.rows} 行数据，日志 ${drill.checked.logSize} 条，RPO ${drill.rpoSeconds} 秒，RTO ${drill.rtoSeconds} 秒`
            : `Drill ${drill.ok ? 'passed' : 'failed'}: ${drill.checked.rows} rows, ${drill.checked.logSize} log entries, RPO ${drill.rpoSeconds} s, RTO ${drill.rtoSeconds} s`,
        );
      return drill.ok ? 0 : 1;
    }),
};

/** Signs the record with a key of this installation, so that it cannot be made up afterwards; without its keys it stays unsigned and says so. */
function signedRecord(drill: object, { data, masterKey }: Place): object {
  const file = join(data, 'keys', 'master.key');
  if (masterKey === undefined && !existsSync(file)) return { ...drill, signature: null };
  const keys = createKeys(loadMasterKey(masterKey, file), () => new Uint8Array(0));
  const key = ed25519FromSeed(keys.derive('drill record signing key'));
  return { ...drill, signature: sign(null, Buffer.from(canonicalJson(drill)), key).toString('base64') };
}

async function newestIn(folder: string): Promise<string> {
  const labels = (await listBackups(resolve(folder))).flatMap((label) => backupLabel.safeParse(label).data ?? []);
  const newest = labels.sort((one, other) => other.created - one.created)[0];
  if (newest === undefined) throw new UsageError({ zh: '目录里没有备份。', en: 'There is no backup in the folder.' });
  return join(resolve(folder), newest.file);
}

function labelLine({ file, created, bytes, log, keys }: BackupLabel, { language }: Terminal): string {
  const size = `${(bytes / 1_048_576).toFixed(1)} MiB`;
  const time = new Date(created).toISOString();
  return language === 'zh'
    ? `${time}  ${file}  ${size}  日志 ${log?.size ?? 0} 条${keys ? '' : '  不含密钥'}`
    : `${time}  ${file}  ${size}  ${log?.size ?? 0} log entries${keys ? '' : '  without keys'}`;
}

const problems: Readonly<Record<BackupProblem, Bilingual>> = {
  not_opened: {
    zh: '打不开备份：身份或口令不对，或文件被改动。',
    en: 'The backup cannot be opened: wrong identity or passphrase, or it was changed.',
  },
  not_a_backup: { zh: '文件不是门神的备份。', en: 'The file is no backup of Menshen.' },
  foreign: {
    zh: '备份不是由这份日志的密钥签名的，可能被人替换：',
    en: "The backup is not signed with the log's key; somebody may have put it there:",
  },
  gap: { zh: '备份链中间缺少片段：', en: 'Segments of the chain are missing:' },
  damaged: { zh: '备份已损坏：', en: 'The backup is damaged:' },
  not_empty: {
    zh: '要恢复到的位置不是空的；不会覆盖任何内容。',
    en: 'The place to restore into is not empty; nothing is written over.',
  },
  database_unreachable: { zh: '数据库连不上，或其工具失败。', en: 'The database cannot be reached, or its tool failed.' },
  tool_missing: { zh: '缺少 PostgreSQL 的工具：', en: 'A tool of PostgreSQL is missing:' },
  no_data: { zh: '找不到数据：', en: 'There is no data:' },
};

const refusals: readonly BackupProblem[] = ['damaged', 'foreign', 'gap', 'not_opened', 'not_a_backup'];

/** A backup that cannot be used is a refusal (1); a place or tool that is missing is unusable input (2). */
async function orProblem(terminal: Terminal, work: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    terminal.err(`${problems[error.problem][terminal.language]}${error.where === '' ? '' : ` ${error.where}`}`);
    return refusals.includes(error.problem) ? 1 : 2;
  }
}

function sealedTo(values: CommandInput['values']): SealedTo {
  const recipients = listOption(values, 'recipient');
  const passphrase = passphraseOf(values);
  if (recipients.length > 0 === (passphrase !== null))
    throw new UsageError({
      zh: '请给出 --recipient 或 --passphrase-file 之一。',
      en: 'Give either --recipient or --passphrase-file.',
    });
  if (passphrase !== null) return { passphrase };
  if (recipients.some((one) => !/^age1[0-9a-z]{40,4000}$/.test(one)))
    throw new UsageError({ zh: '--recipient 应为 age1 开头的公钥。', en: '--recipient must be an age public key (age1...).' });
  return { recipients };
}

function openedWith(values: CommandInput['values']): OpenedWith {
  const file = textOption(values, 'identity');
  const passphrase = passphraseOf(values);
  if ((file !== undefined) === (passphrase !== null))
    throw new UsageError({
      zh: '请给出 --identity 或 --passphrase-file 之一。',
      en: 'Give either --identity or --passphrase-file.',
    });
  if (passphrase !== null) return { passphrase };
  const identities = read(file ?? '', '--identity')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('AGE-SECRET-KEY-'));
  if (identities.length === 0)
    throw new UsageError({ zh: '身份文件里没有 AGE-SECRET-KEY。', en: 'The identity file holds no AGE-SECRET-KEY.' });
  return { identities };
}

function passphraseOf(values: CommandInput['values']): string | null {
  const file = textOption(values, 'passphrase-file');
  if (file === undefined) return null;
  const passphrase = read(file, '--passphrase-file').replace(/\r?\n$/, '');
  if (passphrase.length < 12)
    throw new UsageError({ zh: '口令至少 12 个字符。', en: 'A passphrase has at least 12 characters.' });
  return passphrase;
}

function read(file: string, option: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError({ zh: `读不到 ${option} 的文件。`, en: `The file of ${option} cannot be read.` });
  }
}

function fileOf(positionals: readonly string[]): string {
  const [file, more] = positionals;
  if (file === undefined || more !== undefined || !existsSync(file))
    throw new UsageError({ zh: '请给出一个备份文件。', en: 'Name one backup file that exists.' });
  return resolve(file);
}
