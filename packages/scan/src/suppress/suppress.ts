import type { Finding } from '../finding.ts';
import type { Project } from '../project/project.ts';
import type { SourceFile } from '../project/source-file.ts';
import type { Bilingual } from '../rule.ts';
import { catalogue } from '../rules/catalogue.ts';

/**
 * `menshen-ignore RULE[, RULE…] [until YYYY-MM-DD]: reason` in a comment of any language, on the line of the finding or on the line above. A comment
 * without a reason, with a past date or with an unknown rule suppresses nothing and is reported.
 */
const comment =
  /menshen-ignore[ \t]{1,8}([A-Z0-9, \t-]{3,200}?)(?:[ \t]{1,8}until[ \t]{1,8}(\S{1,20}?))?[ \t]{0,8}(?:[:：](.{0,500}))?(?:\*\/|-->|$)/;

export type SuppressionFault = 'no-reason' | 'expired' | 'bad-date' | 'unknown-rule' | 'unused';

export interface SuppressionProblem {
  readonly fault: SuppressionFault;
  readonly file: string;
  readonly line: number;
  readonly message: Bilingual;
}

export interface Suppressed {
  readonly findings: readonly Finding[];
  readonly suppressed: ReadonlyMap<Finding, string>;
  readonly problems: readonly SuppressionProblem[];
}

const messages: Record<SuppressionFault, Bilingual> = {
  'no-reason': { zh: '忽略注释没有写原因，不生效', en: 'The ignore comment gives no reason and has no effect' },
  expired: { zh: '忽略注释已过期，不再生效', en: 'The ignore comment has expired and has no effect' },
  'bad-date': {
    zh: '忽略注释的日期无法识别（应为 YYYY-MM-DD），不生效',
    en: 'The date of the ignore comment cannot be read (YYYY-MM-DD): it has no effect',
  },
  'unknown-rule': { zh: '忽略注释提到不存在的规则', en: 'The ignore comment names a rule that does not exist' },
  unused: { zh: '忽略注释没有对应的发现，可以删除', en: 'The ignore comment matches no finding and can go' },
};
const shortestReason = 3;
const mostComments = 10_000;

interface Ignore {
  readonly rules: readonly string[];
  readonly reason: string;
  readonly line: number;
  used: boolean;
}

/**
 * Takes out the findings that comments accept.
 *
 * @param today `YYYY-MM-DD`; a comment holds through its last day
 */
export function applySuppressions(findings: readonly Finding[], project: Project, today: string): Suppressed {
  const problems: SuppressionProblem[] = [];
  const suppressed = new Map<Finding, string>();
  const ignores = new Map<string, readonly Ignore[]>();
  for (const file of project.files) {
    if (file.language === 'binary' || !file.text.includes('menshen-ignore')) continue;
    ignores.set(file.path, ignoresIn(file, today, problems));
  }
  for (const finding of findings) {
    const match = (ignores.get(finding.file) ?? []).find(
      ({ rules, line }) => (line === finding.line || line === finding.line - 1) && rules.includes(finding.rule),
    );
    if (match === undefined) continue;
    match.used = true;
    suppressed.set(finding, match.reason);
  }
  for (const [file, list] of ignores)
    for (const { line, used } of list) if (!used) problems.push({ fault: 'unused', file, line, message: messages.unused });
  return { findings: findings.filter((finding) => !suppressed.has(finding)), suppressed, problems };
}

function ignoresIn(file: SourceFile, today: string, problems: SuppressionProblem[]): Ignore[] {
  const found: Ignore[] = [];
  const { text, lines, path } = file;
  let count = 0;
  for (
    let at = text.indexOf('menshen-ignore');
    at >= 0 && count < mostComments;
    at = text.indexOf('menshen-ignore', at + 1), count += 1
  ) {
    const newline = text.indexOf('\n', at);
    const line = lines.line(at);
    const match = comment.exec(text.slice(at, Math.min(newline < 0 ? text.length : newline, at + 800)).replace(/\r$/, ''));
    // Text that only speaks about the comment, such as this documentation, names no rule.
    if (match === null || !/MP-[A-Z]{3}-\d{3}/.test(match[1] ?? '')) continue;
    const rules = (match[1] ?? '').split(/[\s,]+/).filter(Boolean);
    const tell = (fault: SuppressionFault): void => void problems.push({ fault, file: path, line, message: messages[fault] });
    const known = rules.filter((rule) => catalogue.has(rule));
    if (known.length < rules.length) tell('unknown-rule');
    const until = match[2];
    const reason = (match[3] ?? '').replace(/(?:\*\/|-->)\s*$/, '').trim();
    if (until !== undefined && !isDate(until)) tell('bad-date');
    else if (until !== undefined && until < today) tell('expired');
    else if (reason.length < shortestReason) tell('no-reason');
    else if (known.length > 0) found.push({ rules: known, reason, line, used: false });
  }
  return found;
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
