import type { Language } from '@menshen/contract';

/** What `--lang` says, or undefined where it is not given; an empty text where its value is missing. */
export function languageOption(args: readonly string[]): string | undefined {
  const at = args.indexOf('--lang');
  return at >= 0 ? (args[at + 1] ?? '') : args.find((word) => word.startsWith('--lang='))?.slice('--lang='.length);
}

/** The language to speak: `--lang`, else the locale of the terminal, else Chinese. */
export function languageFrom(args: readonly string[]): Language {
  const asked = languageOption(args);
  if (asked === 'zh' || asked === 'en') return asked;
  const locale = process.env['LC_ALL'] ?? process.env['LC_MESSAGES'] ?? process.env['LANG'] ?? '';
  return /^en/i.test(locale) ? 'en' : 'zh';
}
