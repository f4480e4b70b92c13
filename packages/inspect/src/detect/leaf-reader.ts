import { behindProse } from './decode/behind-prose.ts';
import { decodeEmbedded } from './decode/embedded.ts';
import { joinPieces } from './decode/joins.ts';
import { withoutPadding } from './decode/padding.ts';
import { valuesOfQuery } from './decode/query-values.ts';
import { decodeLayer, mayDecode, unwrap } from './decode/readings.ts';
import { excerpt } from './excerpt.ts';
import {
  type AttackClass,
  attackClasses,
  type Detector,
  type FeatureFacts,
  type Place,
  type Signals,
  type Subject,
} from './model.ts';
import { createPrefilter, type Scan } from './prefilter.ts';
import { blockAt, type Finding } from './verdict.ts';

/** Reads the texts of one request and keeps, for each class, the text that speaks most for an attack. */
export interface LeafReader {
  /** Begins a request, with a step budget of its own where one is given; `hear` is told of every text in which something was found. */
  begin(maxSteps?: number, hear?: HearText): void;
  /** Reads one text. `where` is called only when something is found. False when nothing was found in it. */
  read(text: string, place: Place, name: string, where: () => string): boolean;
  /** What the last call of `read` found, to be had again by `recall` without reading the text. */
  lastReadings(): readonly TextReading[];
  /** Counts what an earlier reading of the same text, under the same name, found. */
  recall(readings: readonly TextReading[], place: Place, where: () => string): void;
  /** The findings of the heaviest text of each class. */
  findings(): readonly Finding[];
  /** The log-odds of the class that has most. */
  points(): number;
  exhausted(): boolean;
}

/** What was found in one text, or in one leaf of the JSON that it holds. */
export interface TextReading {
  readonly hits: readonly Hit[];
}

/** Hears what was found in one text, before the next one is read; `layers` of decoding at most led there. */
export type HearText = (place: Place, layers: number, findings: readonly Finding[]) => void;

export interface LeafReaderOptions {
  readonly detectors: readonly Detector[];
  /** Characters that all detectors and decoders together may look at in one request. */
  readonly maxSteps: number;
}

const maxLayers = 3;
const maxReadings = 6;
const maxNestedDepth = 32;
const maxFindings = 8;
/** A text longer than this is not read any further once it is refused with points to spare. */
const longText = 8_192;
const plenty = 2 * blockAt;

export interface Feature extends FeatureFacts {
  readonly name: string;
  readonly classIndex: number;
}

export interface Hit {
  readonly feature: Feature;
  readonly evidence: string;
  readonly layers: number;
}

