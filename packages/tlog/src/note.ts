import { concatBytes, decodeBase64, decodeUtf8, encodeBase64, encodeUtf8 } from './bytes.ts';
import { TlogError } from './errors.ts';
import { isKeyName, type KeyId } from './key.ts';

/** One signature line of a note, not yet verified. */
export interface NoteSignature extends KeyId {
  readonly signature: Uint8Array;
}

/** A note taken apart, not yet verified. */
export interface ParsedNote {
  /** The signed text with its final newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A note of which at least one known key has signed. */
export interface OpenedNote {
  readonly text: string;
  readonly verified: readonly NoteSignature[];
  /** Signatures of keys that the reader does not know: proof of nothing. */
  readonly unknown: readonly NoteSignature[];
}

const MAX_NOTE_BYTES = 1_000_000;
const MAX_SIGNATURES = 100;
const FORBIDDEN = /[\u0000-\u0009\u000b-\u001f]/;
const LINE = /^\u2014 (\S+) (\S+)$/u;

/** Takes a C2SP signed note apart. Throws `note_malformed`; verifies nothing. */
export function parseNote(note: string | Uint8Array): ParsedNote {
  const refuse = (rule: string): never => {
    throw new TlogError('note_malformed', rule);
  };
  if (note.length > MAX_NOTE_BYTES) return refuse('the note is too long');
  const whole = typeof note === 'string' ? (note.isWellFormed() ? note : null) : decodeUtf8(note);
  if (whole === null) return refuse('the note is not valid UTF-8');
  if (FORBIDDEN.test(whole)) return refuse('the note has a control character');
  const split = whole.lastIndexOf('\n\n');
  if (split < 0 || !whole.endsWith('\n')) return refuse('the note has no signature block');
  const lines = whole.slice(split + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) return refuse('the note has too many signatures');
  return {
    text: whole.slice(0, split + 1),
    signatures: lines.map((line) => parseLine(line) ?? refuse('a signature line is malformed')),
  };
}

function parseLine(line: string): NoteSignature | null {
  const [, name, encoded] = LINE.exec(line) ?? [];
  if (name === undefined || encoded === undefined || !isKeyName(name)) return null;
  const bytes = decodeBase64(encoded);
  if (bytes === null || bytes.length < 5) return null;
  return { name, id: new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), signature: bytes.subarray(4) };
}

/** Decides a parsed note, given for each signature whether it verified, failed, or its key is unknown (null). */
export function decideNote(parsed: ParsedNote, verdicts: readonly (boolean | null)[]): OpenedNote {
  const verified = new Map<string, NoteSignature>();
  const unknown: NoteSignature[] = [];
  parsed.signatures.forEach((signature, at) => {
    const verdict = verdicts[at] ?? null;
    if (verdict === false) throw new TlogError('note_signature_invalid', 'a known key has not made its signature');
    if (verdict === null) unknown.push(signature);
    else if (!verified.has(`${signature.name} ${signature.id}`)) verified.set(`${signature.name} ${signature.id}`, signature);
  });
  if (verified.size === 0) throw new TlogError('note_unverified', 'no known key has signed the note');
  return { text: parsed.text, verified: [...verified.values()], unknown };
}

/** Throws `note_malformed` when a text cannot be the text of a note. */
export function checkNoteText(text: string): void {
  if (!text.endsWith('\n') || !text.isWellFormed() || FORBIDDEN.test(text)) {
    throw new TlogError('note_malformed', 'the text must be UTF-8 lines without control characters');
  }
}

/** One signature line, with its newline: `— name base64(id ‖ signature)`. */
export function formatSignature({ name, id, signature }: NoteSignature): string {
  const head = new Uint8Array(4);
  new DataView(head.buffer).setUint32(0, id);
  return `\u2014 ${name} ${encodeBase64(concatBytes(head, signature))}\n`;
}

/** A whole note: text, blank line, signatures. */
export function formatNote(text: string, signatures: readonly NoteSignature[]): string {
  checkNoteText(text);
  return `${text}\n${signatures.map(formatSignature).join('')}`;
}

/** The bytes that a plain signature (types 0x01 and 0x02) is made over. */
export function noteMessage(text: string): Uint8Array {
  return encodeUtf8(text);
}
