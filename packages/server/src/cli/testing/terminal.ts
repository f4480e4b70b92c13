import type { Language } from '@menshen/contract';
import { type Command, type ExitCode, runCommand, type Terminal, UsageError } from '../command.ts';

export interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
  /** What a person was asked, in order. */
  readonly asked: readonly string[];
}

/** Runs a command in this process. `answers` stands for the person at the terminal; without it nobody can be asked. */
export async function run(
  command: Command,
  args: readonly string[],
  options: { readonly language?: Language; readonly answers?: readonly string[] } = {},
): Promise<Ran> {
  const { language = 'en', answers } = options;
  const out: string[] = [];
  const err: string[] = [];
  const asked: string[] = [];
  const terminal: Terminal = {
    language,
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    ask:
      answers === undefined
        ? null
        : async (question) => {
            asked.push(question);
            const given = answers[asked.length - 1];
            if (given === undefined) throw new UsageError({ zh: '已取消。', en: 'Cancelled.' });
            return given;
          },
  };
  let code: ExitCode;
  try {
    code = await runCommand(command, args, terminal);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    err.push(language === 'zh' ? error.zh : error.message);
    code = 2;
  }
  return { code, out: out.join('\n'), err: err.join('\n'), asked };
}
