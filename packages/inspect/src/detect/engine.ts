import type { HeaderMemo } from '../head/header-memo.ts';
import { oddSegment, unreadHeaders } from './head-parts.ts';
import { createKnownTexts, type KnownTexts } from './known-texts.ts';
import { createLeafReader } from './leaf-reader.ts';
import type { Detector, Place } from './model.ts';
import type { DetectionBody, DetectionRequest } from './request.ts';
import { charactersOf } from './request-size.ts';
import { createStepBudget } from './step-budget.ts';
import { createTally, type TextReading } from './tally.ts';
import { forgetFolded } from './text/characters.ts';
import { forgetUnits } from './text/units.ts';
import { blockAt, budgetFinding, type Finding, passed, scoreOf, type Verdict } from './verdict.ts';
import { xmlTexts } from './xml-texts.ts';

/** Where a value stands, in the form of a declaration: names and, for array elements, `*`. */
export type SettledFields = (source: 'query' | 'body', path: readonly string[]) => boolean;

/** What was found in one text. */
export interface TextFindings {
  readonly place: Place;
  /** `path`, `query`, `header`, `cookie` or `body`, then names and indexes; a key's own name is the last. Valid during the call only. */
  readonly path: readonly (string | number)[];
  /** Layers of decoding that led to it, at most. */
  readonly layers: number;
  readonly findings: readonly Finding[];
}

export interface InspectOptions {
  /** Step budget of this request instead of what its size is worth. A step is about a nanosecond. */
  readonly maxSteps?: number;
  /**
   * Points of one class from which on the request is refused whatever else it holds: then a text of more than 8,192 characters, or a request that has
   * cost 3,000,000 steps, is not read any further. `Infinity` for whoever may take points away again. Twice what is a block by default.
   */
  readonly enough?: number;
  /**
   * Hears every text in which something was found, for whoever decides by rules of their own (exceptions, weights): the verdict names only the
   * heaviest text of each class.
   */
  readonly hear?: (text: TextFindings) => void;
  /** Whether a field's declared type (number, id, date …) settles its value, so that it is not read as text. None by default. */
  readonly settled?: SettledFields;
}

export interface Detection {
  inspect(request: DetectionRequest, options?: InspectOptions): Verdict;
  /** Header values and keys that were known and so not read again, since the engine was made. */
  cacheHits(): number;
  /** Steps that the last request took. */
  steps(): number;
}

export interface DetectionOptions {
  readonly detectors: readonly Detector[];
  /** Step budget of every request instead of what its size is worth. */
  readonly maxSteps?: number;
  /** Characters of header values, keys and cookies known as clean that are kept. */
  readonly cacheCharacters?: number;
}

const defaultCache = 262_144;
const maxDepth = 64;
const maxSegments = 16;
const mostUndivided = 16;
const longestUndivided = 2_000;
const nothing: readonly TextReading[] = Object.freeze([]);

/** What was found in a header's value, and what it cost. */
interface KnownHeader {
  readonly found: readonly TextReading[];
  readonly steps: number;
}
/** What a remembered finding holds: its evidence and place. */
const charactersOfHit = 256;
const longestWhere = 160;

/**
 * Makes the engine that looks for attacks in parsed requests: path, query, headers, and the leaves, keys and file names of the body.
 * Linear in the request's size; the same request has the same verdict. One engine serves all routes of a process.
 */
