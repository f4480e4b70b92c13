import { isDigit, isLetter, isSpace, isWordCode } from '../text/characters.ts';
import { unitsOf } from '../text/units.ts';
import { bare, beginsCommand, building, commandBits, recon, runner, word } from './commands.ts';
import { matchesBinary } from './globs.ts';
import { endsWord, readWord } from './words.ts';

/** A simple command found at one place of a text. */
export interface SimpleCommand {
  /** 0: none; 1: a name with arguments as prose has them too; 2: name and arguments fit. */
  readonly strength: 0 | 1 | 2;
  readonly end: number;
  /** The name was written so that a filter would not see it. */
  readonly evasive: boolean;
  /** Looks around, fetches or opens a way back. */
  readonly recon: boolean;
  /** Has arguments of a command's form: an option, path, address, variable, redirection. */
  readonly hard: boolean;
  /** Names what intruders go for: accounts, shells, another machine. */
  readonly sensitive: boolean;
  /** Names account files, keys or a shell's own program. */
  readonly severe: boolean;
  /** A tool that developers name in prose. */
  readonly building: boolean;
}

const none: SimpleCommand = {
  strength: 0,
  end: 0,
  evasive: false,
  recon: false,
  hard: false,
  sensitive: false,
  severe: false,
  building: false,
};
/** By ASCII character: 1 where a command's name may begin. */
const beginsName = Uint8Array.from({ length: 128 }, (_, code) =>
  isLetter(code) || '"\'/\\$.^`%~@'.includes(String.fromCharCode(code)) ? 1 : 0,
);
const maxArguments = 24;
/** Characters of one command that are looked at. */
const longestCommand = 400;
const maxRunners = 4;

/** The simple command that begins at `start`, if its name is one that is known. */
export function readCommand(text: string, start: number, depth = 0): SimpleCommand {
  const units = unitsOf(text);
  let at = start;
  const first = start < text.length ? (units[at] as number) : 0;
  if (first === 0x7b) return readBraces(text, at);
  // Names of commands begin with a letter, a folder, or what a shell takes away before it looks.
  if (first >= 0x80 || beginsName[first] !== 1) return none;
  if ((first === 0x22 || first === 0x27) && (units[at + 1] as number) >= 0x80) return none;
  const plain = plainName(units, at, text.length);
  if (plain >= 0 && (plain === at || !mayBeCommand(units, at, plain) || nameBits(text.slice(at, plain)) === 0)) return none;
  const name = readWord(text, at);
  if (name.value.length === 0 || name.value.length > 200) return none;
  const bits = nameBits(name.value);
  const globbed = bits === 0 && name.value.charCodeAt(0) === 0x2f && matchesBinary(name.value);
  if (bits === 0 && !globbed) return none;
  if (name.quoted && endsWord(name.value.charCodeAt(0))) return none;
  if (name.value.length < 2 && !globbed) return none;
  at = name.end;
  const evasive = name.joined || globbed || (name.spacer && at < text.length);
  if ((bits & runner) !== 0 && depth < maxRunners) {
    let inner = skipBlanks(units, at, text.length);
    while (units[inner] === 0x2d || isDigit(units[inner] as number))
      inner = skipBlanks(units, readWord(text, inner).end, text.length);
    const run = readCommand(text, inner, depth + 1);
    if (run.strength > 0) return { ...run, hard: true, evasive: run.evasive || evasive };
  }
  let count = 0;
  let hard = 0;
  let wide = false;
  let sensitive = false;
  let severe = false;
  let spaced = name.spacer;
  const limit = start + longestCommand;
  while (count < maxArguments && at < limit) {
    const next = skipBlanks(units, at, text.length);
    if (next >= text.length) break;
    const code = units[next] as number;
    if (code === 0x3e || code === 0x3c) {
      hard += 1;
      at = next + 1;
      spaced = true;
      continue;
    }
    // An argument that another command gives, or that a quote opens directly behind the name.
    if (code === 0x24 && units[next + 1] === 0x28) {
      hard += 1;
      break;
    }
    if (next === at && count === 0 && code === 0x22 && (bits & word) === 0) hard += 1;
    if (code === 0x60 && next > at && text.indexOf('`', next + 1) > 0) hard += 1;
    if (endsWord(code) || code === 0x7d || (code === 0x23 && next > at)) break;
    if (next === at && !spaced) {
      // Something that is no separator follows directly, such as a comma: not a command's end.
      if (count === 0 && code !== 0x5c && code !== 0x22 && code !== 0x27) return none;
      at = next + 1;
      break;
    }
    const argument = readWord(text, next);
    spaced = argument.spacer;
    if (argument.end <= next) break;
    if (count === 0 && code === 0x3d) return none;
    if (count === 0 && netVerbs.has(argument.value.toLowerCase()) && /^net1?$/i.test(name.value)) hard += 1;
    count += 1;
    if (isWide(argument.value)) wide = true;
    if (isHard(text, next, argument.value, argument.quoted)) hard += 1;
    if (isSevere(argument.value)) severe = true;
    if (severe || systemPath.test(argument.value)) sensitive = true;
    // A program given in the line itself.
    if (
      count === 1 &&
      (argument.value === '-c' || argument.value === '-e' || argument.value === '-r') &&
      interpreters.test(name.value)
    )
      sensitive = true;
    if (/^[A-Z_]{2,40}=/.test(argument.value)) hard += 1;
    at = argument.end;
  }
  const strength = wide && !evasive ? 0 : rate(bits, count, hard, globbed);
  return {
    strength,
    end: at,
    evasive: evasive && strength > 0,
    recon: (bits & recon) !== 0,
    hard: hard > 0,
    sensitive,
    severe,
    building: (bits & building) !== 0,
  };
}

