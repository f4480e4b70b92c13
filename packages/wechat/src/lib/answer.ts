import { WechatTransportError } from '../api-error.ts';
import { decodeSessionKey } from './session-key.ts';

const digits = /^-?\d{1,15}$/;

/**
 * Reads fields of an answer. The platforms are loose with types (numbers as strings and the reverse), so both are taken; what
 * is absent or of another form throws WechatTransportError `bad_answer` with the field's name and never its value.
 */
export interface AnswerReader {
  has(name: string): boolean;
  /** A text that is not empty. */
  text(name: string): string;
  optionalText(name: string): string | undefined;
  integer(name: string): number;
  optionalInteger(name: string): number | undefined;
  boolean(name: string): boolean;
  /** The base64 text of 16 bytes. */
  sessionKey(name: string): string;
  record(name: string): AnswerReader;
  records(name: string): AnswerReader[];
  texts(name: string): string[];
  integers(name: string): number[];
}

export function createAnswerReader(api: string, answer: Readonly<Record<string, unknown>>): AnswerReader {
  const fail = (field: string): never => {
    throw new WechatTransportError(api, 'bad_answer', { field });
  };
  const value = (name: string): unknown => (Object.hasOwn(answer, name) ? answer[name] : undefined);

  function list<T>(name: string, convert: (item: unknown) => T | undefined): T[] {
    const items = value(name);
    if (!Array.isArray(items)) return fail(name);
    return items.map((item) => convert(item) ?? fail(name));
  }

  const reader: AnswerReader = {
    has: (name) => value(name) !== undefined && value(name) !== null,
    text: (name) => toText(value(name)) || fail(name),
    optionalText: (name) => toText(value(name)) || undefined,
    integer: (name) => toInteger(value(name)) ?? fail(name),
    optionalInteger: (name) => (reader.has(name) && value(name) !== '' ? reader.integer(name) : undefined),
    boolean: (name) => {
      const flag = value(name);
      return typeof flag === 'boolean' ? flag : fail(name);
    },
    sessionKey: (name) => {
      const key = reader.text(name);
      try {
        decodeSessionKey(key);
      } catch {
        return fail(name);
      }
      return key;
    },
    record: (name) => createAnswerReader(api, toRecord(value(name)) ?? fail(name)),
    records: (name) => list(name, toRecord).map((item) => createAnswerReader(api, item)),
    texts: (name) => list(name, toText),
    integers: (name) => list(name, toInteger),
  };
  return reader;
}

export function toRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

export function toInteger(value: unknown): number | undefined {
  const number = typeof value === 'string' && digits.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : undefined;
}

function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}
