import { type LineTable, lineTable } from '../parse/lines.ts';
import { type Problem, problem } from '../problem.ts';
import type { ProjectEntry, ProjectFiles } from './files.ts';
import { isIgnoredFolder, languageOf } from './language.ts';
import type { ScanLimits } from './limits.ts';
import { looksMinified, marksOfPath } from './marks.ts';
import { isWithin, type Part } from './part.ts';
import { findParts } from './parts.ts';
import type { Language, Mark, Place, SourceFile } from './source-file.ts';

/** The tree as the scan sees it. */
export interface Project {
  /** In the order of their paths. */
  readonly files: readonly SourceFile[];
  /** Deepest roots first, so that the first part that holds a path is its own. */
  readonly parts: readonly Part[];
  readonly limits: ScanLimits;
  /** What could not be read, so far. */
  readonly problems: readonly Problem[];
  file(path: string): SourceFile | undefined;
  /** The innermost part that holds a path. */
  partOf(path: string): Part | undefined;
  /** Adds to `problems`. */
  tell(problem: Problem): void;
}

/** Lists, bounds and classifies a tree. Texts are read when they are first needed. */
export function openProject(source: ProjectFiles, limits: ScanLimits): Project {
  const problems: Problem[] = [];
  const tell = (found: Problem): void => void problems.push(found);
  const entries = listed(source, limits, tell);
  const files = new Map<string, SourceFile>();
  const paths = new Set(entries.map(({ path }) => path));
  const hasSources = [...paths].some((path) => /(?:^|\/)(?:src|packages|miniprogram|pages)\//.test(path));
  const parts: Part[] = [];
  // Asked for each file by every search; a project may have hundreds of parts.
  const owners = new Map<string, Part | undefined>();
  const partOf = (path: string): Part | undefined => {
    if (owners.has(path)) return owners.get(path);
    const part = parts.find(({ root }) => isWithin(path, root));
    owners.set(path, part);
    return part;
  };
  for (const entry of entries) files.set(entry.path, sourceFile(entry, source, limits, hasSources, partOf, tell));
  parts.push(...findParts(paths, (path) => files.get(path)?.text ?? ''));
  return { files: [...files.values()], parts, limits, problems, file: (path) => files.get(path), partOf, tell };
}

function listed(source: ProjectFiles, limits: ScanLimits, tell: (problem: Problem) => void): readonly ProjectEntry[] {
  const entries: ProjectEntry[] = [];
  let total = 0;
  for (const entry of source.list()) {
    if (entry.path.split('/').slice(0, -1).some(isIgnoredFolder)) continue;
    if (entries.length >= limits.maxFiles) {
      tell(problem('too-many-files', ''));
      break;
    }
    if (languageOf(entry.path) !== 'binary') {
      const bytes = Math.min(entry.size, limits.maxTextBytes);
      if (total + bytes > limits.maxTotalBytes) {
        tell(problem('too-much-source', ''));
        break;
      }
      total += bytes;
    }
    entries.push(entry);
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function sourceFile(
  entry: ProjectEntry,
  source: ProjectFiles,
  limits: ScanLimits,
  hasSources: boolean,
  partOf: (path: string) => Part | undefined,
  tell: (problem: Problem) => void,
): SourceFile {
  const { path, size } = entry;
  const language = languageOf(path);
  let text: string | undefined;
  let truncated = false;
  let lines: LineTable | undefined;
  let marks: Set<Mark> | undefined;
  const read = (): string => {
    if (text !== undefined) return text;
    text = '';
    if (language === 'binary') return text;
    const isScript = language === 'javascript' || language === 'typescript';
    const limit = isScript ? limits.maxFileBytes : limits.maxTextBytes;
    try {
      const bytes = source.read(path);
      truncated = bytes.length > limit;
      if (truncated) tell(problem('too-large', path));
      text = decode(truncated ? bytes.subarray(0, limit) : bytes);
      if (text.includes('\0')) {
        text = '';
        tell(problem('binary', path));
      }
    } catch {
      tell(problem('unreadable', path));
    }
    return text;
  };
  return {
    path,
    size,
    language,
    get place() {
      return placeOf(path, language, partOf(path));
    },
    get marks() {
      if (marks === undefined) {
        marks = marksOfPath(path, hasSources);
        const part = partOf(path);
        const built = part?.kind === 'mini-program' && part.built;
        if (!built && looksMinified(read(), language)) {
          marks.add('minified');
          tell(problem('minified', path));
        }
      }
      return marks;
    },
    get text() {
      return read();
    },
    get truncated() {
      read();
      return truncated;
    },
    get lines() {
      lines ??= lineTable(read());
      return lines;
    },
  };
}

/** UTF-8, or UTF-16 where the byte order mark says so; broken sequences become replacement characters. */
function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

function placeOf(path: string, language: Language, part: Part | undefined): Place {
  if (language === 'wxml' || language === 'wxs') return 'mini-program';
  switch (part?.kind) {
    case 'mini-program':
    case 'plugin':
    case 'component-library':
    case 'taro':
    case 'uni-app':
      return 'mini-program';
    case 'cloud-function':
      return 'cloud-function';
    case 'backend':
      if (part.framework !== 'next') return 'backend';
      return /^(?:scripts?|tools?)\//.test(path.slice(part.root === '' ? 0 : part.root.length + 1))
        ? 'tool'
        : isBrowserSide(path)
          ? 'web'
          : 'backend';
    case 'web':
      return 'web';
    case 'script':
      return 'tool';
    default:
      if (language === 'java' || language === 'php' || language === 'python' || language === 'go') return 'backend';
      return /(?:^|\/)(?:scripts?|tools?|build|bin|config)\/|(?:gulpfile|webpack|rollup|vite)[\w.]*\.[cm]?[jt]s$/.test(path)
        ? 'tool'
        : 'unknown';
  }
}

/** Of a Next.js application: what draws pages. Components that run on the server alone hold no entry points. */
const isBrowserSide = (path: string): boolean =>
  /\.[jt]sx$/.test(path) || /(?:^|\/)(?:components|hooks|contexts|public|styles)\//.test(path);
