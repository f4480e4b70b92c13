import type { Finding } from '../finding.ts';
import type { Problem } from '../problem.ts';
import type { Project } from '../project/project.ts';
import { type Severity, severities } from '../rule.ts';
import { catalogue } from '../rules/catalogue.ts';
import { excerptOf, safeText, secretSpans } from './excerpt.ts';
import { type Language, severityNames } from './language.ts';
import { firstFindings } from './order.ts';
import { countBySeverity } from './summary.ts';

export interface TableInput {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  readonly project: Project;
  readonly language: Language;
  /** ANSI colours, for a terminal. */
  readonly colour: boolean;
  /** Findings listed below the first five; all when absent. */
  readonly limit?: number;
}

const colours: Record<Severity, string> = { critical: '1;35', high: '31', medium: '33', low: '36', info: '2' };
const longestList = 20;

/** The report for a terminal: the findings to begin with, step by step, then a line for each of the others, then what was not read. */
export function toTable(input: TableInput): string {
  const { findings, problems, language, colour } = input;
  const zh = language === 'zh';
  const paint = (text: string, code: string): string => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const shown = findings.filter(({ severity, confidence }) => severity !== 'info' && confidence !== 'low');
  const lines: string[] = [];
  const first = firstFindings(findings);
  if (first.length === 0) lines.push(zh ? '没有发现问题。' : 'Nothing was found.', '');
  else lines.push(paint(zh ? '先看这几处：' : 'Begin with these:', '1'), '');
  const secrets = secretSpans(findings, input.project);
  for (const [at, finding] of first.entries()) lines.push(...detail(finding, at + 1, input, secrets, paint), '');
  const rest = shown.filter((finding) => !first.includes(finding));
  if (rest.length > 0) {
    lines.push(paint(zh ? `其余 ${rest.length} 处：` : `The other ${rest.length}:`, '1'));
    const limit = input.limit ?? rest.length;
    for (const finding of rest.slice(0, limit))
      lines.push(
        `  ${paint(severityNames[finding.severity][language].padEnd(zh ? 2 : 8), colours[finding.severity])} ${finding.rule}  ${safeText(finding.file)}:${finding.line}:${finding.column}  ${catalogue.get(finding.rule)?.title[language] ?? ''}`,
      );
    if (rest.length > limit)
      lines.push(
        zh ? `  ……还有 ${rest.length - limit} 处（--all 列出全部）` : `  … and ${rest.length - limit} more (--all lists them)`,
      );
    lines.push('');
  }
  lines.push(...unread(problems, language), summary(findings, language));
  return lines.join('\n');
}

function detail(
  finding: Finding,
  number: number,
  { project, language }: TableInput,
  secrets: ReturnType<typeof secretSpans>,
  paint: (text: string, code: string) => string,
): string[] {
  const rule = catalogue.get(finding.rule);
  const zh = language === 'zh';
  const lines = [
    `${number}. ${paint(severityNames[finding.severity][language], colours[finding.severity])} ${paint(rule?.title[language] ?? finding.rule, '1')}  ${finding.rule}`,
    `   ${safeText(finding.file)}:${finding.line}:${finding.column}`,
    `   ${safeText(finding.message[language])}`,
  ];
  const steps = finding.steps ?? [];
  if (steps.length > 0) {
    lines.push(zh ? '   数据的路径：' : '   The path of the data:');
    for (const [at, step] of steps.entries()) {
      const branch = at === steps.length - 1 ? '└─' : '├─';
      lines.push(`   ${branch} ${safeText(step.file)}:${step.line}  ${safeText(step.label[language])}`);
      const source = excerptOf(project, step, secrets, 0, 0)[0];
      if (source !== undefined) lines.push(paint(`   ${at === steps.length - 1 ? '  ' : '│ '}   ${source.text.trim()}`, '2'));
    }
  } else
    for (const source of excerptOf(project, finding, secrets, 1, 1))
      lines.push(
        paint(`   ${source.marked ? '>' : ' '} ${String(source.number).padStart(5)} │ ${source.text}`, source.marked ? '0' : '2'),
      );
  if (finding.evidence !== undefined) {
    lines.push(`   ${safeText(finding.evidence.text[language])}`);
    for (const place of finding.evidence.places.slice(0, 3)) lines.push(`     ${safeText(place.file)}:${place.line}`);
  }
  if (rule !== undefined) lines.push(`   ${paint(zh ? '修复：' : 'Fix: ', '32')}${rule.fix[language]}`);
  return lines;
}

function unread(problems: readonly Problem[], language: Language): string[] {
  const told = problems.filter(({ code }) => code !== 'not-reached');
  if (told.length === 0) return [];
  const zh = language === 'zh';
  const lines = [zh ? `没有读全的文件 ${told.length} 个：` : `Not fully read, ${told.length}:`];
  for (const { file, line, message } of told.slice(0, longestList))
    lines.push(`  ${file === '' ? '-' : safeText(file)}${line === undefined ? '' : `:${line}`}  ${message[language]}`);
  if (told.length > longestList)
    lines.push(zh ? `  ……还有 ${told.length - longestList} 个` : `  … and ${told.length - longestList} more`);
  return [...lines, ''];
}

function summary(findings: readonly Finding[], language: Language): string {
  const counts = countBySeverity(findings);
  const parts = severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => `${severityNames[severity][language]} ${counts[severity]}`);
  return language === 'zh'
    ? `共 ${findings.length} 处：${parts.join('，') || '无'}`
    : `${findings.length} findings: ${parts.join(', ') || 'none'}`;
}
