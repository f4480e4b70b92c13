import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { linkPlaybook } from './format/link.ts';
import { type ParsedPlaybook, parsePlaybook } from './format/parse.ts';
import type { PlaybookProblem } from './format/problem.ts';
import type { Playbook } from './model.ts';
import type { SourceSet } from './source-set.ts';

export interface PlaybookEntry {
  /** With the steps of the playbooks that it runs. */
  readonly playbook: Playbook;
  readonly sources: SourceSet;
  readonly origin: 'shipped' | 'own';
  readonly yaml: string;
}

export interface BrokenFile {
  readonly file: string;
  readonly problems: readonly PlaybookProblem[];
}

export interface PlaybookLibrary {
  readonly entries: ReadonlyMap<string, PlaybookEntry>;
  readonly broken: readonly BrokenFile[];
}

/** The folder of what ships. */
export const shippedFolder = join(import.meta.dirname, '..', '..', '..', 'playbooks');
const maxFiles = 500;

interface Read {
  readonly playbook: Playbook;
  readonly source: unknown;
  readonly origin: 'shipped' | 'own';
  readonly yaml: string;
  readonly file: string;
}

const whole = (zh: string, en: string): PlaybookProblem => ({ line: null, column: null, field: '', zh, en });

/**
 * Reads what ships and what stands in a folder of the company's own: a file with the id of a shipped playbook takes its place. A file that cannot be used
 * takes no other with it, and while it is broken the version of `before` goes on.
 */
export function readLibrary(
  own: string | null,
  before: PlaybookLibrary | null = null,
  shipped: string = shippedFolder,
): PlaybookLibrary {
  const broken: BrokenFile[] = [];
  const read = new Map<string, Read>();
  const files = [
    ...playbookFiles(shipped).map((file) => ({ file, origin: 'shipped' as const })),
    ...ownFiles(own, broken).map((file) => ({ file, origin: 'own' as const })),
  ];
  for (const { file, origin } of files) {
    const { yaml, parsed } = readFile(file);
    if (parsed.playbook === undefined) {
      broken.push({ file: basename(file), problems: parsed.problems });
      const kept = keptOf(before, basename(file));
      if (kept !== null) read.set(kept.playbook.id, kept);
      continue;
    }
    const { playbook, source } = parsed;
    const twice = read.get(playbook.id);
    if (twice !== undefined && twice.origin === origin && basename(twice.file) !== basename(file)) {
      const text = whole(
        `编号 ${playbook.id} 已在 ${basename(twice.file)} 中使用。`,
        `the id ${playbook.id} is that of ${basename(twice.file)} too.`,
      );
      broken.push({ file: basename(file), problems: [{ ...text, field: 'id' }] });
      continue;
    }
    read.set(playbook.id, { playbook, source, origin, yaml, file });
  }
  const entries = new Map<string, PlaybookEntry & { readonly file: string }>();
  for (const { playbook, source, origin, yaml, file } of read.values()) {
    const linked = linkPlaybook(playbook, (id) => read.get(id)?.playbook);
    if (linked.problems.length > 0) {
      const problems = linked.problems.map(({ step, zh, en }) => ({ ...whole(zh, en), field: step }));
      broken.push({ file: basename(file), problems });
      continue;
    }
    const used = Object.fromEntries(linked.uses.map((id) => [id, read.get(id)?.source]));
    entries.set(playbook.id, { playbook: linked.playbook, sources: { main: source, used }, origin, yaml, file });
  }
  return { entries: new Map([...entries].sort(([one], [other]) => (one < other ? -1 : 1))), broken };
}

/** What a file held before it was broken, from the library before. */
function keptOf(before: PlaybookLibrary | null, file: string): Read | null {
  for (const entry of before?.entries.values() ?? []) {
    if (entry.origin !== 'own' || !('file' in entry) || typeof entry.file !== 'string' || basename(entry.file) !== file) continue;
    const { playbook } = parsePlaybook(entry.yaml);
    if (playbook !== undefined)
      return { playbook, source: entry.sources.main, origin: 'own', yaml: entry.yaml, file: entry.file };
  }
  return null;
}

/** What ships does not change while the process runs: it is read once. */
const shippedFiles = new Map<string, { readonly yaml: string; readonly parsed: ParsedPlaybook }>();

function readFile(file: string): { readonly yaml: string; readonly parsed: ParsedPlaybook } {
  const before = shippedFiles.get(file);
  if (before !== undefined) return before;
  const read = readNow(file);
  if (dirname(file) === shippedFolder) shippedFiles.set(file, read);
  return read;
}

function readNow(file: string): { readonly yaml: string; readonly parsed: ParsedPlaybook } {
  try {
    if (statSync(file).size > 1_048_576)
      return { yaml: '', parsed: { problems: [whole('文件过大。', 'the file is too large.')] } };
    const yaml = readFileSync(file, 'utf8');
    return { yaml, parsed: parsePlaybook(yaml) };
  } catch {
    return { yaml: '', parsed: { problems: [whole('文件无法读取。', 'the file cannot be read.')] } };
  }
}

function ownFiles(folder: string | null, broken: BrokenFile[]): string[] {
  if (folder === null) return [];
  try {
    return playbookFiles(folder);
  } catch {
    broken.push({ file: folder, problems: [whole('没有这个剧本目录。', 'there is no such folder of playbooks.')] });
    return [];
  }
}

/** Files of playbooks in a folder, by name. */
export function playbookFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/i.test(entry.name))
    .map(({ name }) => join(folder, name))
    .sort()
    .slice(0, maxFiles);
}
