/** A part of a document, in reading order. Texts are plain: `\n` is a line break, nothing in them is markup. */
export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string; readonly style?: 'quiet' | 'strong' | 'centred' | 'right' }
  | { readonly kind: 'list'; readonly items: readonly string[]; readonly ordered?: boolean }
  /** Two columns: what it is, and its value. An empty value becomes a line to fill in by hand. */
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [label: string, value: string])[] }
  | {
      readonly kind: 'table';
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
      /** Relative widths of the columns; equal when absent. */
      readonly widths?: readonly number[];
    }
  /** A chart of bars, each with its name and figure: drawn on a page to print, a table with bars of characters in Word. */
  | {
      readonly kind: 'bars';
      readonly caption: string;
      readonly rows: readonly (readonly [label: string, value: number])[];
    }
  /** Figures over time: lines on a page to print, a row of block characters for each in Word. Every series has a value for each label, or null where there is none. */
  | {
      readonly kind: 'lines';
      readonly caption: string;
      readonly labels: readonly string[];
      readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
      /** Numbered points of time, from 1 in their order: what they stand for is said below. */
      readonly marks?: readonly { readonly at: number }[];
    }
  | { readonly kind: 'pageBreak' };

/**
 * A document as data: {@link writeDocx} makes a Word file of it and {@link writeHtml} a page to print. Both hold nothing but what stands here: no clock,
 * no chance, so that the same document is the same bytes whenever and wherever it is written.
 */
export interface ReportDocument {
  readonly title: string;
  readonly subtitle?: string;
  readonly language: 'zh' | 'en';
  /** Who it is from; document property only. */
  readonly author?: string;
  /** Epoch ms; document property only. */
  readonly created?: number;
  /** Small line at the foot of every page, before the number of the page. */
  readonly footer?: string;
  readonly blocks: readonly Block[];
}

/** A cell of a sheet. `at` is a moment in epoch ms, shown in the time zone of the workbook. */
export type Cell = string | number | boolean | null | { readonly at: number };

export interface Sheet {
  /** Shown on the tab: shortened to 31 characters, and without the characters that Excel refuses. */
  readonly name: string;
  readonly columns: readonly { readonly title: string /** In characters; 16 when absent. */; readonly width?: number }[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A workbook as data, for {@link writeXlsx}. */
export interface Workbook {
  readonly sheets: readonly Sheet[];
  /** IANA name; Asia/Shanghai when absent. */
  readonly timeZone?: string;
  readonly author?: string;
  readonly created?: number;
}
