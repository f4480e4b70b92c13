import { beforeProse } from './decode/before-prose.ts';
import { behindProse } from './decode/behind-prose.ts';
import { changedParts } from './decode/changed-parts.ts';
import { mayBeCompressed, unpack } from './decode/compressed.ts';
import { decodeEmbedded } from './decode/embedded.ts';
import { valuesOfGraphql } from './decode/graphql-values.ts';
import { joinPieces, mayJoin } from './decode/joins.ts';
import { withoutPadding } from './decode/padding.ts';
import { valuesOfQuery } from './decode/query-values.ts';
import { decodeLayer, mayDecode, unwrap } from './decode/readings.ts';
import type { Detector, Place, Signals, Subject } from './model.ts';
import { characterBits, createPrefilter, type Prefilter, type Scan } from './prefilter.ts';
import type { StepBudget } from './step-budget.ts';
import { type Part, type Tally, type TextReading, withoutText } from './tally.ts';
import { xmlTexts } from './xml-texts.ts';

/** Reads the texts of one request, in all the ways a backend may, and lets detectors look at them. */
export interface LeafReader {
  /** Reads one text. `where` is called only when something is found. False when nothing was found in it. */
  read(text: string, place: Place, name: string, where: () => string): boolean;
  /** What the last call of `read` found, to be had again by `recall` without reading the text. */
  lastReadings(): readonly TextReading[];
  /** Lets go of it, so that nothing of a request outlives it. */
  forget(): void;
  /** Counts what an earlier reading of the same text, under the same name, found. */
  recall(readings: readonly TextReading[], place: Place, where: () => string): void;
}

export interface LeafReaderOptions {
  readonly detectors: readonly Detector[];
  readonly budget: StepBudget;
  readonly tally: Tally;
}

const noTexts: readonly string[] = Object.freeze([]);
const maxLayers = 3;
const maxReadings = 6;
const maxNestedDepth = 32;
/** A text longer than this is not read any further once it is refused with points to spare, and again only where decoding changed it. */
const longText = 8_192;
/** What it costs to look at a text at all, and to call one detector, beside the characters. */
const stepsOfText = 250;
/** What it costs whoever listens to hear of a text. */
const stepsOfFinding = 2_500;
const stepsOfCall = 350;
/** What it costs to tell words in Chinese from what stands before and behind them, beside the characters. */
const stepsOfProse = 1_000;
/** What it costs to decode, by the characters that a text loses. */
const stepsOfDecoded = 12;

/** Its table takes a tenth of a second to build and says nothing of requests: one for all readers of the same detectors. */
const prefilters = new WeakMap<readonly Detector[], Prefilter>();

function prefilterOf(detectors: readonly Detector[]): Prefilter {
  const known = prefilters.get(detectors);
  if (known !== undefined) return known;
  const made = createPrefilter(
    detectors.map(({ literals }) => literals),
    detectors.flatMap(({ passes = [] }) => passes),
  );
  prefilters.set(detectors, made);
  return made;
}

