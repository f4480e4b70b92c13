import type { Finding } from '../finding.ts';
import { jsonAt, parseJson } from '../parse/json.ts';
import type { Project } from '../project/project.ts';
import type { SourceFile } from '../project/source-file.ts';
import type { Bilingual } from '../rule.ts';

/** One change of a file that needs no thought: a switch turned to its safe side, a declaration added. Offsets are those of the text as it was scanned. */
export interface Fix {
  readonly finding: Finding;
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly done: Bilingual;
}

type Fixer = (
  code: string,
  file: SourceFile,
  start: number,
  finding: Finding,
  project: Project,
) => { start: number; end: number; text: string } | undefined;

/** Replaces the value of a switch within the finding. */
const flip =
  (name: RegExp, from: string, to: string): Fixer =>
  (code, _file, start) => {
    const match = new RegExp(`(${name.source}['"]?\\s{0,40}[:=]\\s{0,40})${from}\\b`).exec(code);
    if (match === null) return undefined;
    const at = start + match.index + (match[1] ?? '').length;
    return { start: at, end: at + from.length, text: to };
  };

const fixers: Readonly<Record<string, readonly Fixer[]>> = {
  'MP-NET-003': [flip(/rejectUnauthorized/, 'false', 'true'), flip(/strictSSL/, 'false', 'true')],
  'MP-NET-004': [flip(/urlCheck/, 'false', 'true')],
  'MP-LOG-003': [flip(/debug/, 'true', 'false')],
  'MP-CFG-002': [flip(/httpOnly/, 'false', 'true'), flip(/signed/, 'false', 'true')],
  'MP-CFG-006': [flip(/minified/, 'false', 'true')],
  'MP-PRV-001': [declare],
};

const done: Readonly<Record<string, Bilingual>> = {
  'MP-NET-003': { zh: '恢复证书校验', en: 'certificate checks are on again' },
  'MP-NET-004': { zh: '打开域名校验', en: 'domain checks are on' },
  'MP-LOG-003': { zh: '关闭调试', en: 'debugging is off' },
  'MP-CFG-002': { zh: 'Cookie 加上 httpOnly 或签名', en: 'the cookie is httpOnly or signed' },
  'MP-CFG-006': { zh: '打开压缩', en: 'minification is on' },
  'MP-PRV-001': { zh: '声明使用的隐私接口', en: 'the private interfaces are declared' },
};

/** Rules whose findings can be mended mechanically. */
export const fixableRules: readonly string[] = Object.keys(fixers);

/** The changes that mend findings; none overlaps another. */
export function planFixes(findings: readonly Finding[], project: Project): readonly Fix[] {
  const fixes: Fix[] = [];
  for (const finding of findings) {
    const file = project.file(finding.file);
    const list = fixers[finding.rule];
    if (file === undefined || list === undefined || file.truncated) continue;
    const start = file.lines.startOf(finding.line) + finding.column - 1;
    const end = file.lines.startOf(finding.endLine) + finding.endColumn - 1;
    const code = file.text.slice(start, Math.max(end, start + 1));
    for (const fixer of list) {
      const edit = fixer(code, file, start, finding, project);
      if (
        edit === undefined ||
        fixes.some((other) => other.file === file.path && edit.start < other.end && other.start < edit.end + 1)
      )
        continue;
      fixes.push({ finding, file: file.path, ...edit, done: done[finding.rule] ?? { zh: '', en: '' } });
    }
  }
  return fixes;
}

/** The text with changes applied. */
export function applyFixes(text: string, fixes: readonly Fix[]): string {
  let out = text;
  for (const { start, end, text: replacement } of fixes.toSorted((a, b) => b.start - a.start))
    out = out.slice(0, start) + replacement + out.slice(end);
  return out;
}

/** Adds the missing names to `requiredPrivateInfos`, or the whole member before the last brace. */
function declare(
  _code: string,
  file: SourceFile,
  _start: number,
  finding: Finding,
  project: Project,
): { start: number; end: number; text: string } | undefined {
  if (!/(?:^|\/)app\.json$/.test(file.path)) return undefined;
  const root = parseJson(file.text, 100)?.root;
  if (root?.kind !== 'object') return undefined;
  const names = usedNames(finding, project);
  if (names.length === 0) return undefined;
  const list = jsonAt(root, 'requiredPrivateInfos');
  const quoted = names.map((name) => JSON.stringify(name)).join(', ');
  if (list?.kind === 'array') {
    const last = list.items.at(-1);
    const at = last === undefined ? list.start + 1 : last.end;
    return { start: at, end: at, text: last === undefined ? quoted : `, ${quoted}` };
  }
  if (list !== undefined) return undefined;
  const last = root.members.at(-1);
  const at = last === undefined ? root.start + 1 : last.value.end;
  return { start: at, end: at, text: `${last === undefined ? '' : ','}\n  "requiredPrivateInfos": [${quoted}]` };
}

/** Names of the interfaces at the places that the finding gives as its evidence. */
function usedNames({ evidence }: Finding, project: Project): string[] {
  const names = (evidence?.places ?? []).flatMap((place) => {
    const file = project.file(place.file);
    const start = file === undefined ? 0 : file.lines.startOf(place.line) + place.column - 1;
    return /\.\s{0,8}(\w{4,40})\s{0,8}\(/.exec(file?.text.slice(start, start + 120) ?? '')?.[1] ?? [];
  });
  return [...new Set(names)];
}
