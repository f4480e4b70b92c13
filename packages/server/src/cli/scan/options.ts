import { resolve } from 'node:path';
import { catalogue, type Severity, severities } from '@menshen/scan';
import { type CommandInput, textOption, UsageError } from '../command.ts';

export const formats = ['table', 'json', 'sarif', 'html', 'github', 'gitlab', 'checkstyle'] as const;
export type Format = (typeof formats)[number];

/** What a scan was asked for, checked once. */
export interface ScanRequest {
  readonly root: string;
  /** Paths below the root to which the report is limited, as the scan writes them; null for all. */
  readonly only: ReadonlySet<string> | null;
  readonly format: Format;
  readonly out: string | undefined;
  readonly baseline: string | undefined;
  readonly writeBaseline: string | undefined;
  readonly failOn: Severity | 'none';
  readonly rules: ReadonlySet<string> | null;
  readonly advisories: string | undefined;
  /** Folder of kept results; null for none. */
  readonly cache: string | null;
  readonly fix: boolean;
  readonly all: boolean;
  readonly unsure: boolean;
  readonly maxSeconds: number | null;
}

export function oneOf<T extends string>(values: CommandInput['values'], name: string, allowed: readonly T[], fallback: T): T {
  const asked = textOption(values, name);
  if (asked === undefined) return fallback;
  const found = allowed.find((each) => each === asked);
  if (found === undefined)
    throw new UsageError({
      zh: `--${name} 应为 ${allowed.join('、')} 之一。`,
      en: `--${name} must be one of ${allowed.join(', ')}.`,
    });
  return found;
}

/** Rules named by id or by the beginning of one, such as `MP-SEC`. */
export function rulesOf(text: string | undefined): ReadonlySet<string> | null {
  if (text === undefined) return null;
  const wanted = text
    .split(',')
    .map((word) => word.trim().toUpperCase())
    .filter(Boolean);
  const rules = [...catalogue.keys()].filter((id) =>
    wanted.some((word) => id === word || id.startsWith(word.endsWith('-') ? word : `${word}-`)),
  );
  if (rules.length === 0 || wanted.some((word) => !rules.some((id) => id.startsWith(word))))
    throw new UsageError({
      zh: '--rules 提到不存在的规则。menshen scan --explain list 列出全部。',
      en: '--rules names a rule that does not exist. menshen scan --explain list shows all.',
    });
  return new Set(rules);
}

export function secondsOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 86_400))
    throw new UsageError({ zh: '--max-seconds 应为 1 到 86400。', en: '--max-seconds must be 1 to 86400.' });
  return seconds;
}

export const failLevels = [...severities, 'none'] as const;
export const absolute = (path: string): string => resolve(path);
