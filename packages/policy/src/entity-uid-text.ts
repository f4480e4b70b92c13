import { EntityRef, type EntityUid } from './entity-ref.ts';

const NAMED_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\0': '\\0',
};

/** A string as a Cedar literal, with quotes. Invisible characters are escaped, so that what is shown is what is meant. */
export function quoteCedarString(text: string): string {
  const escaped = text.replace(
    /["\\\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (char) => NAMED_ESCAPES[char] ?? `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return `"${escaped}"`;
}

/** A uid as Cedar writes it: `Menshen::User::"alice"`. */
export function formatEntityUid(uid: EntityUid): string {
  return `${uid.type}::${quoteCedarString(uid.id)}`;
}

const UID = /^((?:[A-Za-z_][A-Za-z0-9_]*::)+)"((?:[^"\\]|\\.)*)"$/su;
const SEQUENCE = /\\(?:u\{[^}]*\}|x..|.)/gsu;
const ESCAPE = /^\\(?:u\{([0-9A-Fa-f]{1,6})\}|x([0-7][0-9A-Fa-f])|([nrt0'"\\]))$/u;
const ESCAPED_CHARS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0', "'": "'", '"': '"', '\\': '\\' };

function unescapeSequence(sequence: string): string | undefined {
  const match = ESCAPE.exec(sequence);
  if (match === null) return undefined;
  const hex = match[1] ?? match[2];
  if (hex === undefined) return ESCAPED_CHARS[match[3] ?? ''];
  const code = Number.parseInt(hex, 16);
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return code > 0x10ffff || isSurrogate ? undefined : String.fromCodePoint(code);
}

/** Reads a uid in Cedar's notation, escapes included. Returns `undefined` for anything else. */
export function parseEntityUid(text: string): EntityRef | undefined {
  const match = UID.exec(text);
  if (match === null) return undefined;
  const [, path = '', escaped = ''] = match;
  let valid = true;
  const id = escaped.replace(SEQUENCE, (sequence) => {
    const char = unescapeSequence(sequence);
    if (char === undefined) valid = false;
    return char ?? '';
  });
  return valid ? new EntityRef(path.slice(0, -2), id) : undefined;
}