export function createDetection({
  detectors,
  maxSteps: stepsOfAll,
  cacheCharacters = defaultCache,
}: DetectionOptions): Detection {
  const budget = createStepBudget();
  const tally = createTally(detectors, budget.spend);
  const reader = createLeafReader({ detectors, budget, tally });
  // What is known costs what it did when it was read, so that the same request ends at the same place.
  const cleanKeys = createKnownTexts<number>(cacheCharacters);
  const knownHeaders = new Map<string, KnownTexts<KnownHeader>>();
  const maxHeaderNames = 64;
  let cacheHits = 0;

  /** Where the walk stands. Names only; made into a text when something is found. */
  const trail: (string | number)[] = [];
  const where = (): string => {
    let text = '';
    for (const step of trail) text += typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`;
    return text.replace(/[^\x20-\x7e\p{L}\p{N}]/gu, '\u00b7').slice(0, longestWhere);
  };

  const readKey = (key: string): void => {
    if (key.length < 2) return;
    const steps = cleanKeys.get(key);
    if (steps !== undefined) {
      cacheHits += 1;
      budget.spend(steps);
      return;
    }
    const before = budget.used();
    if (!reader.read(key, 'key', key, where)) cleanKeys.set(key, budget.used() - before);
  };

  /** Whether something was found. */
  const readHeader = (name: string, value: string): boolean => {
    let known = knownHeaders.get(name);
    const before = known?.get(value);
    trail.length = 0;
    trail.push('header', name);
    if (before !== undefined) {
      cacheHits += 1;
      budget.spend(before.steps);
      if (before.found.length === 0) return false;
      reader.recall(before.found, 'header', where);
      return true;
    }
    const used = budget.used();
    let found: readonly TextReading[] = nothing;
    if (name === 'cookie') {
      for (const piece of value.split(';')) {
        const equals = piece.indexOf('=');
        const cookie = piece.slice(0, Math.max(0, equals)).trim();
        trail.length = 0;
        trail.push('cookie', cookie);
        const named = reader.read(cookie, 'key', cookie, where);
        // A cookie's findings stand at its own name; only clean ones are known.
        if (reader.read(piece.slice(equals + 1).trim(), 'cookie', cookie.toLowerCase(), where) || named) return true;
      }
    } else if (reader.read(value, 'header', name, where)) found = reader.lastReadings();
    const isFound = found.length > 0;
    if (budget.isOver()) return isFound;
    if (known === undefined) {
      if (knownHeaders.size >= maxHeaderNames) return isFound;
      known = createKnownTexts(cacheCharacters / 8);
      knownHeaders.set(name, known);
    }
    let size = 0;
    for (const { hits } of found) size += hits.length * charactersOfHit;
    known.set(value, { found, steps: budget.used() - used }, size);
    return isFound;
  };

  const readHeaders = (headers: readonly string[], memo: HeaderMemo | null): void => {
    if (memo !== null && memo.clean?.by === knownHeaders) {
      cacheHits += memo.clean.values;
      budget.spend(memo.clean.steps);
      return;
    }
    const before = budget.used();
    let values = 0;
    let clean = true;
    for (let at = 0; at + 1 < headers.length; at += 2) {
      const name = lowerCase(headers[at] as string);
      if (unreadHeaders.has(name)) continue;
      values += 1;
      if (readHeader(name, headers[at + 1] as string)) clean = false;
    }
    if (memo !== null && clean && !budget.isOver()) memo.clean = { by: knownHeaders, values, steps: budget.used() - before };
  };

  const settledPath: string[] = [];
  let settled: SettledFields | undefined;
  let source: 'query' | 'body' = 'query';
  let place: Place = 'query';
  /** The pairs of a query or form that is walked. */
  let pairs: unknown;
  /** Names of its pairs that are none. */
  let oddNames = 0;

  const walk = (node: unknown, name: string, depth: number): boolean => {
    if (typeof node === 'string') {
      if (settled === undefined || !settled(source, settledPath)) reader.read(node, place, name, where);
      return !budget.isOver();
    }
    if (typeof node !== 'object' || node === null) return true;
    if (depth >= maxDepth) {
      budget.exhaust();
      return false;
    }
    if (Array.isArray(node)) {
      settledPath.push('*');
      for (let index = 0; index < node.length; index += 1) {
        trail.push(index);
        const more = walk(node[index], name, depth + 1);
        trail.pop();
        if (!more) return false;
      }
      settledPath.pop();
      return true;
    }
    // Not `for in`: its keyed loads leave no type feedback for objects in dictionary mode, and V8 compiles and gives up this function again and again.
    const keys = Object.keys(node);
    for (let index = 0; index < keys.length; index += 1) {
      const key = keys[index] as string;
      trail.push(key);
      settledPath.push(key);
      readKey(key);
      const member = (node as Record<string, unknown>)[key];
      if (depth === 0 && node === pairs ? oddName.test(key) : mayOrder(key, member)) {
        oddNames += 1;
        readPair(key, member);
      }
      const more = walk(member, lowerCase(key), depth + 1);
      trail.pop();
      settledPath.pop();
      if (!more) return false;
    }
    return true;
  };

  /** A pair whose name is none: `?<a href=x>`, in which somebody else cut at the equals sign. */
  const readPair = (name: string, value: unknown): void => {
    if (typeof value === 'string') reader.read(value === '' ? name : `${name}=${value}`, place, '', where);
  };

  /** What stands between names that are none was one value whose sender wrote `&` as it is: `?' && this.a || '`. */
  const readUndivided = (root: Readonly<Record<string, unknown>>, from: string): void => {
    const entries = Object.entries(root);
    if (entries.length < 2 || entries.length > mostUndivided) return;
    let text = '';
    for (const [name, value] of entries) {
      if (typeof value !== 'string' || text.length + name.length + value.length > longestUndivided) return;
      text += `${text === '' ? '' : '&'}${name}${value === '' ? '' : `=${value}`}`;
    }
    trail.length = 0;
    trail.push(from);
    reader.read(text, place, '', where);
  };

  /** Segments that are JSON: some servers take their arguments so. */
  const readParts = (path: string): void => {
    if (!path.includes('{"')) return;
    for (const segment of path.split('/', maxSegments)) if (segment.startsWith('{"')) reader.read(segment, 'query', '', where);
  };

  const readTree = (root: unknown, from: 'query' | 'body', at: Place): void => {
    trail.length = 0;
    settledPath.length = 0;
    source = from;
    place = at;
    trail.push(from);
    pairs = at === 'query' || at === 'form' ? root : undefined;
    oddNames = 0;
    if (walk(root, '', 0) && oddNames > 0 && pairs !== undefined) readUndivided(pairs as Readonly<Record<string, unknown>>, from);
  };

  const readBody = (body: DetectionBody): void => {
    if (isXml(body)) {
      const text = typeof body.value === 'string' ? body.value : Buffer.from(body.bytes ?? []).toString();
      trail.length = 0;
      trail.push('body');
      reader.read(text, 'xml', '', where);
      for (const { name, text: content } of xmlTexts(text)) {
        trail.length = 1;
        trail.push(name);
        reader.read(content, 'xml', name.toLowerCase(), where);
        if (budget.isOver()) return;
      }
      return;
    }
    readTree(body.value, 'body', body.kind === 'xml' || body.kind === 'binary' ? 'text' : body.kind);
    for (const file of body.files) {
      trail.length = 0;
      trail.push('body', file.name, 'filename');
      reader.read(file.filename, 'file', file.name.toLowerCase(), where);
    }
  };

  return Object.freeze({
    cacheHits: () => cacheHits,
    steps: budget.used,
    inspect(request: DetectionRequest, options: InspectOptions = {}): Verdict {
      const { hear, maxSteps = stepsOfAll, enough = 2 * blockAt } = options;
      budget.begin(maxSteps, () => charactersOf(request), tally.isCertain);
      tally.begin(enough, hear && ((at, layers, findings) => hear({ place: at, path: trail, layers, findings })));
      settled = undefined;
      trail.length = 0;
      trail.push('path');
      reader.read(request.decodedPath, 'path', '', where);
      // What stands where an id does is a value like another.
      const odd = oddSegment(request.decodedPath);
      if (odd > 0) readParts(request.decodedPath.slice(odd));
      if (odd > 0) reader.read(request.decodedPath.slice(odd), 'query', '', where);
      readHeaders(request.headers, request.memo ?? null);
      settled = options.settled;
      readTree(request.query, 'query', 'query');
      if (request.body !== undefined && !budget.isOver()) readBody(request.body);
      reader.forget();
      forgetFolded();
      forgetUnits();
      const exhausted = budget.isSpent();
      const points = tally.points();
      if (points === 0 && !exhausted) return passed;
      const findings = tally.findings();
      if (exhausted)
        return { action: 'block', score: Math.max(50, scoreOf(points)), findings: [...findings, budgetFinding], exhausted };
      return { action: points >= blockAt ? 'block' : 'pass', score: scoreOf(points), findings, exhausted };
    },
  });
}

/** What no name of a parameter has, and names that say what a short value is: `cmd=id`. */
const oddName = /[<>"'`;(){}|\s]|(?:cmd|command|cmdline|exec|shell)$/i;

/** `{"cmd": "id"}`: a value that is too short to be looked for by itself, under a name that says what it is. */
function mayOrder(key: string, value: unknown): boolean {
  if (typeof value !== 'string' || value.length < 2 || value.length > longestOrder || key.length > longestOrder) return false;
  // The last two letters of those names: md, nd, ne, ec, ll. Nearly every member is told from them by these.
  const pair = ((key.charCodeAt(key.length - 2) | 0x20) << 8) | key.charCodeAt(key.length - 1) | 0x20;
  return (pair === 0x6d64 || pair === 0x6e64 || pair === 0x6e65 || pair === 0x6563 || pair === 0x6c6c) && orderName.test(key);
}

const longestOrder = 24;
/** Also `sysCmd`, `captureCommand`. */
const orderName =
  /(?:^|[_.-])(?:[Cc]md|CMD|[Cc]ommand|COMMAND|[Cc]mdline|[Ee]xec|EXEC|[Ss]hell|SHELL)$|[a-z\d](?:Cmd|Command|CmdLine|Exec|Shell)$/;

function isXml({ kind, mediaType }: DetectionBody): boolean {
  return kind === 'xml' || (kind === 'binary' && /^(?:application|text)\/(?:[\w.+-]{1,80}\+)?xml$/.test(mediaType));
}

// Few names come again and again, most of them lower case already.
const lowered = new Map<string, string>();
function lowerCase(name: string): string {
  const known = lowered.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  if (lowered.size < 2_048 && name.length <= 64) lowered.set(name, lower);
  return lower;
}
