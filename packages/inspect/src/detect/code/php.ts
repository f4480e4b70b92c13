import type { Signals } from '../model.ts';
import { hasWideScript, holds, isSpace, isWordCode, skipSpace, skipWord } from '../text/characters.ts';

/** Functions that run commands or code, or touch files, in small letters. */
const strong = new Set(
  (
    'system exec shell_exec passthru popen proc_open pcntl_exec eval assert create_function call_user_func call_user_func_array base64_decode gzinflate gzuncompress gzdecode str_rot13 ' +
    'file_put_contents file_get_contents readfile fopen fputs fwrite move_uploaded_file show_source highlight_file php_uname phpversion phpinfo posix_getpwuid posix_getuid getcwd ini_set ini_get ini_restore set_include_path ' +
    'dl mail putenv apache_setenv pfsockopen fsockopen stream_socket_client socket_create curl_exec curl_init parse_str extract unserialize array_map array_filter usort uasort register_shutdown_function ' +
    'ob_start preg_replace mb_ereg_replace preg_replace_callback convert_uuencode convert_uudecode get_defined_vars get_defined_functions get_defined_constants get_cfg_var scandir opendir glob readdir unlink rmdir ' +
    'chmod chown chgrp symlink link tempnam tmpfile copy rename mkdir touch error_log var_dump print_r debug_zval_refcount chr ord hex2bin bin2hex hexdec dechex pack unpack intval is_callable ' +
    'function_exists method_exists get_object_vars simplexml_load_string simplexml_load_file fsockopen getenv gethostbyname gethostbyaddr sleep usleep die exit include require include_once require_once print echo isset unset constant strrev substr_replace array_walk sqlite_open mysql_query iconv ' +
    'file fgets fread parse_ini_file open_dir proc_terminate proc_nice getlastmod getmygid getmyuid getmyinode getmypid php_strip_whitespace gzopen gzread bzopen bzread ftp_connect ftp_get ftp_put ldap_connect ldap_bind ldap_get_entries ssh2_exec stream_get_contents image2wbmp imagepng exif_read_data ' +
    'sodium_crypto_aead_chacha20poly1305_ietf_keygen openssl_decrypt mcrypt_decrypt crypt'
  ).split(' '),
);

/** Of those, what other languages and prose have as well: they need a value that is code and nothing else. */
const common = new Set(
  'mail copy rename link touch glob file pack unpack chr ord sleep die exit print echo include require assert exec eval extract system intval isset unset constant iconv crypt array_map array_filter usort chmod chown mkdir rmdir unlink hexdec dechex mysql_query fopen fgets fread fwrite opendir getenv strrev popen'.split(
    ' ',
  ),
);

/** Calls that are decisive wherever they stand. */
const decisive = new Set(
  'shell_exec passthru proc_open pcntl_exec create_function gzinflate call_user_func call_user_func_array file_put_contents php_uname phpinfo move_uploaded_file convert_uudecode get_defined_vars pfsockopen'.split(
    ' ',
  ),
);

const tags = [
  '<?php',
  '<?=',
  '<? ',
  '<?\n',
  '<?\t',
  '<script language="php"',
  "<script language='php'",
  '<script language=php',
  '<?xml:',
];
const inputs = [
  '$_get',
  '$_post',
  '$_request',
  '$_cookie',
  '$_server',
  '$_files',
  '$_env',
  '$_session',
  '$globals',
  '$http_raw_post_data',
  '$http_post_vars',
  '$http_get_vars',
];

/** What occurs in whatever this file finds. */
export const phpLiterals: readonly string[] = [
  '<?',
  '<script language',
  '$_',
  '$globals',
  '$http_',
  ')(',
  '](',
  '}(',
  "'(",
  "'.'",
  '"."',
  '"(',
  '*/(',
  ...[...strong].map((name) => (common.has(name) ? `${name}(` : name)),
];