/** Makes a reader. It is not re-entrant: a request is read in one go. Throws a RangeError on two features of one name. */
export function createLeafReader({ detectors, maxSteps }: LeafReaderOptions): LeafReader {
  const features = featureTable(detectors);
  const passes = detectors.map((detector) => detector.passes ?? []);
  const prefilter = createPrefilter([...detectors.map((detector) => detector.literals), ...passes.flat()]);
  const ofDetectors = 2 ** detectors.length - 1;
  /** Where the bits of each detector's passes begin. */
  const firstPass = detectors.map((_, index) => detectors.length + passes.slice(0, index).flat().length);
  const passBits = passes.map((some) => 2 ** some.length - 1);
  const scan: Scan = { hits: 0, mask: 0 };

  let steps = 0;
  let spent = false;
  let heard: HearText | undefined;
  let subject: Subject = { text: '', place: 'text', name: '', layers: 0, passes: 0 };
  let touched = false;
  /** Reads a piece of a text: what stands behind a sentence, or in a query. */
  let behind = false;
  let lately: TextReading[] = [];
  const hits = new Map<string, Hit>();
  const best = new Float64Array(attackClasses.length);
  const sums = new Float64Array(attackClasses.length);
  const bestFindings: (readonly Finding[])[] = attackClasses.map(() => []);

  /** Fills `scan`; a text in which but a pass has something to find is one in which no detector has. */
  const look = (text: string): void => {
    prefilter(text, scan);
    if ((scan.hits & ofDetectors) === 0) scan.hits = 0;
  };
  const spend = (count: number): boolean => {
    steps -= count;
    if (steps < 0) spent = true;
    return !spent;
  };
  const signals: Signals = {
    report(name, start, end) {
      if (hits.has(name)) return;
      const feature = features.get(name);
      if (feature !== undefined && !(behind && feature.whole === true))
        hits.set(name, { feature, evidence: excerpt(subject.text, start, end), layers: subject.layers });
    },
    spend,
  };

  const detect = (text: string, place: Place, name: string, layers: number, found: number): void => {
    for (let rest = found & ofDetectors; rest !== 0 && !spent; rest &= rest - 1) {
      if (text.length > longText && isSettled()) return;
      const index = 31 - Math.clz32(rest & -rest);
      const some = (found >>> (firstPass[index] as number)) & (passBits[index] as number);
      subject = { text, place, name, layers, passes: some };
      detectors[index]?.detect(subject, signals);
    }
  };

  const isSettled = (): boolean => {
    if (hits.size < 2) return false;
    const sums = new Float64Array(attackClasses.length);
    for (const { feature } of hits.values()) {
      const sum = (sums[feature.classIndex] ?? 0) + feature.weight;
      if (sum >= plenty) return true;
      sums[feature.classIndex] = sum;
    }
    return false;
  };

  /** Settles what was found in one text: a class keeps its heaviest text. */
  const settle = (where: string, place: Place): void => {
    touched = true;
    lately.push({ hits: [...hits.values()] });
    if (heard !== undefined) {
      let layers = 0;
      for (const hit of hits.values()) layers = Math.max(layers, hit.layers);
      heard(
        place,
        layers,
        [...hits.values()].map((hit) => findingOf(hit, where)),
      );
    }
    sums.fill(0);
    for (const { feature } of hits.values()) sums[feature.classIndex] = (sums[feature.classIndex] ?? 0) + feature.weight;
    sums.forEach((sum, index) => {
      if (sum <= (best[index] as number)) return;
      best[index] = sum;
      bestFindings[index] = [...hits.values()]
        .filter(({ feature }) => feature.classIndex === index)
        .map((hit) => findingOf(hit, where));
    });
    hits.clear();
  };

  const readNested = (text: string, place: Place, layers: number, where: () => string): boolean => {
    if (layers >= maxLayers || !looksLikeJson(text) || !spend(text.length)) return false;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return false;
    }
    let found = false;
    const walk = (node: unknown, name: string, depth: number): void => {
      if (spent) return;
      if (typeof node === 'string') {
        found = readFrom(node, place, name, layers + 1, where) || found;
      } else if (typeof node === 'object' && node !== null) {
        if (depth >= maxNestedDepth) {
          spent = true;
          return;
        }
        if (Array.isArray(node)) for (const item of node) walk(item, name, depth + 1);
        else
          for (const [key, item] of Object.entries(node)) {
            found = readFrom(key, 'key', key, layers + 1, where) || found;
            walk(item, key.toLowerCase(), depth + 1);
          }
      }
    };
    walk(value, '', 0);
    return found;
  };

  /** Reads what stands behind a sentence as a value of its own. */
  const readTail = (text: string, place: Place, name: string, layers: number, seen: Set<string>): void => {
    const tail = behindProse(text);
    if (tail === null || seen.has(tail) || !spend(tail.length)) return;
    seen.add(tail);
    look(tail);
    behind = true;
    if (scan.hits !== 0) detect(tail, place, name, layers, scan.hits);
    behind = false;
  };

  /** Reads the values of a query that stands in a value. */
  const readQuery = (text: string, layers: number, seen: Set<string>): void => {
    for (const { name, value } of valuesOfQuery(text)) {
      if (seen.has(value) || !spend(value.length)) continue;
      seen.add(value);
      look(value);
      behind = true;
      if (scan.hits !== 0) detect(value, 'query', name, layers, scan.hits);
      behind = false;
    }
  };

  const readFrom = (text: string, place: Place, name: string, layers: number, where: () => string): boolean => {
    look(text);
    steps -= text.length;
    if (steps < 0) spent = true;
    const { hits: found, mask } = scan;
    if (found === 0 && !mayDecode(text, mask)) {
      return looksLikeJson(text) && readNested(text, place, layers, where);
    }
    if (spent) return true;
    if (found !== 0) detect(text, place, name, layers, found);
    const nested = [text];
    // Breadth first: each reading gives at most two more, until nothing new comes or the bound is met.
    let readings: { text: string; mask: number; layers: number }[] = [{ text, mask, layers }];
    const seen = new Set([text]);
    const unpadded = withoutPadding(text);
    if (unpadded !== text && found !== 0) {
      seen.add(unpadded);
      detect(unpadded, place, name, layers, found);
    }
    if (found !== 0) {
      readTail(text, place, name, layers, seen);
      readQuery(text, layers, seen);
    }
    const joined = found === 0 || !spend(text.length) ? null : joinPieces(text);
    if (joined !== null) {
      seen.add(joined);
      look(joined);
      if (scan.hits !== 0) detect(joined, place, name, layers + 1, scan.hits);
    }
    for (const piece of found === 0 ? [] : decodeEmbedded(text)) {
      if (seen.has(piece) || !spend(piece.length)) continue;
      seen.add(piece);
      look(piece);
      if (scan.hits !== 0) detect(piece, place, name, layers + 1, scan.hits);
    }
    while (readings.length > 0 && !spent && !(text.length > longText && isSettled())) {
      const next: typeof readings = [];
      for (const reading of readings) {
        if (reading.layers >= maxLayers || !mayDecode(reading.text, reading.mask) || !spend(reading.text.length)) continue;
        for (const decoded of [decodeLayer(reading.text, reading.mask), unwrap(reading.text, reading.mask)]) {
          if (decoded === null || seen.has(decoded) || seen.size > maxReadings || !spend(decoded.length)) continue;
          seen.add(decoded);
          nested.push(decoded);
          look(decoded);
          next.push({ text: decoded, mask: scan.mask, layers: reading.layers + 1 });
          if (scan.hits === 0) continue;
          detect(decoded, place, name, reading.layers + 1, scan.hits);
          readTail(decoded, place, name, reading.layers + 1, seen);
          readQuery(decoded, reading.layers + 1, seen);
          const whole = spend(decoded.length) ? joinPieces(decoded) : null;
          if (whole === null || seen.has(whole)) continue;
          seen.add(whole);
          look(whole);
          if (scan.hits !== 0) detect(whole, place, name, reading.layers + 1, scan.hits);
        }
      }
      readings = next;
    }
    let any = hits.size > 0;
    if (any) settle(where(), place);
    for (const candidate of nested) any = readNested(candidate, place, layers, where) || any;
    return any || spent;
  };

  return {
    begin(budget = maxSteps, hear) {
      steps = budget;
      spent = false;
      heard = hear;
      hits.clear();
      if (lately.length > 0) lately = [];
      if (!touched) return;
      touched = false;
      best.fill(0);
      bestFindings.fill([]);
    },
    read(text, place, name, where) {
      if (lately.length > 0) lately = [];
      return text.length > 1 && readFrom(text, place, name, 0, where);
    },
    lastReadings: () => lately,
    recall(readings, place, where) {
      for (const reading of readings) {
        for (const hit of reading.hits) hits.set(hit.feature.name, hit);
        settle(where(), place);
      }
    },
    findings() {
      const all = bestFindings.flat();
      return all.length === 0 ? all : all.sort((a, b) => b.points - a.points).slice(0, maxFindings);
    },
    points: () => best.reduce((most, points) => Math.max(most, points), 0),
    exhausted: () => spent,
  };
}

function findingOf({ feature, evidence }: Hit, where: string): Finding {
  return { class: feature.class, rule: feature.name, where, evidence, zh: feature.zh, en: feature.en, points: feature.weight };
}

function featureTable(detectors: readonly Detector[]): ReadonlyMap<string, Feature> {
  const table = new Map<string, Feature>();
  for (const { features } of detectors) {
    for (const [name, facts] of Object.entries(features)) {
      if (table.has(name)) throw new RangeError(`two features are called ${name}`);
      table.set(name, { ...facts, name, classIndex: attackClasses.indexOf(facts.class satisfies AttackClass) });
    }
  }
  return table;
}

function looksLikeJson(text: string): boolean {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  return (first === 0x7b && last === 0x7d) || (first === 0x5b && last === 0x5d);
}
