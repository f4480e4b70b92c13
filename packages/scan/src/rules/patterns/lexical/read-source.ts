import { SourceTextBuilder } from './builder.ts';
import type { SourceText } from './model.ts';
import { readBraces } from './read-braces.ts';
import { readLines } from './read-lines.ts';
import { readMarkup } from './read-markup.ts';
import { readPairs } from './read-pairs.ts';

export type Reader = 'script' | 'java' | 'php' | 'python' | 'json' | 'yaml' | 'lines' | 'markup' | 'sql' | 'prose';

const readers: Readonly<Record<string, Reader>> = {
  js: 'script',
  cjs: 'script',
  mjs: 'script',
  jsx: 'script',
  ts: 'script',
  cts: 'script',
  mts: 'script',
  tsx: 'script',
  wxs: 'script',
  vue: 'script',
  uvue: 'script',
  java: 'java',
  kt: 'java',
  kts: 'java',
  groovy: 'java',
  gradle: 'java',
  scala: 'java',
  cs: 'java',
  go: 'java',
  rs: 'java',
  swift: 'java',
  dart: 'java',
  php: 'php',
  py: 'python',
  rb: 'python',
  sh: 'python',
  bash: 'python',
  json: 'json',
  json5: 'json',
  jsonc: 'json',
  yml: 'yaml',
  yaml: 'yaml',
  properties: 'lines',
  env: 'lines',
  ini: 'lines',
  cfg: 'lines',
  toml: 'lines',
  conf: 'lines',
  config: 'lines',
  dockerfile: 'lines',
  npmrc: 'lines',
  xml: 'markup',
  wxml: 'markup',
  html: 'markup',
  sql: 'sql',
  md: 'prose',
  txt: 'prose',
  markdown: 'prose',
  rst: 'prose',
};

/** How a file of this path is read, or null for what holds no text of interest. */
export function readerOf(path: string): Reader | null {
  const base = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (/^\.env(?:\.|$)/.test(base) || base.startsWith('dockerfile')) return 'lines';
  if (/^(?:readme|changelog|install)$/.test(base)) return 'prose';
  const dot = base.lastIndexOf('.');
  return dot < 0 ? null : (readers[base.slice(dot + 1)] ?? null);
}

/** Reads a text by the file's kind. Linear in its length; never throws. */
export function readSource(text: string, reader: Reader): SourceText {
  switch (reader) {
    case 'script':
      return readBraces(text, { hashComments: false, slashComments: true, script: true, longStrings: false });
    case 'java':
      return readBraces(text, { hashComments: false, slashComments: true, script: false, longStrings: true });
    case 'json':
      return readBraces(text, { hashComments: false, slashComments: true, script: false, longStrings: false });
    case 'php':
      return readBraces(text, { hashComments: true, slashComments: true, script: false, longStrings: false });
    case 'python':
      return readBraces(text, { hashComments: true, slashComments: false, script: false, longStrings: true });
    case 'sql':
      return readBraces(text.replaceAll('--', '//'), {
        hashComments: true,
        slashComments: true,
        script: false,
        longStrings: false,
      });
    case 'yaml':
      return readLines(text, true);
    case 'lines':
      return readLines(text, false);
    case 'markup':
      return readMarkup(text);
    case 'prose': {
      const builder = new SourceTextBuilder(text);
      for (let at = 0; at < text.length; at += 20_000) readPairs(builder, at, Math.min(text.length, at + 20_000), true);
      return builder.finish();
    }
  }
}