/** Code begins with a remark, in whatever language. */
const comment = /^\s{0,8}(?:\/\/|\/\*|#)/;

export function readPhp(folded: string, whole: boolean, signals: Signals): void {
  const start = skipSpace(folded, 0);
  let tagged = false;
  for (const tag of folded.includes('<?') || folded.includes('<script language') ? tags : []) {
    const at = folded.indexOf(tag);
    if (at < 0) continue;
    const end = at + tag.length;
    // A question mark and a sentence in Chinese after the tag: somebody talks about it.
    if (hasWideScript(folded, end, Math.min(folded.length, end + 12)) && !comment.test(folded.slice(end, end + 12))) continue;
    // The short tag alone is found in prose as well.
    if (tag.startsWith('<? ') && !/[$;`]|\w\(/.test(folded.slice(end, end + 200))) continue;
    tagged = true;
    signals.report('code.php_tag', at, end);
    if ((whole || at === start) && !hasWideScript(folded, end)) signals.report('code.php_tag_only', at, end);
    break;
  }
  for (const input of folded.includes('$') ? inputs : []) {
    const at = folded.indexOf(input);
    if (at < 0) continue;
    const after = skipSpace(folded, at + input.length);
    if (folded[after] === '[' || folded[after] === '{' || whole) {
      signals.report('code.php_input', at, after);
      if (whole || tagged) signals.report('code.php_indirect', at, after);
    }
    break;
  }
  readCalls(folded, whole || tagged, tagged, signals);
  if (whole || tagged) readIndirect(folded, signals);
}

/** Everyday words of every language: they count after a tag only. */
const everyday = new Set([
  'readdir',
  'readfile',
  'scandir',
  'opendir',
  'unlink',
  'mkdir',
  'rmdir',
  'rename',
  'symlink',
  'chmod',
  'chown',
  'touch',
  'glob',
  'usleep',
  'getcwd',
  'pack',
  'unpack',
  'extract',
  'assert',
  'crypt',
  'intval',
  'getenv',
  'print',
  'echo',
  'die',
  'exit',
  'require',
  'include',
  'sleep',
  'chr',
  'ord',
  'unset',
  'isset',
  'file',
  'copy',
  'link',
  'mail',
]);

/** Characters of white space between a function's name and its brackets that are looked over. */
const longestGap = 80;
const longestFunction = 60;
const stepsOfCall = 60;

function readCalls(folded: string, whole: boolean, tagged: boolean, signals: Signals): void {
  const lastClose = folded.lastIndexOf(')');
  const commented = holds(folded, '/*');
  for (let open = folded.indexOf('(', 1); open >= 0; open = folded.indexOf('(', open + 1)) {
    if (!signals.spend(stepsOfCall)) return;
    let end = open;
    while (end > 0 && open - end < longestGap && isSpace(folded.charCodeAt(end - 1))) end -= 1;
    if (commented && folded.charCodeAt(end - 1) === 0x2f && folded.charCodeAt(end - 2) === 0x2a) {
      const comment = commentStart(folded, end - 2);
      if (comment > 0) end = comment;
    }
    let start = end;
    while (start > 0 && end - start < longestFunction && isWordCode(folded.charCodeAt(start - 1))) start -= 1;
    if (end - start < 2) continue;
    const name = folded.slice(start, end);
    if (!strong.has(name) || (everyday.has(name) && !tagged && !includesFile(folded, name, open))) continue;
    const previous = folded[start - 1];
    if (
      previous === '.' ||
      previous === '>' ||
      folded.startsWith('new ', start - 4) ||
      folded.startsWith('def ', start - 4) ||
      folded.startsWith('function ', start - 9)
    )
      continue;
    if (end < open && common.has(name) && !whole) continue;
    const closed = lastClose > open;
    // Names that other languages have too have to begin the value and take something that only code writes.
    if (common.has(name) && !(startsValue(folded, start) && '\'"$`<@/'.includes(folded[skipSpace(folded, open + 1)] ?? ' '))) {
      if (!tagged) continue;
    }
    if (whole && (closed || decisive.has(name))) signals.report('code.php_call', start, open + 1);
    else if (decisive.has(name)) signals.report('code.php_call_in_text', start, open + 1);
  }
}

/** Where a comment that ends at `end` begins, at most 80 characters before; -1 where it does not. */
function commentStart(folded: string, end: number): number {
  const from = Math.max(0, end - 80);
  for (let at = end - 2; at >= from; at -= 1) if (folded.charCodeAt(at) === 0x2f && folded.charCodeAt(at + 1) === 0x2a) return at;
  return -1;
}

/** `include('http://…')`, `require("../x")`: of those everyday names, one that takes a file from elsewhere. */
function includesFile(folded: string, name: string, open: number): boolean {
  if (!name.startsWith('include') && !name.startsWith('require')) return false;
  const argument = folded
    .slice(open + 1, open + 12)
    .trimStart()
    .slice(1);
  return ['http', 'ftp:', 'php:', '/etc', '/proc', 'data:', ...(name.startsWith('include') ? ['../..'] : [])].some((start) =>
    argument.startsWith(start),
  );
}

/** Nothing but marks, or a statement's end, before `start`. */
function startsValue(folded: string, start: number): boolean {
  let at = start - 1;
  while (at >= 0 && isSpace(folded.charCodeAt(at))) at -= 1;
  return at < 0 || ';|&@\'"`({!.='.includes(folded[at]!);
}

/** About what the search for a bracket's partner costs. */
const matchingSteps = 40;

/** `$_(1)`, `${$a}(2)`, `(system)('id')`, `('sys'.'tem')('id')`, `$a['b']('c')`, `"system"('id')`. */
function readIndirect(folded: string, signals: Signals): void {
  const dollar = holds(folded, '$');
  const commented = holds(folded, '/*');
  const indexed = holds(folded, ')[') || holds(folded, ') [');
  for (let open = folded.indexOf('(', 1); open >= 0; open = folded.indexOf('(', open + 1)) {
    let before = open - 1;
    while (before >= 0 && open - before < longestGap && isSpace(folded.charCodeAt(before))) before -= 1;
    if (folded.charCodeAt(before) === 0x2f && folded.charCodeAt(before - 1) === 0x2a)
      before = !commented ? -1 : commentStart(folded, before - 1) - 1;
    // Nothing but a bracket, a quote or a name can be called.
    const code = folded.charCodeAt(before);
    if (!(code === 0x29 || code === 0x5d || code === 0x7d || code === 0x22 || code === 0x27 || (dollar && isWordCode(code))))
      continue;
    if (code !== 0x27 && code !== 0x22 && !signals.spend(matchingSteps)) return;
    const mark = folded[before];
    if (mark === ')') {
      const first = matching(folded, before, '(', ')');
      const inner = first < 0 ? '' : folded.slice(first + 1, before);
      if (namesFunction(inner, folded[open + 1]) && !isWordCode(folded.charCodeAt(first - 1)))
        signals.report('code.php_indirect', first, open + 1);
    } else if (
      mark === '}' &&
      (before < open - 1 ||
        !/[$@'".>]/.test(
          folded
            .slice(Math.max(0, before - 40), before)
            .split('{')
            .pop() ?? '',
        ))
    ) {
      // `${name}(…)`: a template of JavaScript.
    } else if ((mark === ']' || mark === '}') && (dollar || indexed)) {
      const first = matching(folded, before, mark === ']' ? '[' : '{', mark);
      if (
        first > 0 &&
        dollar &&
        (folded[first - 1] === '$' || /[$][\w${}'"]{0,60}$/.test(folded.slice(Math.max(0, first - 64), first)))
      )
        signals.report('code.php_indirect', first, open + 1);
      else if (first > 0 && folded[first - 1] === ')') signals.report('code.php_indirect', first, open + 1);
    } else if ((mark === '"' || mark === "'") && isWordCode(folded.charCodeAt(before - 1))) {
      const from = Math.max(0, before - 60);
      const quote = folded.slice(from, before).lastIndexOf(mark);
      const first = quote < 0 ? -1 : from + quote;
      if (first >= 0 && strong.has(folded.slice(first + 1, before))) signals.report('code.php_indirect', first, open + 1);
    } else if (mark !== undefined && isWordCode(mark.charCodeAt(0))) {
      let start = before;
      while (start > 0 && before - start < longestFunction && isWordCode(folded.charCodeAt(start - 1))) start -= 1;
      if (folded[start - 1] === '$' && folded[start - 2] !== '-') signals.report('code.php_indirect', start - 1, open + 1);
    }
  }
}

/** `system`, `'system'`, `['system'][0]`, `'sys'.'tem'`, `sys.tem`, `define('x','y')`: something that a call's brackets may follow. */
function namesFunction(inner: string, argument: string | undefined): boolean {
  if (inner.length === 0 || inner.length > 200) return false;
  const bare = inner.replace(/[\s'"[\]().]/g, '');
  if (strong.has(bare)) return true;
  const quoted = argument !== undefined && '\'"$'.includes(argument);
  return quoted && (inner.includes('$') || (inner.includes('.') && inner.length > 4) || inner.includes("'"));
}

/** Position of the bracket that `close` closes, at most 80 characters before; -1 where there is none. */
function matching(folded: string, close: number, opener: string, closer: string): number {
  const opening = opener.charCodeAt(0);
  const closing = closer.charCodeAt(0);
  let depth = 0;
  for (let at = close; at >= 0 && close - at < 80; at -= 1) {
    const code = folded.charCodeAt(at);
    if (code === closing) depth += 1;
    else if (code === opening) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}

/** `${phpinfo()}`, `{${sleep(3)}}`, `${@print("x")}`: expressions inside PHP's double quotes. */
export function readPhpExpression(folded: string, signals: Signals): void {
  for (let at = folded.indexOf('${'); at >= 0; at = folded.indexOf('${', at + 2)) {
    let start = skipSpace(folded, at + 2);
    while (folded[start] === '@') start += 1;
    const end = skipWord(folded, start);
    if (folded[end] === '(' && strong.has(folded.slice(start, end))) signals.report('code.php_expression', at, end + 1);
  }
}