function rate(bits: number, count: number, hard: number, globbed: boolean): 0 | 1 | 2 {
  if (globbed) return 2;
  if (count === 0) return (bits & bare) !== 0 || hard > 0 ? 2 : 1;
  if (hard > 0) return count <= 3 || hard * 4 >= count || (bits & word) === 0 ? 2 : 1;
  if ((bits & word) !== 0) return 1;
  return count <= ((bits & recon) !== 0 ? 6 : 2) ? 2 : 1;
}

const interpreters = /^(?:python|perl|ruby|php|node|lua|(?:ba|z|da|k|c)?sh)[\d.]{0,6}$/;

/**
 * End of a name that is written as it is, without quotes, escapes, variables or wildcards; -1 where it is not. Most texts have nothing
 * but such, and most of them name no command.
 */
function plainName(units: Uint16Array, start: number, length: number): number {
  const limit = Math.min(length, start + longestName);
  for (let at = start; at < limit; at += 1) {
    const code = units[at] as number;
    if (code > 0x7f) continue;
    const sort = sortsInName[code];
    if (sort !== sortInName.part) return sort === sortInName.end ? at : -1;
  }
  return limit;
}

const sortInName = { part: 1, end: 2 } as const;
const sortsInName = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (isWordCode(code) || '-./+'.includes(character)) return sortInName.part;
  return isSpace(code) || ';|&:,=)('.includes(character) ? sortInName.end : 0;
});

/** Whether a plain name begins as one that is known does: nearly all words of prose do not. A folder says nothing. */
function mayBeCommand(units: Uint16Array, start: number, end: number): boolean {
  const first = units[start] as number;
  if (!isLetter(first)) return true;
  const second = end > start + 1 ? (units[start + 1] as number) : 0;
  return second > 0x7f || beginsCommand(first, second) || hasFolder(units, start, end);
}

function hasFolder(units: Uint16Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (units[at] === 0x2f) return true;
  return false;
}

const longestName = 96;

/** What follows `net` on Windows. */
const netVerbs = new Set(
  'accounts computer config continue file group localgroup pause session share statistics stop use user view'.split(' '),
);

