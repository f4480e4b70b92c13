import type { LineTable } from '../parse/lines.ts';

export type Language =
  | 'javascript'
  | 'typescript'
  | 'wxs'
  | 'wxml'
  | 'vue'
  | 'json'
  | 'style'
  | 'html'
  | 'java'
  | 'php'
  | 'python'
  | 'go'
  | 'sql'
  | 'yaml'
  | 'properties'
  | 'xml'
  | 'markdown'
  | 'text'
  | 'binary';

/** Where a file runs, which decides what a fault in it means. */
export type Place = 'mini-program' | 'cloud-function' | 'backend' | 'web' | 'tool' | 'unknown';

/** Marks that lower the weight of a finding. */
export type Mark =
  /** Unit tests, fixtures and mocks. */
  | 'test'
  /** Examples and demonstrations inside a larger project. */
  | 'example'
  /** Somebody else's library, copied in. */
  | 'vendored'
  /** Written by a tool: bundles, regenerator output, protocol stubs. */
  | 'generated'
  /** Minified: never parsed for flows. */
  | 'minified';

export interface SourceFile {
  /** POSIX path relative to the root. */
  readonly path: string;
  /** Bytes as listed. */
  readonly size: number;
  readonly language: Language;
  readonly place: Place;
  readonly marks: ReadonlySet<Mark>;
  /** Decoded once, on first use, and kept. Empty when the file is binary or cannot be read. */
  readonly text: string;
  /** Whether `text` ends before the file does. */
  readonly truncated: boolean;
  readonly lines: LineTable;
}
