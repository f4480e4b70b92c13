import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { stringify } from 'yaml';
import type { ConfigProblem } from '../config/load.ts';
import { exportCacao } from '../respond/playbooks/cacao/export.ts';
import { CacaoError, importCacao } from '../respond/playbooks/cacao/import.ts';
import { linkPlaybook } from '../respond/playbooks/format/link.ts';
import { maxPlaybookLength, parsePlaybook, readPlaybook } from '../respond/playbooks/format/parse.ts';
import { type PlaybookEntry, playbookFiles, readLibrary } from '../respond/playbooks/library.ts';
import { type Command, type CommandInput, listOption, neededOption, type Terminal, textOption, UsageError } from './command.ts';
import { callServer, printRefusal, serverHelp, serverOptions } from './control-plane.ts';
import { problemLines } from './problem-lines.ts';

const jsonHelp = { zh: '以 JSON 输出', en: 'print JSON' };

export const playbookCheck: Command = {
  name: 'playbook check',
  usage: 'PATH...',
  summary: { zh: '检查剧本文件，指出出错的行与字段', en: 'Check playbooks, and say where each is wrong' },
  options: { json: { type: 'boolean' } },
  optionHelp: { json: jsonHelp },
  examples: ['menshen playbook check ./playbooks', 'menshen playbook check stolen-phone.yaml --json'],
  async run({ values, positionals, terminal }) {
    const files = positionals.flatMap(filesOf);
    if (files.length === 0) throw new UsageError({ zh: '请给出剧本文件或目录。', en: 'Name playbook files or folders.' });
    const read = files.map((file) => ({ file, parsed: parsePlaybook(readText(file)) }));
    const known = new Map([...readLibrary(null).entries].map(([id, { playbook }]) => [id, playbook]));
    for (const { parsed } of read) if (parsed.playbook !== undefined) known.set(parsed.playbook.id, parsed.playbook);
    const refused = read.flatMap(({ file, parsed }): { readonly file: string; readonly problems: readonly ConfigProblem[] }[] => {
      if (parsed.playbook === undefined) return [{ file, problems: parsed.problems }];
      const { problems } = linkPlaybook(parsed.playbook, (id) => known.get(id));
      if (problems.length === 0) return [];
      return [{ file, problems: problems.map(({ step, zh, en }) => ({ line: null, column: null, field: step, zh, en })) }];
    });
    if (values['json'] === true) {
      const lines = refused.flatMap(({ file, problems }) =>
        problems.map(({ line, column, field, ...text }) => ({ file, line, column, field, reason: text[terminal.language] })),
      );
      terminal.out(JSON.stringify({ files: files.length, usable: files.length - refused.length, refused: lines }));
    } else {
      for (const { file, problems } of refused) terminal.out(problemLines(file, problems, terminal.language));
      const usable = files.length - refused.length;
      terminal.out(
        terminal.language === 'zh' ? `${files.length} 个文件，${usable} 个可用` : `${files.length} files, ${usable} usable`,
      );
    }
    return refused.length > 0 ? 1 : 0;
  },
};

export const playbookRun: Command = {
  name: 'playbook run',
  usage: 'ID [--input NAME=VALUE]... [--alert ID] --reason TEXT | --test [--days N]',
  summary: { zh: '在服务器上运行剧本，或用近期告警试算', en: 'Start a playbook on the server, or try it on recent alerts' },
  options: {
    ...serverOptions,
    input: { type: 'string', multiple: true },
    alert: { type: 'string' },
    reason: { type: 'string' },
    test: { type: 'boolean' },
    days: { type: 'string' },
  },
  optionHelp: {
    ...serverHelp('playbooks'),
    input: { zh: '输入，NAME=VALUE，可多次给出', en: 'an input as NAME=VALUE; may be given several times' },
    alert: { zh: '针对这条告警运行', en: 'run it for this alert' },
    reason: { zh: '运行的理由，写入日志', en: 'why it is run; stands in the log' },
    test: { zh: '只试算：不产生任何影响', en: 'only say what it would have done; without any effect' },
    days: {
      zh: '试算最近多少天的告警（默认 30，最多 90）',
      en: 'try it on the alerts of so many days (30 by default, 90 at most)',
    },
  },
  examples: [
    'menshen playbook run stolen-credential --input person=zhangsan --reason "phone stolen" --url https://menshen.example.com',
    'menshen playbook run mass-export --test --days 30 --json',
  ],
  async run({ values, positionals, terminal }) {
    const id = oneOf(positionals);
    const test = values['test'] === true;
    const path = `/api/v1/playbooks/${encodeURIComponent(id)}/${test ? 'test' : 'runs'}`;
    const answer = await callServer(values, path, test ? { days: daysOf(values) } : startOf(values));
    if (!answer.ok) return printRefusal(terminal, answer.refused);
    if (values['json'] === true || !test) terminal.out(JSON.stringify(answer.body));
    else printTest(answer.body as TestResult, terminal);
    return 0;
  },
};

