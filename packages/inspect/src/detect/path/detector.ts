import type { Detector, Signals, Subject } from '../model.ts';
import { foldCase, isSpace } from '../text/characters.ts';
import { features } from './features.ts';
import { fileLiterals, findTellingFile, riskOfPath, tellingInText } from './files.ts';
import { findOddBytes, oddities } from './odd-bytes.ts';
import { requestedFile, requestedLiterals } from './requested.ts';
import { findClimb } from './traversal.ts';
import { bareFileScheme, forEachWrapper, wrapperLiterals } from './wrappers.ts';

/** Longest value that is read as one path. */
const longestPath = 4_096;
/** What it costs to ask what a path names. */
const stepsOfWhole = 600;
/** What it costs to ask what a path stands for, and where steps upwards lead. */
const stepsOfRisk = 2_200;
const stepsOfClimb = 3_000;
/** What it costs to begin with a text, and with a character of its beginning. */
const stepsOfStart = 800;
const longestStart = 400;

/** Finds paths that leave their folder, name files of the system, or fetch code from elsewhere. */
export const pathDetector: Detector = {
  name: 'path',
  literals: [
    ...new Set([
      ...[
        '..',
        '%2e',
        '0x2e',
        '%c0',
        '%c1',
        '%u',
        '%%',
        '%f0%80',
        '%f8%',
        '%fc%',
        '%e0%80',
        './.',
        '. . ',
        './\\',
        '\\/.',
        '.\\',
        '%00',
        '\0',
        '\\x00',
        '\\\\',
        '.;',
        'data:',
        '~',
        ':\\',
        ':/',
        '::$data',
        ';.',
        '/;/',
        ';swagger',
        '.action',
        '%bg%qf',
        '\ufffd',
        '0x5c',
        '0x2f',
        'convert.iconv',
        'convert.base64',
      ],
      ...fileLiterals,
      ...requestedLiterals,
      ...wrapperLiterals,
    ]),
  ],
  passes: [tellingInText, oddities],
  features,
  detect(subject: Subject, signals: Signals): void {
    const { text, place, name, passes } = subject;
    if (!signals.spend(stepsOfStart + text.length * 3 + Math.min(text.length, longestStart) * 4)) return;
    if (place === 'header' && (name === 'user-agent' ? !notClient.test(text) : plainHeaders.has(name))) return;
    const folded = foldCase(text);
    if (place === 'path') {
      if (hiddenEnd.test(folded)) signals.report('path.hidden_end', 0, text.length);
      const found = requestedFile(folded);
      if (found !== undefined) signals.report(found, 0, text.length);
    } else if (place !== 'header' && text.length <= longestOwnPath && cutEnd.test(folded))
      signals.report('path.hidden_end', 0, text.length);
    const drive = drivePath.test(text);
    const sentence = !drive && isSentence(text);
    readClimb(text, folded, sentence, (passes & 2) !== 0, signals);
    if (!sentence && text.length <= longestPath && place !== 'key' && fileField.test(name) && leavesFolder.test(text))
      signals.report('path.climb_named', 0, text.length);
    if (drive && serverFile.test(folded)) signals.report('path.system_file', 0, text.length);
    if (!sentence) {
      readWhole(text, folded, subject, signals);
      const handed = (passes & 1) !== 0 && text.length <= longestPath ? handedFile.exec(folded) : null;
      if (handed !== null) signals.report('path.private_file', handed.index, handed.index + handed[0].length);
    } else if ((passes & 1) !== 0) {
      const found = findTellingFile(folded);
      if (found !== undefined) signals.report('path.private_in_text', found.start, found.end);
    }
    forEachWrapper(folded, (feature, start, end) => {
      if (feature === 'path.file_scheme' && sentence && start > 0) return;
      signals.report(feature, start, end);
      if (!sentence && start <= longestLead && onlyLead.test(folded.slice(0, start)))
        signals.report('path.whole_wrapper', start, end);
    });
    if (!sentence && bareFileScheme.test(folded) && !ownFile.test(folded)) {
      signals.report('path.file_scheme', 0, Math.min(text.length, 40));
      signals.report('path.whole_wrapper', 0, Math.min(text.length, 40));
    }
    const filter = folded.indexOf('convert.iconv.') >= 0 ? folded.indexOf('convert.iconv.') : folded.indexOf('convert.base64-');
    if (filter >= 0) signals.report('path.wrapper', filter, filter + 15);
    readData(folded, signals);
    const stream = folded.indexOf('::$data');
    if (stream > 0 && !sentence) signals.report('path.wrapper', stream, stream + 7);
  },
};

