import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type ParsedDocument, type ParseOptions, parseSigma } from '@menshen/sigma';
import { UsageError } from '../command.ts';

export interface SigmaFile {
  readonly file: string;
  readonly documents: readonly ParsedDocument[];
}

const maxFiles = 100_000;
const maxFileBytes = 64 * 1_048_576;

/** The rule files that the paths name: files as they are, folders with every `.yml` and `.yaml` in them, in the order of their names. */
export function sigmaFiles(paths: readonly string[]): string[] {
  const files = paths.flatMap((path) => {
    if (!isFolder(path)) return [path];
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.ya?ml$/i.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  });
  if (files.length > maxFiles)
    throw new UsageError({ zh: `规则文件超过 ${maxFiles} 个。`, en: `There are more than ${maxFiles} rule files.` });
  return files;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    throw new UsageError({ zh: '路径不存在或不可读。', en: 'The path does not exist or cannot be read.' });
  }
}

/** Reads and parses one file. */
export function readSigmaFile(file: string, options: ParseOptions): SigmaFile {
  if (statSync(file).size > maxFileBytes) throw new UsageError({ zh: '规则文件过大。', en: 'A rule file is too large.' });
  return { file, documents: parseSigma(readFileSync(file, 'utf8'), options) };
}
