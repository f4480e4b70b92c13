import { isUtf8 } from 'node:buffer';
import { createNameCheck } from '../names.ts';
import type { NormalProfile } from '../profile.ts';
import { type Refusal, type RefusalCode, refuse } from '../refusal.ts';
import type { ParsedJson } from './json.ts';
import { isJsonType } from './media-type.ts';
import { type PartProblem, readPartHead } from './multipart-headers.ts';

/** A file of a multipart body, as it stands in the body's value. */
export interface FileField {
  readonly filename: string;
  /** What the client says, not what the file is. */
  readonly mediaType: string;
  readonly size: number;
}

/** A file and its place in the body, so that its content can be examined without a copy. */
export interface BodyFile extends FileField {
  readonly name: string;
  /** Offset of the first byte in the body. */
  readonly offset: number;
}

export interface ParsedMultipart {
  /**
   * Fields by name, without prototype: text, the value of a JSON part, a {@link FileField}; an array when the name may
   * repeat.
   */
  readonly value: Readonly<Record<string, unknown>>;
  readonly files: readonly BodyFile[];
}

/** RFC 2046 §5.1.1. */
const validBoundary = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;

const problemCodes: Readonly<Record<PartProblem, RefusalCode>> = {
  malformed: 'body_malformed',
  ambiguous: 'body_ambiguous',
  charset: 'charset_unsupported',
  media_type: 'content_type_unsupported',
};

/**
 * Makes the reader of `multipart/form-data` (RFC 7578), in linear time. The boundary may appear only as a whole delimiter
 * line: text before the first, after the last, a delimiter with other line ends or followed by anything, and a missing final
 * delimiter are refused, because parsers disagree about them. What is accepted can be passed on byte by byte.
 */
export function createMultipartReader(
  profile: NormalProfile,
  readJson: (bytes: Buffer) => Refusal | ParsedJson,
): (bytes: Buffer, boundary: string | undefined) => Refusal | ParsedMultipart {
  const { limits, mayRepeat } = profile;

  return (bytes, boundary) => {
    if (boundary === undefined || !validBoundary.test(boundary)) return refuse('body_malformed', 'header content-type');
    const delimiter = Buffer.from(`--${boundary}`, 'latin1');
    if (bytes.indexOf(delimiter) !== 0) return refuse('body_malformed', 'body byte 0');
    const value: Record<string, unknown> = Object.create(null);
    const isPlainName = createNameCheck(value);
    const files: BodyFile[] = [];
    let after = delimiter.length;
    for (let part = 0; ; part += 1) {
      const where = `body part ${part}`;
      if (isFinal(bytes, after)) {
        return part === 0 ? refuse('body_malformed', 'body') : { value, files };
      }
      if (part >= limits.maxParts) return refuse('too_many_fields', where);
      if (!isLineEnd(bytes, after)) return refuse('body_ambiguous', where);
      const headStart = after + 2;
      const headEnd = findHeadEnd(bytes, headStart, limits.maxPartHeaderBytes);
      if (headEnd < 0) return refuse('body_malformed', where);
      const block = bytes.subarray(headStart, headEnd);
      if (!isUtf8(block)) return refuse('body_not_utf8', where);
      const head = readPartHead(block.toString());
      if (typeof head === 'string') return refuse(problemCodes[head], where);
      const start = headEnd + 4;
      const next = bytes.indexOf(delimiter, start);
      if (next < 0) return refuse('body_malformed', where);
      const end = next - 2;
      if (end < start || !isLineEnd(bytes, end)) return refuse('body_ambiguous', where);
      after = next + delimiter.length;

      if (head.length !== null && head.length !== end - start) return refuse('body_ambiguous', where);
      if (Buffer.byteLength(head.name) > limits.maxKeyLength) return refuse('body_too_large', where);
      if (!isPlainName(head.name)) return refuse('body_ambiguous', where);
      let content: unknown;
      if (head.filename !== null) {
        if (end - start > limits.maxFileBytes) return refuse('body_too_large', where);
        const file = { filename: head.filename, mediaType: head.mediaType, size: end - start };
        content = file;
        files.push({ name: head.name, ...file, offset: start });
      } else {
        const read = readField(bytes.subarray(start, end), isJsonType(head.mediaType));
        if ('code' in read) return refuse(read.code, where);
        content = read.value;
      }
      const before = value[head.name];
      if (Array.isArray(before) && mayRepeat(head.name)) before.push(content);
      else if (head.name in value) return refuse('body_ambiguous', where);
      else value[head.name] = mayRepeat(head.name) ? [content] : content;
    }
  };

  function readField(bytes: Buffer, json: boolean): Refusal | ParsedJson {
    if (bytes.length > limits.maxStringLength) return refuse('body_too_large', 'body');
    if (json) return readJson(bytes);
    if (!isUtf8(bytes)) return refuse('body_not_utf8', 'body');
    return bytes.includes(0) ? refuse('body_malformed', 'body') : { value: bytes.toString() };
  }
}

function isLineEnd(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0x0d && bytes[at + 1] === 0x0a;
}

/** The final delimiter's two hyphens, and nothing or one line end after them. */
function isFinal(bytes: Buffer, at: number): boolean {
  if (bytes[at] !== 0x2d || bytes[at + 1] !== 0x2d) return false;
  return at + 2 === bytes.length || (isLineEnd(bytes, at + 2) && at + 4 === bytes.length);
}

/** Position of the empty line that ends a part's headers, or -1 when there is none within `max` bytes. */
function findHeadEnd(bytes: Buffer, start: number, max: number): number {
  const found = bytes.subarray(start, start + max + 4).indexOf('\r\n\r\n');
  return found < 0 ? -1 : start + found;
}