/** Makes a reader. It is not re-entrant: a request is read in one go. */
export function createLeafReader({ detectors, budget, tally }: LeafReaderOptions): LeafReader {
  const passes = detectors.map((detector) => detector.passes ?? []);
  const prefilter = prefilterOf(detectors);
  /** Where the bits of each detector's passes begin. */
  const firstPass = detectors.map((_, index) => passes.slice(0, index).flat().length);
  const passBits = passes.map((some) => 2 ** some.length - 1);
  const scan: Scan = { hits: 0, passes: 0, mask: 0 };

  let subject: Subject = { text: '', place: 'text', name: '', layers: 0, passes: 0, marks: 0 };
  /** What is read of a value. */
  let part: Part = 'whole';
  let lately: TextReading[] = [];

  const { spend, isOver } = budget;
  const signals: Signals = {
    report: (name, start, end) => tally.report(name, subject.text, start, end, subject.layers, part),
    spend,
  };

  const look = (text: string): boolean => {
    prefilter(text, scan);
    return spend(stepsOfText + text.length * 2);
  };

  /** Lets those detectors look at a text whose literals occur, by what `scan` holds of it. */
  const detect = (text: string, place: Place, name: string, layers: number): void => {
    const { hits, passes: found, mask: marks } = scan;
    for (let rest = hits; rest !== 0 && spend(stepsOfCall); rest &= rest - 1) {
      if (text.length > longText && tally.isCertain()) return;
      const index = 31 - Math.clz32(rest & -rest);
      const some = (found >>> (firstPass[index] as number)) & (passBits[index] as number);
      subject = { text, place, name, layers, passes: some, marks };
      detectors[index]?.detect(subject, signals);
    }
  };

  /** Looks at one more reading of a text, or a piece of it. */
  const readAlso = (text: string, place: Place, name: string, layers: number, asPart: Part = 'whole'): void => {
    if (!look(text) || scan.hits === 0) return;
    part = asPart;
    detect(text, place, name, layers);
    part = 'whole';
  };

  /** Reads what a text holds as values of their own: what stands behind a sentence and before one, the values of a query, and the text with its pieces joined. */
  const readWithin = (
    text: string,
    place: Place,
    name: string,
    layers: number,
    joinedLayers: number,
    marks: number,
    seen: string[],
  ): void => {
    const hasProse = (marks & characterBits.wide) !== 0 && spend(stepsOfProse + text.length * 3);
    const tail = hasProse ? behindProse(text) : null;
    if (tail !== null && !seen.includes(tail)) {
      seen.push(tail);
      readAlso(tail, place, name, layers, 'end');
    }
    const head = hasProse ? beforeProse(text) : null;
    if (head !== null && !seen.includes(head)) {
      seen.push(head);
      readAlso(head, place, name, layers, 'beginning');
    }
    if ((marks & characterBits.equals) !== 0)
      for (const { name: ofPair, value } of valuesOfQuery(text)) {
        if (seen.includes(value)) continue;
        seen.push(value);
        readAlso(value, 'query', ofPair, layers, 'end');
      }
    if ((marks & characterBits.doubleQuote) !== 0 && (marks & characterBits.brace) !== 0)
      for (const value of valuesOfGraphql(text)) {
        if (seen.includes(value)) continue;
        seen.push(value);
        readAlso(value, place, '', layers);
      }
    const joined = mayJoin(marks) && spend(stepsOfText + text.length * 2) ? joinPieces(text, marks) : null;
    if (joined === null || seen.includes(joined)) return;
    seen.push(joined);
    readAlso(joined, place, name, joinedLayers);
  };

  /** The texts of a document within a value: whoever parses it gets them as values. */
  const readDocument = (text: string, layers: number, where: () => string): boolean => {
    if (text.length > longText || !spend(text.length * 4)) return false;
    let found = false;
    for (const { name, text: content } of xmlTexts(text)) {
      if (isOver()) break;
      if (content.length > 1) found = readFrom(content, 'xml', name.toLowerCase(), layers + 1, where) || found;
    }
    return found;
  };

  const readNested = (text: string, place: Place, layers: number, where: () => string): boolean => {
    if (layers < maxLayers && place !== 'xml' && text.startsWith('<?xml')) return readDocument(text, layers, where);
    if (layers >= maxLayers || !looksLikeJson(text) || !spend(text.length * 4)) return false;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return false;
    }
    let found = false;
    const walk = (node: unknown, name: string, depth: number): void => {
      if (isOver()) return;
      if (typeof node === 'string') {
        found = readFrom(node, place, name, layers + 1, where) || found;
      } else if (typeof node === 'object' && node !== null) {
        if (depth >= maxNestedDepth) {
          budget.exhaust();
          return;
        }
        if (Array.isArray(node)) for (const item of node) walk(item, name, depth + 1);
        else
          for (const key of Object.keys(node)) {
            found = readFrom(key, 'key', key, layers + 1, where) || found;
            walk((node as Record<string, unknown>)[key], key.toLowerCase(), depth + 1);
          }
      }
    };
    walk(value, '', 0);
    return found;
  };

  const readFrom = (text: string, place: Place, name: string, layers: number, where: () => string): boolean => {
    if (!look(text)) return true;
    const { hits: found, mask } = scan;
    if (found === 0 && !mayDecode(text, mask)) return looksLikeJson(text) && readNested(text, place, layers, where);
    const seen = [text];
    if (found !== 0) {
      detect(text, place, name, layers);
      const unpadded = withoutPadding(text);
      if (unpadded !== text && !isOver()) {
        seen.push(unpadded);
        readAlso(changedParts(text, unpadded), place, name, layers);
      }
      readWithin(text, place, name, layers, layers + 1, mask, seen);
      if ((mask & characterBits.equals) !== 0)
        for (const piece of decodeEmbedded(text)) {
          if (seen.includes(piece)) continue;
          seen.push(piece);
          readAlso(piece, place, name, layers + 1);
        }
    }
    const decoded = !mayDecode(text, mask) ? noTexts : readDecoded(text, mask, place, name, layers, seen);
    let any = tally.isFound();
    if (any) {
      lately.push(tally.settle(where, place));
      spend(stepsOfFinding);
    }
    any = readNested(text, place, layers, where) || any;
    for (const candidate of decoded) any = readNested(candidate, place, layers, where) || any;
    return any || isOver();
  };

  /** The text in Base64 or hexadecimal, also where it was compressed before; null where there is none. */
  const unwrapped = (text: string, mask: number): string | null =>
    unwrap(text, mask) ?? (mayBeCompressed(text) ? unpack(text, spend) : null);

  /** Reads what a text may stand for, breadth first: each reading gives at most two more, until nothing new comes or the bound is met. */
  const readDecoded = (
    text: string,
    mask: number,
    place: Place,
    name: string,
    layers: number,
    seen: string[],
  ): readonly string[] => {
    const all: string[] = [];
    let readings: { text: string; mask: number; layers: number }[] = [{ text, mask, layers }];
    while (readings.length > 0 && !isOver() && !(text.length > longText && tally.isCertain())) {
      const next: typeof readings = [];
      for (const reading of readings) {
        if (
          reading.layers >= maxLayers ||
          !mayDecode(reading.text, reading.mask) ||
          !spend(stepsOfText + reading.text.length * 3)
        )
          continue;
        const layer = reading.layers + 1;
        for (const decoded of [decodeLayer(reading.text, reading.mask), unwrapped(reading.text, reading.mask)]) {
          // Whatever was decoded has made the text shorter; unpacking has been paid for.
          if (decoded !== null) spend(Math.max(0, reading.text.length - decoded.length) * stepsOfDecoded);
          if (decoded === null || seen.includes(decoded) || seen.length > maxReadings || !look(decoded)) continue;
          seen.push(decoded);
          all.push(decoded);
          next.push({ text: decoded, mask: scan.mask, layers: layer });
          if (scan.hits === 0) continue;
          const marks = scan.mask;
          const parts = decoded.length <= longText ? decoded : changedParts(reading.text, decoded);
          if (parts === decoded) detect(decoded, place, name, layer);
          else readAlso(parts, place, name, layer);
          readWithin(decoded, place, name, layer, layer, marks, seen);
        }
      }
      readings = next;
    }
    return all;
  };

  return {
    read(text, place, name, where) {
      if (lately.length > 0) lately = [];
      return text.length > 1 && readFrom(text, place, name, 0, where);
    },
    lastReadings: () => lately.map(withoutText),
    forget() {
      lately = [];
      tally.forget();
    },
    recall(readings, place, where) {
      for (const reading of readings) {
        tally.recall(reading);
        tally.settle(where, place);
      }
    },
  };
}

function looksLikeJson(text: string): boolean {
  const first = text.charCodeAt(0);
  let end = text.length - 1;
  // Bodies that were recorded or typed end in a line break.
  while (end > 0 && text.length - end <= 4 && text.charCodeAt(end) <= 0x20) end -= 1;
  const last = text.charCodeAt(end);
  return (first === 0x7b && last === 0x7d) || (first === 0x5b && last === 0x5d);
}
