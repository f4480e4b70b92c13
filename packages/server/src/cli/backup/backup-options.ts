import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Bilingual } from '@menshen/contract';
import { loadConfig } from '../../config/load.ts';
import type { OpenedWith, SealedTo } from '../../recover/container.ts';
import type { CreateOptions } from '../../recover/create.ts';
import { BackupError, type BackupProblem } from '../../recover/model.ts';
import { type CommandInput, type ExitCode, listOption, type Terminal, textOption, UsageError } from '../command.ts';
import { problemLines } from '../problem-lines.ts';

export const whereOptions = { config: { type: 'string' as const, short: 'c' }, data: { type: 'string' as const } };
export const whereHelp = {
  config: { zh: '配置文件', en: 'configuration file' },
  data: { zh: '数据目录（默认取自配置，否则 .menshen）', en: 'data folder (that of the configuration, else .menshen)' },
};
export const openOptions = {
  identity: { type: 'string' as const },
  'passphrase-file': { type: 'string' as const },
  json: { type: 'boolean' as const },
};
export const openHelp = {
  identity: { zh: 'age 身份文件（AGE-SECRET-KEY-1...）', en: 'age identity file (AGE-SECRET-KEY-1...)' },
  'passphrase-file': { zh: '口令文件', en: 'file with the passphrase' },
  json: { zh: '以 JSON 输出', en: 'print JSON' },
};
export const keyHelp: Bilingual = {
  zh: '日志的验证公钥（另行保存的那一份）',
  en: "the log's verifier key as you noted it elsewhere",
};

/** Where a platform's own data lies, as the configuration or the options say. */
export interface Place {
  readonly data: string;
  readonly store: string;
  /** Folder of the audit log. */
  readonly log: string;
  readonly masterKey: string | undefined;
  /** Business data of the configuration, and where its relative paths start. */
  readonly business: NonNullable<CreateOptions['business']>;
}

export function placeOf(values: CommandInput['values'], terminal: Terminal): Place {
  const file = textOption(values, 'config');
  const data = textOption(values, 'data');
  if (file === undefined)
    return {
      data: resolve(data ?? '.menshen'),
      store: 'file:menshen.db',
      log: resolve(data ?? '.menshen', 'tlog'),
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
  const home = resolve(data ?? config.data);
  const log = resolve(home, config.audit.directory ?? 'tlog');
  return { data: home, store: config.store, log, masterKey: config.keys.master, business };
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
    zh: '要恢复到的位置不是空的；不会覆盖任何内容。请先停止服务，并把原来的数据目录改名（或换一个空数据库）：',
    en: 'The place to restore into is not empty; nothing is written over. Stop the service and rename the old data folder, or name an empty database:',
  },
  no_space: {
    zh: '磁盘容不下解开后的内容（已为其他程序留出余量）。没有留下任何解开的内容。请腾出空间、换一个位置，或确认备份的来历：',
    en: 'The disk has no room for what the backup unpacks to, with some left for others; nothing that was unpacked was left behind. Make room, choose another place, or make sure where the backup comes from:',
  },
  database_unreachable: { zh: '数据库连不上，或其工具失败。', en: 'The database cannot be reached, or its tool failed.' },
  tool_missing: { zh: '缺少 PostgreSQL 的工具：', en: 'A tool of PostgreSQL is missing:' },
  no_data: { zh: '找不到数据：', en: 'There is no data:' },
  nested: {
    zh: '备份目录在被备份的目录之内，每份都会包含之前的全部：',
    en: 'The folder of the backups lies within what is backed up; each would hold all before it:',
  },
};

const refusals: readonly BackupProblem[] = ['damaged', 'foreign', 'gap', 'not_opened', 'not_a_backup'];

/** A backup that cannot be used is a refusal (1); a place or tool that is missing is unusable input (2). */
export async function orProblem(terminal: Terminal, work: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    terminal.err(`${problems[error.problem][terminal.language]}${error.where === '' ? '' : ` ${error.where}`}`);
    return refusals.includes(error.problem) ? 1 : 2;
  }
}

export function sealedTo(values: CommandInput['values']): SealedTo {
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

export function openedWith(values: CommandInput['values']): OpenedWith {
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

export function fileOf(positionals: readonly string[]): string {
  const [file, more] = positionals;
  if (file === undefined || more !== undefined || !existsSync(file))
    throw new UsageError({ zh: '请给出一个备份文件。', en: 'Name one backup file that exists.' });
  return resolve(file);
}
