import { type ExitCode, runCommand, UsageError } from '../command.ts';
import { failureText } from '../failure.ts';
import { languageFrom, languageOption } from '../language.ts';
import { speakTo } from '../speak.ts';
import { scan } from './scan.ts';

/**
 * `menshen scan` by itself: it loads the scanner and not the whole platform, because it runs in every commit. Behaves as it does through `main`.
 */
export async function main(args: readonly string[]): Promise<ExitCode> {
  const language = languageFrom(args);
  const asked = languageOption(args);
  const err = speakTo(process.stderr);
  if (asked !== undefined && asked !== 'zh' && asked !== 'en') {
    err(language === 'zh' ? '--lang 应为 zh 或 en。' : '--lang must be zh or en.');
    return 2;
  }
  const words = args.filter((word, at) => !(word === '--lang' || args[at - 1] === '--lang' || word.startsWith('--lang=')));
  try {
    return await runCommand(scan, words.slice(1), {
      language,
      err,
      out: speakTo(process.stdout),
      ask: null,
    });
  } catch (error) {
    err(failureText(error, language));
    if (error instanceof UsageError) err('menshen scan --help');
    return 2;
  }
}
