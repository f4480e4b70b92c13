import { readFileSync } from 'node:fs';
import type { Language } from '@menshen/contract';
import { auditProve, auditVerify } from './audit.ts';
import { type Command, type ExitCode, runCommand, type Terminal, UsageError } from './command.ts';
import { dev } from './dev.ts';
import { doctor } from './doctor.ts';
import { emulator } from './emulator.ts';
import { init } from './init.ts';
import { policyCheck, policyExplain } from './policy.ts';
import { serve } from './serve.ts';

const commands: readonly Command[] = [dev, serve, init, doctor, emulator, auditVerify, auditProve, policyCheck, policyExplain];

/** Version of the program, from its package. */
export const version: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

/** Runs the `menshen` command. Returns its exit code. */
export async function main(args: readonly string[]): Promise<ExitCode> {
  const language = languageFrom(args);
  const terminal: Terminal = {
    language,
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
  };
  const words = args.filter((word, at) => !(word === '--lang' || args[at - 1] === '--lang' || word.startsWith('--lang=')));
  const [first = ''] = words;
  if (first === '' || first === 'help' || first === '--help' || first === '-h') {
    terminal.out(overview(language));
    return first === '' ? 2 : 0;
  }
  if (first === '--version' || first === '-v') {
    terminal.out(version);
    return 0;
  }
  const command = commands.find((candidate) => candidate.name === words.slice(0, candidate.name.split(' ').length).join(' '));
  if (command === undefined) {
    terminal.err(
      language === 'zh'
        ? `没有这个命令。运行 menshen --help 查看全部命令。`
        : 'There is no such command. Run menshen --help for all of them.',
    );
    return 2;
  }
  try {
    return await runCommand(command, words.slice(command.name.split(' ').length), terminal);
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.err(`${language === 'zh' ? error.zh : error.message}\nmenshen ${command.name} --help`);
      return 2;
    }
    terminal.err(error instanceof Error ? error.message : String(error));
    return 2;
  }
}

function languageFrom(args: readonly string[]): Language {
  const at = args.indexOf('--lang');
  const asked = at >= 0 ? args[at + 1] : args.find((word) => word.startsWith('--lang='))?.slice('--lang='.length);
  if (asked === 'zh' || asked === 'en') return asked;
  const locale = process.env['LC_ALL'] ?? process.env['LC_MESSAGES'] ?? process.env['LANG'] ?? '';
  return /^en/i.test(locale) ? 'en' : 'zh';
}

function overview(language: Language): string {
  const head =
    language === 'zh'
      ? '门神：企业微信小程序安全平台\n\n命令：'
      : 'Menshen: security platform for enterprise WeChat mini programs\n\nCommands:';
  const tail =
    language === 'zh'
      ? '每个命令都有 --help 与示例；--lang zh|en 选择语言。'
      : 'Every command has --help with examples; --lang zh|en chooses the language.';
  return [head, ...commands.map((command) => `  ${command.name.padEnd(16)} ${command.summary[language]}`), '', tail].join('\n');
}