/** White space and slashes before the scheme. */
const onlyLead = /^[\s/]*$/;
const longestLead = 64;

/** Names of parameters by which a server is told a file of its own. */
const fileField =
  /(?:^|[_.[-])(?:lang|language|locale|template|tpl|skin|theme|include|inc|layout|module|conf|config|file|file_?name|file_?path|full_?path|dir|folder|download|resource(?:_?path)?|doc|attachment)\]?$/;
const leavesFolder =
  /^(?:[\w./-]{0,40}\/)?\.\.[\\/](?!pages\/|.*(?:\s|\.(?:png|jpe?g|gif|svg|webp|css|wxss|wxml|vue|mp[34])$))[\w.\\/-]{2,200}$/i;

/** `/api/users;.js`, `/;/admin`, `/a;swagger-ui`: what old readers of Java cut off, and checks of the ending do not. */
const hiddenEnd = /\/;\/|;[\w!-]{1,40}\.action$|;\.(?:js|css|png|jpe?g|gif|ico|jspx?|html?|woff2?|svg|swf|xls)$|;swagger/;

/** Bytes that are no character where dots and slashes would stand, and then a folder of the system. */
const brokenStep = /\ufffd[^a-z0-9\s]{0,12}(?:%?\d?2%?f|[\\/]|%pc)?(?:etc|windows|winnt)(?:[\\/%\ufffd]|$)/;

/** `/app/users;.jsp` as a value: a page to hand on to, with an ending that nobody asks for. */
const cutEnd = /^\/[\w./-]{1,200};\.(?:jspx?|js|css|png|html?|action|do)$/;
const longestOwnPath = 220;

