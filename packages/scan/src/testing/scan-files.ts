import { filesOf } from '../project/files.ts';
import { scanProject } from '../scan.ts';

/** Scans a project held in memory for rules whose ids begin with one of the prefixes; findings of low confidence left out. */
export function scanFiles(files: Readonly<Record<string, string>>, ...prefixes: readonly string[]): readonly string[] {
  return scanProject(filesOf(files))
    .findings.filter(({ rule, confidence }) => confidence !== 'low' && prefixes.some((prefix) => rule.startsWith(prefix)))
    .map(({ rule, file, line }) => `${rule} ${file}:${line}`)
    .sort();
}

/** A mini program with one page, its script and its markup. */
export const page = (
  script: string,
  markup = '',
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> => ({
  'app.json': '{"pages":["pages/a/a"]}',
  'pages/a/a.js': script,
  'pages/a/a.wxml': markup,
  'pages/a/a.json': '{}',
  ...more,
});

/** A cloud function beside an empty mini program. */
export const cloud = (script: string, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
  'project.config.json': '{"cloudfunctionRoot":"cloud/"}',
  'cloud/f/index.js': script,
  ...more,
});

/** A backend with the given framework as its dependency. */
export const backend = (framework: string, files: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  'package.json': JSON.stringify({ dependencies: { [framework]: '1.0.0' } }),
  ...files,
});
