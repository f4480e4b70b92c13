import { stringFormats } from '../schema/formats.ts';

/** Formats that a text is tried for, the most telling first; the first that holds for everybody is proposed. */
export const learnedFormats = [
  'boolean-text',
  'integer-text',
  'number-text',
  'cn-mobile',
  'cn-id-card',
  'uuid',
  'date',
  'local-date-time',
  'date-time',
  'ipv4',
  'http-url',
  'id',
  'cn-name',
  'email',
  'json-text',
  'opaque-token',
  'markup',
  'short-text',
  'text',
] as const;
export type LearnedFormat = (typeof learnedFormats)[number];

const own: Readonly<Record<string, (text: string) => boolean>> = {
  'boolean-text': (text) => text === 'true' || text === 'false',
  // The spellings that a parameter declared as a number is read from.
  'integer-text': (text) => /^-?(?:0|[1-9]\d{0,15})$/.test(text) && Number.isSafeInteger(Number(text)),
  'number-text': (text) => /^-?(?:0|[1-9]\d{0,15})(?:\.\d{1,16})?$/.test(text),
  'json-text': (text) => (text.startsWith('{') || text.startsWith('[')) && isFormat('json-text', text),
  markup: (text) => /<\/?[a-z][a-z0-9]{0,20}[\s>/]/i.test(text),
};

function isFormat(name: string, text: string): boolean {
  const check = stringFormats[name];
  return typeof check === 'function' && check(text);
}

/** Whether a text is of a learned format. */
export function holdsFormat(name: LearnedFormat, text: string): boolean {
  const check = own[name];
  return check === undefined ? isFormat(name, text) : check(text);
}
