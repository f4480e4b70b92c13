import { mayLook, type Place, report, windowsOf } from './cursor.ts';
import type { FileBytes } from './model.ts';

/** Longest distance in which the code behind a mark is read. */
const overlap = 256;

export interface RawScan {
  /** Whether an archive at its end is no part of it: old Office files hold archives. */
  readonly closed: boolean;
  /** In what is no text, marks may occur by chance, and a page has no business. */
  readonly binary: boolean;
  /** Bytes that do not go on, and may hold anything. */
  readonly skip?: (at: number) => boolean;
}

/**
 * Looks through all bytes of a file for code that a server runs and, in what is no text, for pages and scripts. Two or three bytes of a mark occur in
 * any large picture, so a mark counts with code behind it. Linear: at each mark a bounded distance is read.
 */
export async function scanBytes(source: FileBytes, place: Place, { binary, closed, skip }: RawScan): Promise<void> {
  for await (const { bytes, start, last } of windowsOf(source, place.state, overlap)) {
    const text = bytes.toString('latin1');
    const until = last ? text.length : text.length - overlap;
    for (let open = text.indexOf('<'); open >= 0 && open < until; open = text.indexOf('<', open + 1)) {
      const second = text.charCodeAt(open + 1) | 0x20;
      if (!interesting.has(second) || skip?.(start + open) === true) continue;
      if (!mayLook(place)) return;
      const rule = codeAt(text, open, second, binary);
      if (rule !== null) report(place, rule, start + open);
    }
    const stub = text.indexOf('__HALT_COMPILER(');
    if (stub >= 0 && skip?.(start + stub) !== true) report(place, 'upload.php_code', start + stub);
    if (closed && last && source.size === start + bytes.length) trailingArchive(bytes, start, place, skip);
  }
}

/** `?`, `%`, `!`, and the first letters of the elements below; all with the bit that makes capitals small. */
const interesting = new Set([...'?%!shijbm'].map((unit) => unit.charCodeAt(0) | 0x20));

const sticky = (pattern: RegExp): ((text: string, at: number) => boolean) => {
  const own = new RegExp(pattern.source, pattern.ignoreCase ? 'iy' : 'y');
  return (text, at) => {
    own.lastIndex = at;
    return own.test(text);
  };
};

const phpLong = sticky(/<\?php(?![a-z0-9_-])/i);
// What is printed, and text behind it: three bytes alone stand in one of three large photos.
const phpEcho = sticky(/<\?=[ \t]{0,8}[$`"'(\\@A-Za-z_][\t\r\n\x20-\x7e]{0,120}?(?:[$`(]|\?>)/);
const phpEchoBinary = sticky(/<\?=[ \t]{0,8}[$`"'(\\@A-Za-z_][\t\r\n\x20-\x7e]{8}/);
const phpShort = sticky(
  /<\?[\s\x00]{1,16}(?:\/\*[\x20-\x7e]{0,60}?\*\/)?[\s@]{0,8}(?:(?:eval|assert|system|exec|passthru|shell_exec|popen|proc_open|include|include_once|require|require_once|echo|print|file_put_contents|preg_replace|base64_decode|call_user_func|create_function|phpinfo|die|exit|if|for|foreach|while|function|class)[ \t]{0,8}[("'$@`a-z]|\$[A-Za-z_{$]{1,40}[\w[\]'"$}{]{0,80}[ \t]{0,8}(?:=|\()|`)/i,
);
const jspMark = sticky(/<%(?:@[ \t]{0,8}(?:page|include|taglib|tag|attribute)\b|!|--)/i);
const jspCode = sticky(
  /<%[=!]?[\x09-\x7e]{0,200}?(?:Runtime\s{0,4}\.|ProcessBuilder|request\s{0,4}\.\s{0,4}get|out\s{0,4}\.\s{0,4}print|response\s{0,4}\.\s{0,4}(?:get|set|send)|application\s{0,4}\.|session\s{0,4}\.|pageContext|java\.|javax\.|\bnew\s{1,4}[A-Z]|defineClass)/,
);
const jspElement = sticky(/<jsp:(?:root|scriptlet|expression|declaration|directive|include|forward|useBean)\b/i);
const aspMark = sticky(
  /<%(?:@[ \t]{0,8}(?:language|webhandler|webservice|control|master|assembly|import|codepage)\b|[=#]?[\x09-\x7e]{0,160}?(?:\b(?:eval|execute|executeglobal)\b|request[ \t]{0,4}[(.]|response[ \t]{0,4}\.|server[ \t]{0,4}\.|createobject|wscript|process\.start))/i,
);
const scriptOfServer = sticky(/<script\b[^>]{0,160}?\b(?:runat|language)[ \t]{0,4}=[ \t]{0,4}["']?(?:server|php)\b/i);
const ssi = sticky(/<!--#[ \t]{0,8}(?:exec|include|config|echo|set|printenv|if|elif|flastmod|fsize)\b/i);
const pageInBytes = sticky(
  /<(?:script[\s>/]|html[\s>]|!doctype[ \t]{1,4}html|iframe[\s>/]|body[\s>]|svg[\s>/][\x09-\x7e]{12}|meta[\s/]{1,4}http-equiv|img[\s/]{1,4}[\x09-\x7e]{0,80}?on[a-z]{3,20}=)/i,
);

function codeAt(text: string, open: number, second: number, binary: boolean): string | null {
  switch (second) {
    case 0x3f: // ?
      return phpLong(text, open) || (binary ? phpEchoBinary : phpEcho)(text, open) || phpShort(text, open)
        ? 'upload.php_code'
        : null;
    case 0x25: // %
    case 0x2d:
      if (jspCode(text, open)) return 'upload.jsp_code';
      if (aspMark(text, open)) return 'upload.asp_code';
      return jspMark(text, open) && printable(text, open) ? 'upload.jsp_code' : null;
    case 0x6a:
      return jspElement(text, open) ? 'upload.jsp_code' : null;
    case 0x21: // !
      if (ssi(text, open)) return 'upload.ssi_code';
      break;
    case 0x73:
      if (scriptOfServer(text, open)) return 'upload.asp_code';
      break;
  }
  return binary && pageInBytes(text, open) ? 'upload.hidden_script' : null;
}

/** `<%!` is three bytes: code is printable. */
const printable = sticky(/<%[\x09\x0a\x0d\x20-\x7e]{12}/);

/** The end record of a zip (PKWARE APPNOTE 4.3.16) at the end of what is none: a picture that is an archive as well. */
function trailingArchive(bytes: Buffer, start: number, place: Place, skip: ((at: number) => boolean) | undefined): void {
  const at = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (at < 0 || at + 22 > bytes.length || skip?.(start + at) === true) return;
  const whole = bytes.readUInt16LE(at + 20) + at + 22 <= bytes.length;
  const count = bytes.readUInt16LE(at + 10);
  if (whole && count > 0 && bytes.readUInt16LE(at + 8) === count && bytes.readUInt32LE(at + 12) >= count * 46)
    report(place, 'upload.second_format', start + at);
}
