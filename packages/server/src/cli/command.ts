import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import type { Bilingual, Language } from '@menshen/contract';

/** 0 fine, 1 findings or refusal, 2 wrong usage or unusable input (CONTRACT.md). */
export type ExitCode = 0 | 1 | 2;

export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly language: Language;
  /** Asks a person and resolves to what they type; null where nobody can be asked. */
  readonly ask: ((question: string) => Promise<string>) | null;
}

export interface Command {
  /** Words of the command, such as `audit verify`. */
  readonly name: string;
  /** What follows it, as its help shows it; only where it names a word that belongs to no option, as `DIR`, are there words. */
  readonly usage: string;
  readonly summary: Bilingual;
  readonly options: ParseArgsOptionsConfig;
  readonly optionHelp: Readonly<Record<string, Bilingual>>;
  readonly examples: readonly string[];
  readonly run: (input: CommandInput) => Promise<ExitCode>;
}

export interface CommandInput {
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
  readonly terminal: Terminal;
}

/** Wrong usage: the message is shown with a pointer to `--help`, and the command exits with 2. */
export class UsageError extends Error {
  readonly zh: string;
  constructor(text: Bilingual) {
    super(text.en);
    this.name = 'UsageError';
    this.zh = text.zh;
  }
}

const common: ParseArgsOptionsConfig = { help: { type: 'boolean', short: 'h' }, lang: { type: 'string' } };

/** Parses the arguments of a command and runs it, or prints its help. */
export async function runCommand(command: Command, args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let parsed: { values: CommandInput['values']; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...args], options: { ...common, ...command.options }, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(optionProblem(error, args));
  }
  if (parsed.values['help'] === true) {
    terminal.out(helpText(command, terminal.language));
    return 0;
  }
  if (parsed.positionals.length > 0 && !takesWords(command.usage))
    throw new UsageError({
      zh: `menshen ${command.name} 只接受选项。`,
      en: `menshen ${command.name} takes options only.`,
    });
  return await command.run({ ...parsed, terminal });
}

/** Whether a usage names words beside options and their values. A word that nobody reads could be the log that somebody meant to verify. */
export const takesWords = (usage: string): boolean => /[A-Z]/.test(usage.replace(/--?[\w-]+(?:\s+[^\s[\](|-][^\s\])]*)?/g, ''));

/** What is wrong with the options, from the code of `parseArgs`. */
function optionProblem(error: unknown, args: readonly string[]): Bilingual {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  const message = error instanceof Error ? error.message : '';
  const name = /'(?:-\w, )?(--?[\w-]{1,40})[ =']/.exec(message)?.[1] ?? args.find((word) => word.startsWith('-')) ?? '';
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return { zh: `没有选项 ${name}。`, en: `There is no option ${name}.` };
  return { zh: `选项 ${name} 的用法不正确。`, en: `The option ${name} is not used correctly.` };
}

export function helpText(command: Command, language: Language): string {
  const lines = [
    command.summary[language],
    '',
    `  menshen ${command.name}${command.usage === '' ? '' : ` ${command.usage}`}`,
    '',
  ];
  const names = Object.entries(command.options);
  if (names.length > 0) {
    lines.push(language === 'zh' ? '选项：' : 'Options:');
    for (const [name, option] of names) {
      const head = `  ${option.short === undefined ? '    ' : `-${option.short}, `}--${name}${option.type === 'string' ? ' VALUE' : ''}`;
      lines.push(`${head.padEnd(30)} ${command.optionHelp[name]?.[language] ?? ''}`);
    }
    lines.push('');
  }
  lines.push(language === 'zh' ? '示例：' : 'Examples:', ...command.examples.map((example) => `  ${example}`), '');
  return lines.join('\n');
}

/** A string option, or undefined. */
export function textOption(values: CommandInput['values'], name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** A string option that must be there. @throws UsageError */
export function neededOption(values: CommandInput['values'], name: string): string {
  const value = textOption(values, name);
  if (value === undefined || value === '') throw new UsageError({ zh: `请给出 --${name}。`, en: `Give --${name}.` });
  return value;
}

/** Every value of a string option that may be given several times. */
export function listOption(values: CommandInput['values'], name: string): string[] {
  const value = values[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