export const playbookExport: Command = {
  name: 'playbook export',
  usage: 'ID|FILE [--out FILE]',
  summary: { zh: '把剧本导出为 CACAO 2.0', en: 'Write a playbook in CACAO 2.0' },
  options: { out: { type: 'string' }, json: { type: 'boolean' } },
  optionHelp: {
    out: { zh: '输出文件（默认标准输出）', en: 'file to write (standard output by default)' },
    json: { zh: '只输出 JSON（默认即是）', en: 'print JSON (as it does anyway)' },
  },
  examples: ['menshen playbook export stolen-credential', 'menshen playbook export playbooks/own.yaml --out own.cacao.json'],
  async run({ values, positionals, terminal }) {
    const entry = entryOf(oneOf(positionals), terminal);
    if (entry === null) return 1;
    write(values, terminal, JSON.stringify(exportCacao(entry), null, 2));
    return 0;
  },
};

export const playbookImport: Command = {
  name: 'playbook import',
  usage: 'FILE --out FILE',
  summary: { zh: '把门神导出的 CACAO 剧本还原为 YAML', en: 'Make YAML of a CACAO playbook that Menshen has exported' },
  options: { out: { type: 'string' }, json: { type: 'boolean' } },
  optionHelp: { out: { zh: 'YAML 文件', en: 'the YAML file' }, json: jsonHelp },
  examples: ['menshen playbook import own.cacao.json --out playbooks/own.yaml'],
  async run({ values, positionals, terminal }) {
    const file = oneOf(positionals);
    const out = neededOption(values, 'out');
    let source: unknown;
    try {
      source = importCacao(JSON.parse(readText(file)));
    } catch (error) {
      if (error instanceof CacaoError) throw new UsageError({ zh: error.zh, en: error.message });
      throw new UsageError({ zh: '文件不是 JSON。', en: 'The file is no JSON.' });
    }
    const parsed = readPlaybook(source);
    if (parsed.playbook === undefined) {
      terminal.err(problemLines(file, parsed.problems, terminal.language));
      return 1;
    }
    writeFileSync(out, stringify(source, { lineWidth: 0 }));
    if (values['json'] === true) terminal.out(JSON.stringify({ id: parsed.playbook.id, file: out }));
    else terminal.out(terminal.language === 'zh' ? `已写入 ${out}` : `Wrote ${out}`);
    return 0;
  },
};

function filesOf(path: string): string[] {
  try {
    return statSync(path).isDirectory() ? playbookFiles(path) : [path];
  } catch {
    throw new UsageError({ zh: '路径不存在或不可读。', en: 'The path does not exist or cannot be read.' });
  }
}

function readText(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.length <= maxPlaybookLength * 16) return text;
  } catch {
    throw new UsageError({ zh: '文件不可读。', en: 'The file cannot be read.' });
  }
  throw new UsageError({ zh: '文件过大。', en: 'The file is too large.' });
}

function oneOf(positionals: readonly string[]): string {
  const [one, more] = positionals;
  if (one === undefined || more !== undefined) throw new UsageError({ zh: '请给出一个剧本。', en: 'Name one playbook.' });
  return one;
}

/** A shipped playbook by its id, or a file. Null when the file cannot be used, which was said. */
function entryOf(name: string, terminal: Terminal): Pick<PlaybookEntry, 'playbook' | 'sources'> | null {
  const shipped = readLibrary(null).entries.get(name);
  if (shipped !== undefined) return shipped;
  const parsed = parsePlaybook(readText(name));
  if (parsed.playbook !== undefined) return { playbook: parsed.playbook, sources: { main: parsed.source, used: {} } };
  terminal.err(problemLines(basename(name), parsed.problems, terminal.language));
  return null;
}

function write(values: CommandInput['values'], terminal: Terminal, text: string): void {
  const out = textOption(values, 'out');
  if (out === undefined) terminal.out(text);
  else writeFileSync(out, `${text}\n`);
}

function startOf(values: CommandInput['values']): Record<string, unknown> {
  const inputs = listOption(values, 'input').map((pair): [string, string] => {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageError({ zh: '--input 应为 NAME=VALUE。', en: '--input must be NAME=VALUE.' });
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  const alert = textOption(values, 'alert');
  return {
    inputs: Object.fromEntries(inputs),
    reason: neededOption(values, 'reason'),
    ...(alert === undefined ? {} : { alert }),
  };
}

function daysOf(values: CommandInput['values']): number {
  const days = Number(textOption(values, 'days') ?? '30');
  if (!Number.isInteger(days) || days < 1 || days > 90)
    throw new UsageError({ zh: '--days 应为 1 到 90 的整数。', en: '--days must be a whole number from 1 to 90.' });
  return days;
}

interface TestResult {
  readonly alerts: number;
  readonly runs: number;
  readonly steps: readonly { readonly key: string; readonly done: number; readonly asked: number; readonly failed: number }[];
}

function printTest({ alerts, runs, steps }: TestResult, { out, language }: Terminal): void {
  const zh = language === 'zh';
  out(zh ? `${alerts} 条告警，会运行 ${runs} 次` : `${alerts} alerts, would have run ${runs} times`);
  for (const { key, done, asked, failed } of steps)
    out(
      zh
        ? `  ${key}：执行 ${done}，需批准 ${asked}${failed > 0 ? `，失败 ${failed}` : ''}`
        : `  ${key}: done ${done}, asked ${asked}${failed > 0 ? `, failed ${failed}` : ''}`,
    );
}
