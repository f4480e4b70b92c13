import { LineCounter, type Node, parseDocument } from 'yaml';
import { explain, fieldName, place, syntaxProblems } from '../../../config/load.ts';
import type { Playbook } from '../model.ts';
import { compilePlaybook } from './compile.ts';
import type { PlaybookProblem } from './problem.ts';
import { playbookSource } from './schema.ts';

/** Greatest size of a playbook's file in characters. */
export const maxPlaybookLength = 65_536;
const maxProblems = 50;

export type ParsedPlaybook =
  | { readonly playbook: Playbook; readonly source: unknown; readonly problems?: undefined }
  | { readonly playbook?: undefined; readonly problems: readonly PlaybookProblem[] };

/** Reads the text of one playbook. What is wrong comes with line, column and field. References to other playbooks are not followed here. */
export function parsePlaybook(text: string): ParsedPlaybook {
  if (text.length > maxPlaybookLength)
    return {
      problems: [{ line: null, column: null, field: '', zh: '文件超过 64 KiB。', en: 'The file is larger than 64 KiB.' }],
    };
  const lines = new LineCounter();
  let raw: unknown;
  let root: Node | null = null;
  try {
    const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true, merge: false });
    const problems = syntaxProblems(document, lines, maxProblems);
    if (problems.length > 0) return { problems };
    root = document.contents as Node | null;
    raw = document.toJS({ maxAliasCount: 0 });
  } catch {
    // Nested too deeply for the parser, or aliases, which a playbook has no use for.
    return {
      problems: [
        {
          line: null,
          column: null,
          field: '',
          zh: 'YAML 嵌套过深，或使用了别名。',
          en: 'The YAML is nested too deeply, or uses aliases.',
        },
      ],
    };
  }
  return read(raw, (path) => place(root, path, lines));
}

/** As {@link parsePlaybook}, for what was written down as JSON. */
export const readPlaybook = (source: unknown): ParsedPlaybook => read(source, () => ({ line: null, column: null }));

function read(source: unknown, at: (path: readonly PropertyKey[]) => Pick<PlaybookProblem, 'line' | 'column'>): ParsedPlaybook {
  const parsed = playbookSource.safeParse(source);
  if (!parsed.success)
    return {
      problems: parsed.error.issues.slice(0, maxProblems).map((issue) => {
        const path = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
        return { ...at(path), field: fieldName(path), ...explain(issue) };
      }),
    };
  const problems: PlaybookProblem[] = [];
  const playbook = compilePlaybook(parsed.data, (path, text) => {
    if (problems.length < maxProblems) problems.push({ ...at(path), field: fieldName(path), ...text });
  });
  return problems.length > 0 ? { problems } : { playbook, source };
}
