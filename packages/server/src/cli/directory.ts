import { readFileSync, statSync } from 'node:fs';
import type { HeldDirectoryChange, Language } from '@menshen/contract';
import { maxFileBytes } from '../directory/csv/parse.ts';
import { type Command, type CommandInput, textOption, UsageError } from './command.ts';
import { callServer, printRefusal, serverHelp, serverOptions } from './control-plane.ts';

const rows: Readonly<Record<'added' | 'changed' | 'left' | 'disabled', { readonly zh: string; readonly en: string }>> = {
  added: { zh: '新增', en: 'added' },
  changed: { zh: '变更', en: 'changed' },
  left: { zh: '离开', en: 'leaving' },
  disabled: { zh: '停用', en: 'disabled' },
};
const listed = 20;

/** Each kind of change with its number and the first names. */
export function changeLines({ totals, diff }: Pick<HeldDirectoryChange, 'totals' | 'diff'>, language: Language): string[] {
  return (Object.keys(rows) as (keyof typeof rows)[]).map((kind) => {
    const more = diff[kind].length > listed ? ' …' : '';
    return `${rows[kind][language].padEnd(8)} ${String(totals[kind]).padStart(6)}  ${diff[kind].slice(0, listed).join(' ')}${more}`.trimEnd();
  });
}

function fileOf(values: CommandInput['values'], name: string): string | undefined {
  const path = textOption(values, name);
  if (path === undefined) return undefined;
  try {
    if (statSync(path).size > maxFileBytes)
      throw new UsageError({ zh: `--${name} 的文件超过 8 MB。`, en: `The file of --${name} is larger than 8 MB.` });
    return readFileSync(path).toString('base64');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError({ zh: `读不到 --${name} 的文件。`, en: `The file of --${name} cannot be read.` });
  }
}

interface Preview {
  readonly change: HeldDirectoryChange | null;
  readonly problemCount: number;
  readonly problems: readonly {
    readonly file: string;
    readonly line: number;
    readonly column: string | null;
    readonly message: { readonly zh: string; readonly en: string };
  }[];
}

export const directoryImport: Command = {
  name: 'directory import',
  usage: '[--people FILE] [--departments FILE] [--mode merge|replace] [--apply [--leaving N]]',
  summary: {
    zh: '从 CSV 文件导入人员与部门；默认只预览',
    en: 'Import people and departments from CSV files; shows the change unless told to apply it',
  },
  options: {
    people: { type: 'string' },
    departments: { type: 'string' },
    mode: { type: 'string' },
    encoding: { type: 'string' },
    apply: { type: 'boolean' },
    leaving: { type: 'string' },
    ...serverOptions,
  },
  optionHelp: {
    people: { zh: '人员文件', en: 'file of people' },
    departments: { zh: '部门文件', en: 'file of departments' },
    mode: {
      zh: 'merge 只增改（默认）；replace 以文件为准，缺少的人视为离开',
      en: 'merge adds and changes (default); with replace, who is missing in the file leaves',
    },
    encoding: { zh: 'auto（默认）、utf-8 或 gb18030', en: 'auto (default), utf-8 or gb18030' },
    apply: { zh: '执行变更', en: 'carry the change out' },
    leaving: {
      zh: '确认离开的人数；与预览不符则不执行',
      en: 'number of leavers that you agree to; if it is another, nothing happens',
    },
    ...serverHelp('people:write'),
  },
  examples: [
    'menshen directory import --people people.csv --departments departments.csv',
    'menshen directory import --people people.csv --mode replace --apply --leaving 2',
  ],
  async run({ values, terminal }) {
    const choice = (name: string, among: readonly string[], otherwise: string): string => {
      const value = textOption(values, name) ?? otherwise;
      if (!among.includes(value))
        throw new UsageError({
          zh: `--${name} 只能是 ${among.join('、')}。`,
          en: `--${name} must be one of ${among.join(', ')}.`,
        });
      return value;
    };
    const leaving = textOption(values, 'leaving') ?? '0';
    if (!/^\d{1,7}$/.test(leaving)) throw new UsageError({ zh: '--leaving 应为人数。', en: '--leaving must be a number.' });
    const [people, departments] = [fileOf(values, 'people'), fileOf(values, 'departments')];
    if (people === undefined && departments === undefined)
      throw new UsageError({
        zh: '请用 --people 或 --departments 给出文件。',
        en: 'Name a file with --people or --departments.',
      });
    const encoding = choice('encoding', ['auto', 'utf-8', 'gb18030'], 'auto');
    const mode = choice('mode', ['merge', 'replace'], 'merge');
    const read = await callServer(values, '/api/v1/directory/csv', { people, departments, encoding, mode });
    if (!read.ok) return printRefusal(terminal, read.refused);
    const preview = read.body as Preview;
    if (preview.change === null) {
      if (values['json'] === true) terminal.out(JSON.stringify(preview));
      for (const { file, line, column, message } of values['json'] === true ? [] : preview.problems)
        terminal.err(`${file}:${line}${column === null ? '' : ` ${column}`}  ${message[terminal.language]}`);
      terminal.err(
        terminal.language === 'zh'
          ? `共 ${preview.problemCount} 处错误，未作任何改动。`
          : `${preview.problemCount} mistakes; nothing has changed.`,
      );
      return 1;
    }
    if (values['apply'] !== true) {
      terminal.out(values['json'] === true ? JSON.stringify(preview) : changeLines(preview.change, terminal.language).join('\n'));
      return 0;
    }
    const applied = await callServer(values, `/api/v1/directory/changes/${preview.change.id}/confirm`, { left: Number(leaving) });
    if (!applied.ok) return printRefusal(terminal, applied.refused);
    terminal.out(
      values['json'] === true ? JSON.stringify(applied.body) : changeLines(preview.change, terminal.language).join('\n'),
    );
    return 0;
  },
};

export const directorySync: Command = {
  name: 'directory sync',
  usage: '[SOURCE]',
  summary: { zh: '立即同步一个通讯录来源（默认 wecom）', en: 'Read a directory source now (wecom by default)' },
  options: serverOptions,
  optionHelp: serverHelp('people:write'),
  examples: ['menshen directory sync', 'menshen directory sync corp-ad --json'],
  async run({ values, positionals, terminal }) {
    const source = positionals[0] ?? 'wecom';
    if (!/^[a-z][a-z0-9-]{0,30}$/.test(source))
      throw new UsageError({ zh: '来源名称不正确。', en: 'This is no name of a source.' });
    const answer = await callServer(values, `/api/v1/directory/sources/${source}/sync`, {});
    if (!answer.ok) return printRefusal(terminal, answer.refused);
    const report = answer.body as Record<string, number | string>;
    const line = ['departments', 'people', 'added', 'changed', 'left', 'disabled', 'conflicts', 'sessionsEnded']
      .map((name) => `${name} ${report[name]}`)
      .join(' · ');
    terminal.out(values['json'] === true ? JSON.stringify(report) : line);
    return 0;
  },
};
