import type { Language } from '@menshen/contract';
import type { Dictionary, MessageKey, PluralMessage } from './dictionary.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

export type Message = string | PluralMessage;

type PlaceholdersIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | PlaceholdersIn<Rest> : never;

/** Names of the `{placeholders}` of a message; `count` chooses the plural. */
export type Placeholders<Key extends MessageKey> = (typeof zh)[Key] extends { readonly other: infer Text }
  ? PlaceholdersIn<Text> | 'count'
  : PlaceholdersIn<(typeof zh)[Key]>;

export type Values<Key extends MessageKey, Value> = [Placeholders<Key>] extends [never]
  ? []
  : [values: Readonly<Record<Placeholders<Key>, Value>>];

export const dictionaries: Readonly<Record<Language, Dictionary>> = { zh, en };

export const locales: Readonly<Record<Language, string>> = { zh: 'zh-CN', en: 'en-GB' };

const numbers = { zh: new Intl.NumberFormat(locales.zh), en: new Intl.NumberFormat(locales.en) };
const rules = { zh: new Intl.PluralRules(locales.zh), en: new Intl.PluralRules(locales.en) };

/** The text with its placeholders still in it; `count` chooses among plural forms. */
export function messageText(language: Language, key: MessageKey, count?: number): string {
  const message: Message = dictionaries[language][key];
  if (typeof message === 'string') return message;
  const category = rules[language].select(count ?? 0);
  return category === 'one' ? (message.one ?? message.other) : message.other;
}

/** Splits a text at its placeholders: even places are text, odd places are names. */
export function splitMessage(text: string): readonly string[] {
  return text.split(/\{(\w+)\}/);
}

/** The text of a key in a language. Numbers are written in the language's way. */
export function translate<Key extends MessageKey>(language: Language, key: Key, ...values: Values<Key, string | number>): string {
  const given: Readonly<Record<string, string | number>> = values[0] ?? {};
  const count = given.count;
  const parts = splitMessage(messageText(language, key, typeof count === 'number' ? count : undefined));
  return parts.map((part, at) => (at % 2 === 0 ? part : render(language, given[part]))).join('');
}

/** Letters that are written from the right to the left (Hebrew, Arabic, Syriac, Thaana, N'Ko and their like). */
const fromTheRight = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]|[\ud802\ud803\ud83a\ud83b]/;

/** A value that is written from the right keeps to itself (U+2068, U+2069): the words and figures behind it stay behind it. */
function render(language: Language, value: string | number | undefined): string {
  if (typeof value === 'number') return numbers[language].format(value);
  if (value === undefined) return '';
  return fromTheRight.test(value) ? `\u2068${value}\u2069` : value;
}

/** The translator of one language. */
export type Translate = <Key extends MessageKey>(key: Key, ...values: Values<Key, string | number>) => string;

export function translatorOf(language: Language): Translate {
  return (key, ...values) => translate(language, key, ...values);
}
