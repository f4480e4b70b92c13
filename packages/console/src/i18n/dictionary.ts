import type { zh } from './zh.ts';

/** A text that differs by number: the CLDR categories that the language has; `other` always. */
export interface PluralMessage {
  readonly one?: string;
  readonly other: string;
}

export type MessageKey = keyof typeof zh;

/** What every language must provide: the keys of the Chinese source, each of the same kind. */
export type Dictionary = { readonly [Key in MessageKey]: (typeof zh)[Key] extends string ? string : PluralMessage };