function nameBits(name: string): number {
  let slash = name.length - 1;
  while (slash >= 0 && name.charCodeAt(slash) !== 0x2f && name.charCodeAt(slash) !== 0x5c) slash -= 1;
  if (slash < 0) return commandBits(name);
  const folder = name.slice(0, slash);
  const programs = folder.endsWith('bin') || folder.toLowerCase().endsWith('system32') || folder === '.' || folder === '';
  return programs ? commandBits(name.slice(slash + 1)) | (folder === '' ? 0 : bare) : 0;
}

/** `{cat,/etc/passwd}`: a brace list whose members become a command and its arguments. */
function readBraces(text: string, start: number): SimpleCommand {
  const length = text.slice(start, start + 200).indexOf('}');
  if (length < 0) return none;
  const close = start + length;
  const inner = text.slice(start + 1, close);
  if (/\s/.test(inner) || !inner.includes(',')) return none;
  const members = inner.split(',').filter((member) => member !== '');
  const name = members[0] === undefined ? '' : readWord(members[0], 0).value;
  const bits = nameBits(name);
  if (bits === 0 || (bits & word) !== 0) return none;
  const sensitive = members.some(isSensitive);
  return {
    strength: 2,
    end: close + 1,
    evasive: true,
    recon: (bits & recon) !== 0,
    hard: true,
    sensitive,
    severe: members.some(isSevere),
    building: false,
  };
}

/** Space, tab, the other tabs that some readers take, and a plus sign. */
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0b || code === 0x0c || code === 0x2b;
}

function skipBlanks(units: Uint16Array, from: number, length: number): number {
  let at = from;
  while (at < length && isBlank(units[at] as number)) {
    // A plus sign between words is a space that nobody decoded.
    if (units[at] === 0x2b && at > from && isSpace(units[at - 1] as number) && isSpace(units[at + 1] as number)) return at;
    at += 1;
  }
  return at;
}

function isWide(value: string): boolean {
  for (let at = 0; at < value.length; at += 1) if (value.charCodeAt(at) >= 0x2e80) return true;
  return false;
}

/** An option, a path, an address, a number's or variable's form: what commands take and sentences seldom hold. */
function isHard(text: string, start: number, value: string, quoted: boolean): boolean {
  const first = text.charCodeAt(start);
  if (quoted) return true;
  if (first === 0x2d || first === 0x24 || first === 0x2a || first === 0x7e) return value.length > 1 || first !== 0x2d;
  if (first === 0x2f) return value.length > 1 || start + 1 >= text.length || isSpace(text.charCodeAt(start + 1));
  if (first === 0x25) return text.indexOf('%', start + 1) > 0;
  if (isLetter(first) && value[1] === ':' && (value.length === 2 || value[2] === '\\' || value[2] === '/')) return true;
  if (value.includes('://') || value.startsWith('./') || value.startsWith('../') || value.includes('\\')) return true;
  if (isDigit(first)) return isNumberOrAddress(value);
  const slash = value.indexOf('/');
  return slash > 0 && slash < value.length - 1 && value.includes('.', slash);
}

function isNumberOrAddress(value: string): boolean {
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    if (!isDigit(code) && code !== 0x2e && code !== 0x3a && code !== 0x2f) return false;
  }
  return !value.endsWith(':') && !value.endsWith('.');
}

const targets = [
  '/etc/passwd',
  '/etc/shadow',
  '/bin/sh',
  '/bin/bash',
  '/dev/tcp',
  '/dev/udp',
  'id_rsa',
  'authorized_keys',
  'boot.ini',
  'win.ini',
];

/** Anchored, so that its work is bounded. */
const systemPath = /^(?:https?:\/\/|ftp:\/\/|\/(?:etc|var|home|root|tmp|proc)(?:\/|$)|[a-z]:[\\/]|%systemroot%)/i;

const shortestTarget = 6;

function isSevere(value: string): boolean {
  if (value.length < shortestTarget || !(value.includes('/') || value.includes('_') || value.includes('.ini'))) return false;
  return targets.some((target) => value.includes(target));
}

function isSensitive(value: string): boolean {
  return isSevere(value) || systemPath.test(value);
}