/** `style=a, ssfile1=/etc/passwd`: an option of a program is given the accounts. */
const handedFile = /[\w\]]\s?=\s?["']?\/etc\/(?:passwd|shadow)(?![\w.-])/;

/** A file of the phone that sends it. */
const ownFile = /^\s{0,4}file:\/(?:storage|sdcard|android_asset|var\/mobile|data\/user)/;

/**
 * A path, steps upwards, or a folder that only servers have: no client calls itself so, and what writes agents into a log, a page or a command reads it.
 * Codes of characters alone say nothing: apps with a Chinese name send it coded.
 */
const notClient =
  /^\s{0,4}(?:\/|[a-z]:[\\/])|\.\.(?:[\\/]|%|0x)|%2e|0x2e|%u(?:ff0e|002e|2215)|\/(?:etc|proc|var)\/|\bboot\.ini|\bwin\.ini|php:\/\//i;

/** Headers that name paths, types and products by their nature. */
const plainHeaders = new Set([
  'accept',
  'content-type',
  'content-disposition',
  'accept-language',
  'via',
  'date',
  'if-none-match',
  'etag',
]);

/** `driver -> ../../../bus/x`: where a symbolic link leads, as a listing of files shows it. */
const arrow = /(?:-(?:>|&gt;|\u00b7)|\u2192)\s{1,2}$/;

function readClimb(text: string, folded: string, sentence: boolean, coded: boolean, signals: Signals): void {
  const odd = findOddBytes(folded, coded);
  if (odd !== undefined && !sentence) signals.report('path.odd_bytes', odd.start, odd.end);
  const broken =
    odd === undefined && !sentence && folded.includes('\ufffd') ? folded.slice(0, longestPath).search(brokenStep) : -1;
  if (broken >= 0) signals.report('path.odd_bytes', broken, broken + 12);
  const mayHide = folded.length <= longestPath && (folded.includes('..;') || folded.includes('etc/'));
  const session = mayHide ? folded.search(/\.\.;[\w=]{1,60}[\\/]|[;?@]\/?etc\/(?:passwd|shadow)$/) : -1;
  if (session >= 0 && !sentence) signals.report('path.climb_hidden', session, session + 4);
  if (!folded.includes('.') && !folded.includes('%') && !folded.includes('0x2e') && !folded.includes('\uff0e')) return;
  const maySeparate = folded.length <= longestPath && !sentence && (folded.includes('etc') || folded.includes('windows'));
  const separated = maySeparate ? oddlySeparated.exec(folded) : null;
  if (separated !== null) signals.report('path.climb_hidden', separated.index, separated.index + separated[0].length);
  const steps =
    folded.includes('././') || folded.includes('.\\.\\') || folded.includes('........')
      ? manySteps.exec(folded.slice(0, longestPath))
      : null;
  if (steps !== null && !sentence) signals.report('path.climb_hidden', steps.index, steps.index + steps[0].length);
  const parted = folded.includes('. . ') ? folded.slice(0, longestPath).search(partedSteps) : -1;
  if (parted >= 0) signals.report('path.climb_hidden', parted, parted + 15);
  const climb = findClimb(text, signals.spend);
  if (climb === undefined || !signals.spend(stepsOfClimb)) return;
  const { depth, start, end, disguised } = climb;
  const isLinked = linked.test(text.slice(Math.max(0, start - longestLink), start));
  if (!(sentence && !disguised && depth < 2 && isLinked && text.length > article)) signals.report('path.climb', start, end);
  if (!disguised && isLinked && picture.test(text.slice(end, end + 200))) return;
  // Pages link to one another by such paths.
  if (depth >= 3 && !(sentence && isLinked) && !arrow.test(text.slice(Math.max(0, start - 8), start)))
    signals.report('path.climb_far', start, end);
  if (disguised && (!sentence || depth >= 2)) signals.report('path.climb_hidden', start, end);
  if (!sentence && !/[ '"]/.test(text.slice(Math.max(0, start - 200), start).trimStart())) {
    signals.report('path.climb_only', start, end);
    if (end >= text.length) signals.report('path.climb_bare', start, end);
  }
  const following = text.slice(end, end + 300);
  // In a sentence a path ends where no path goes on; what is named further on is not where it leads.
  const target = sentence ? (following.split(pathEnd, 1)[0] ?? '') : following;
  if (riskOfPath(`/${cutTail(target)}`) >= (sentence ? 2 : 1) || riskOfPath(cutTail(target)) >= (sentence ? 2 : 1)) {
    signals.report('path.climb_to_file', start, Math.min(text.length, end + 60));
  }
}

/** `./././././etc`, `........etc/passwd`: steps that only a filter of `..` does not see. */
const manySteps =
  /(?:\.\/){5}|(?:\.\\){5}|(?<!\.)\.{8,}[\\/]{0,4}(?:etc|windows)[\\/]{0,4}(?:passwd|shadow|shells|group|hosts|issue|win\.ini)/;
/** `. . /. . /. . /`: steps upwards with a space in each. */
const partedSteps = /(?:\. \. ?[\\/] ?){3}/;

/** `etc%bg%qfpasswd`, `windows0x5csystem32`: account files whose slashes are written so that only a broken decoder reads them. */
const oddlySeparated =
  /(?:etc(?:%(?!20)[\da-z]{2}|%%\d\d|0x[25][cf]|%u[\da-f]{4}){1,6}(?:passwd|shadow|issue|hosts)|windows(?:%(?!20)[\da-z]{2}|%%\d\d|0x[25][cf]|%u[\da-f]{4}){1,6}(?:system32|win\.ini))/;
const linked =
  /\b(?:href|src)=(?:["']|&quot;)$|\]\($|\b(?:from|import|require\()\s?(?:["']|&quot;|&#39;)$|(?:^|[\s>'"])(?:cd|ln -s)\s$/i;
const longestLink = 20;
/** From here on a text is an article, in which one step up means nothing. */
const article = 200;
const pathEnd = /[\s<>"'`\u3000-\u303f\uff00-\uffef]/;
/** A picture that a page shows from a folder beside its own. */
const picture = /^[\w.%/-]{1,200}\.(?:png|jpe?g|gif|svg|webp|md|html)\b/i;

function readWhole(text: string, folded: string, { place, name }: Subject, signals: Signals): void {
  if (text.length > longestPath || text.length < 4 || !signals.spend(stepsOfWhole)) return;
  const zero = nullByte(folded, 3);
  const path = cutTail(text.slice(opening(text), zero < 0 ? text.length : zero)).trim();
  const isPath = place !== 'path' && place !== 'file';
  if (zero >= 0 && (path.includes('/') || path.includes('\\') || path.includes('.')))
    signals.report('path.null_byte', zero, Math.min(text.length, zero + 3));
  // `C://windows//win.ini` is a drive, not an address.
  if (path.includes('://') && !driveStart.test(path)) return;
  if (place === 'header') {
    // Headers hold paths by their nature, but none of those that nobody but the server has; a client's name is none at all.
    const least = name === 'user-agent' ? 2 : 3;
    if (/[\\/]/.test(path) && riskOfPath(path) >= least) signals.report('path.private_file', 0, text.length);
    return;
  }
  if (!signals.spend(stepsOfRisk)) return;
  // `passwd root`: a command that is called like a file.
  if (namesCommand.test(path) && isSpace(text.charCodeAt(opening(text) + path.length))) return;
  const risk = Math.max(riskOfPath(path), text.includes('\\') ? riskOfPath(text) : 0);
  if (risk === 3 && (place !== 'file' || path.includes('/') || path.includes('\\')))
    signals.report('path.private_file', 0, text.length);
  else if (risk === 2 && isPath)
    signals.report(programFolder.test(path) ? 'path.program_file' : 'path.system_file', 0, text.length);
  if (path.startsWith('\\\\') && path.length > 4 && path.indexOf('\\', 2) > 2 && isPath)
    signals.report('path.share', 0, path.length);
}

const namesCommand = /^(?:passwd|hosts|hostname|crontab|group)$/i;
const driveStart = /^[a-z]:\/\//i;

/** Where programs and their libraries stand, which people name at the end of a sentence. */
const programFolder = /^\/{1,4}(?:usr|opt|bin|sbin|lib|library|system|volumes)\/(?!.*(?:conf|\.ini|\.cnf|passw|\.log|_log))/i;

function nullByte(folded: string, from = 0): number {
  const raw = folded.indexOf('\0', from);
  if (raw >= 0) return raw;
  const coded = folded.indexOf('%00', from);
  return coded >= 0 ? coded : folded.indexOf('\\x00', from);
}

/** A null byte, quotes, a redirection or a slash before a drive: what may precede a path. */
function opening(text: string): number {
  let at = text.startsWith('%00') ? 3 : 0;
  while (at < text.length && '"\'>< =\0'.includes(text[at]!)) at += 1;
  return text.charCodeAt(at) === 0x2f && text.startsWith(':', at + 2) ? at + 1 : at;
}

/** `/etc/passwd;index.html`, `/etc/passwd?x`, quotes: what is hung on a path to please a check of its end. */
function cutTail(path: string): string {
  let end = 0;
  while (end < path.length && !isSpace(path.charCodeAt(end)) && !'?;\'"|&<>`\0'.includes(path[end]!)) end += 1;
  const cut = end > 2 ? path.slice(0, end) : path;
  const zero = nullByte(cut);
  return zero > 0 ? cut.slice(0, zero) : cut;
}

function readData(folded: string, signals: Signals): void {
  const at = folded.indexOf('data:');
  if (at < 0) return;
  const comma = folded.indexOf(',', at);
  if (comma < 0 || comma > at + 80) return;
  // <?php, <?= and <% in Base64.
  const codes = ['pd9wah', 'pd89', 'pcu', '<?php', '<?='];
  if (codes.some((code) => folded.startsWith(code, comma + 1))) signals.report('path.coded_data', at, comma + 4);
}

/** A whole path of Windows, whose folders may have spaces. */
const drivePath = /^["']?[a-z]:[\\/][\w .()\\/~+@#-]{4,400}["']?(?:(?:%00|\0)[\w.%]{0,20})?$/i;
/** What servers and programs keep in their folders; people's own files stand elsewhere, and programs and their documents are named by everybody. */
const serverFile =
  /^["']?[a-z]:[\\/](?:program files|windows|xampp|wamp|inetpub|programdata|documents and settings|users[\\/](?:all users|administrator|default|public))[^\\/]{0,40}[\\/].{1,380}\.(?!exe|lnk|msi|dll|docx?|xlsx?|pptx?|pdf|png|jpe?g|gif|zip|rar|7z|txt\b.*desktop)[a-z][a-z0-9]{1,12}["']?(?:(?:%00|\0)[\w.%]{0,20})?$/;
const manyWords = /[\u3000-\ufeff]|[ \n][^ \n]*[ \n][^ \n]*[ \n]/;

/** More than one word, or wide script: no path, even if the system would take it for one. */
function isSentence(text: string): boolean {
  return manyWords.test(isSpace(text.charCodeAt(0)) ? text.trimStart() : text);
}
