import type { Finding } from '../finding.ts';
import type { Severity } from '../rule.ts';
import { catalogue } from '../rules/catalogue.ts';
import { safeText } from './excerpt.ts';
import type { Language } from './language.ts';

const commands: Record<Severity, string> = { critical: 'error', high: 'error', medium: 'warning', low: 'notice', info: 'notice' };

/** Workflow commands that GitHub shows beside the lines of a pull request, a line each. */
export function toGitHub(findings: readonly Finding[], language: Language): string {
  const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  return findings
    .map((finding) => {
      const title = `${finding.rule} ${catalogue.get(finding.rule)?.title[language] ?? ''}`;
      return `::${commands[finding.severity]} file=${property(finding.file)},line=${finding.line},endLine=${finding.endLine},col=${finding.column},title=${property(title)}::${data(safeText(finding.message[language]))}`;
    })
    .join('\n');
}

const gitLabSeverity: Record<Severity, string> = {
  critical: 'blocker',
  high: 'critical',
  medium: 'major',
  low: 'minor',
  info: 'info',
};

/** GitLab's code quality report (artifacts:reports:codequality). */
export function toGitLab(findings: readonly Finding[], language: Language): string {
  return JSON.stringify(
    findings.map((finding) => ({
      description: `${catalogue.get(finding.rule)?.title[language] ?? finding.rule}: ${safeText(finding.message[language])}`,
      check_name: finding.rule,
      fingerprint: finding.fingerprint,
      severity: gitLabSeverity[finding.severity],
      location: { path: finding.file, lines: { begin: finding.line, end: finding.endLine } },
    })),
    null,
    2,
  );
}

const checkstyleSeverity: Record<Severity, string> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'info',
  info: 'info',
};

/** Checkstyle XML, which Gitee pipelines, Jenkins and most Chinese code platforms import. */
export function toCheckstyle(findings: readonly Finding[], language: Language): string {
  const files = Map.groupBy(findings, ({ file }) => file);
  const lines = ['<?xml version="1.0" encoding="utf-8"?>', '<checkstyle version="4.3">'];
  for (const [file, list] of files) {
    lines.push(`  <file name="${xml(file)}">`);
    for (const finding of list)
      lines.push(
        `    <error line="${finding.line}" column="${finding.column}" severity="${checkstyleSeverity[finding.severity]}" message="${xml(safeText(finding.message[language]))}" source="menshen.${finding.rule}"/>`,
      );
    lines.push('  </file>');
  }
  lines.push('</checkstyle>');
  return lines.join('\n');
}

/** Text as the value of an attribute; characters that XML 1.0 does not allow are replaced. */
function xml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;');
}
