import type { Before } from './before.ts';

/** What is known of a text while its commands are read. */
export interface Reading {
  readonly text: string;
  readonly before: Before;
  /** Where nothing but separators follows. */
  readonly tail: number;
  readonly ampersands: number;
  /** Has several lines. */
  readonly lines: boolean;
  /** Has a fence of Markdown, in which code is shown. */
  readonly fenced: boolean;
}
