import type { Finding, Location } from '../finding.ts';
import type { Project } from '../project/project.ts';
import type { SourceFile } from '../project/source-file.ts';

/** One line of source, safe to show: control characters and secrets are replaced, long lines cut. */
export interface ExcerptLine {
  readonly number: number;
  readonly text: string;
  /** Whether the finding or step stands on it. */
  readonly marked: boolean;
}

const longestLine = 200;
/** Rules whose finding is the secret itself. */
const secretRules = /^MP-SEC-(?:00[1-7]|01[123])$|^MP-CRY-002$/;
/** Characters that change how a terminal or an editor shows a line (CVE-2021-42574 among them). */
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

export const isSecret = ({ rule }: { readonly rule: string }): boolean => secretRules.test(rule);

/** Text as it may stand in a report. */
export function safeText(text: string): string {
  return text.replaceAll('\t', '  ').replace(unsafe, '\ufffd');
}

/** A credential as a reader may see it: its first two characters, to find it again, and dots. */
export function masked(value: string): string {
  return value.length <= 4 ? '••••' : `${value.slice(0, 2)}••••••`;
}

/** Stretches of a file, as offsets, that no report may show. */
export type SecretSpans = ReadonlyMap<string, readonly (readonly [number, number])[]>;

export function secretSpans(findings: readonly Finding[], project: Project): SecretSpans {
  const spans = new Map<string, [number, number][]>();
  for (const finding of findings) {
    const file = isSecret(finding) ? project.file(finding.file) : undefined;
    if (file === undefined) continue;
    const list = spans.get(file.path) ?? [];
    list.push([
      file.lines.startOf(finding.line) + finding.column - 1,
      file.lines.startOf(finding.endLine) + finding.endColumn - 1,
    ]);
    spans.set(file.path, list);
  }
  return spans;
}

/** The lines around a place, `before` and `after` of them, with every secret of the file masked. */
export function excerptOf(
  project: Project,
  place: Location,
  secrets: SecretSpans,
  before = 2,
  after = 2,
): readonly ExcerptLine[] {
  const file = project.file(place.file);
  if (file === undefined || file.text === '') return [];
  const lines: ExcerptLine[] = [];
  const last = Math.min(file.lines.count, place.line + after);
  for (let number = Math.max(1, place.line - before); number <= last; number += 1)
    lines.push({ number, text: lineText(file, number, place, secrets), marked: number === place.line });
  return lines;
}

function lineText(file: SourceFile, number: number, place: Location, secrets: SecretSpans): string {
  const start = file.lines.startOf(number);
  const end = file.text.indexOf('\n', start);
  let from = start;
  let to = end < 0 ? file.text.length : end;
  // Of a very long line only the surroundings of the finding are shown.
  if (to - from > longestLine) {
    const middle = number === place.line ? start + place.column - 1 : start;
    from = Math.max(start, middle - 60);
    to = Math.min(to, from + longestLine);
  }
  let text = '';
  let at = from;
  for (const [open, close] of (secrets.get(file.path) ?? []).toSorted((a, b) => a[0] - b[0])) {
    if (close <= at || open >= to) continue;
    text += file.text.slice(at, Math.max(at, open));
    text += open >= from ? masked(file.text.slice(open, close)) : '••••';
    at = Math.min(close, to);
  }
  text += file.text.slice(at, to);
  return `${from > start ? '…' : ''}${safeText(text.replace(/\r$/, ''))}${end > to ? '…' : ''}`;
}
