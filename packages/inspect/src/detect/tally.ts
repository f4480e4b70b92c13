import { excerpt } from './excerpt.ts';
import { type AttackClass, attackClasses, type Detector, type FeatureFacts, type Place } from './model.ts';
import { createShownPassages } from './shown-passages.ts';
import type { Finding } from './verdict.ts';

export interface Feature extends FeatureFacts {
  readonly name: string;
  readonly classIndex: number;
}

export interface Hit {
  readonly feature: Feature;
  /** What it was found in, and where; most evidence is never asked for, so that it is not cut out before. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly layers: number;
  /** The piece of the text, where the text is not kept. */
  readonly evidence?: string;
}

/** What was found in one text, or in one leaf of the JSON that it holds. */
export interface TextReading {
  readonly hits: readonly Hit[];
}

/** Hears what was found in one text, before the next one is read; `layers` of decoding at most led there. */
export type HearText = (place: Place, layers: number, findings: readonly Finding[]) => void;

/** What is read: a value, what stands behind a sentence or in a query, or what stands before a sentence. */
export type Part = 'whole' | 'end' | 'beginning';

/** Gathers what detectors report, and keeps for each class the text that speaks most for an attack. */
export interface Tally {
  /** Begins a request. With `enough` points of one class it is refused whatever else it holds. */
  begin(enough: number, hear?: HearText): void;
  /** Takes a feature of the text that is being read, once. */
  report(name: string, text: string, start: number, end: number, layers: number, part: Part): void;
  /** Takes what an earlier reading of the same text found. */
  recall(reading: TextReading): void;
  /** Whether something was found in the text that is being read. */
  isFound(): boolean;
  /** Whether one class has enough, in the text that is being read or one before. */
  isCertain(): boolean;
  /** Ends a text: a class keeps its heaviest. */
  settle(where: () => string, place: Place): TextReading;
  /** Those of the heaviest text of each class. */
  findings(): readonly Finding[];
  /** The log-odds of the class that has most. */
  points(): number;
  /** Lets go of the texts that it was told of. */
  forget(): void;
}

const maxFindings = 8;

/** Makes a tally. Throws a RangeError on two features of one name. */
export function createTally(detectors: readonly Detector[], spend: (steps: number) => boolean): Tally {
  const features = featureTable(detectors);
  const shown = createShownPassages(spend);
  let heard: HearText | undefined;
  let enough = Number.POSITIVE_INFINITY;
  let touched = false;
  /** Points of the heaviest class of the text that is being read. */
  let heaviest = 0;
  const hits = new Map<string, Hit>();
  const best = new Float64Array(attackClasses.length);
  const sums = new Float64Array(attackClasses.length);
  const bestFindings: (readonly Finding[])[] = attackClasses.map(() => []);

  const take = (hit: Hit): void => {
    const { name, classIndex, weight } = hit.feature;
    hits.set(name, hit);
    const sum = (sums[classIndex] as number) + weight;
    sums[classIndex] = sum;
    if (sum > heaviest) heaviest = sum;
  };
  const points = (): number => (touched ? best.reduce((most, some) => Math.max(most, some), 0) : 0);

  return {
    begin(enoughPoints, hear) {
      enough = enoughPoints;
      heard = hear;
      if (hits.size > 0) {
        hits.clear();
        sums.fill(0);
        heaviest = 0;
      }
      if (!touched) return;
      touched = false;
      best.fill(0);
      bestFindings.fill([]);
    },
    report(name, text, start, end, layers, part) {
      if (hits.has(name)) return;
      const feature = features.get(name);
      if (feature === undefined || (part !== 'whole' && feature.whole === true)) return;
      if (part === 'beginning' && feature.last === true) return;
      if (feature.bare === true && shown.holds(text, start)) return;
      take({ feature, text, start, end, layers });
    },
    recall(reading) {
      for (const hit of reading.hits) take(hit);
    },
    isFound: () => hits.size > 0,
    isCertain: () => heaviest >= enough || points() >= enough,
    settle(where, place) {
      touched = true;
      const taken = [...hits.values()];
      if (heard !== undefined) {
        let layers = 0;
        for (const hit of taken) layers = Math.max(layers, hit.layers);
        const named = where();
        heard(
          place,
          layers,
          taken.map((hit) => findingOf(hit, named)),
        );
      }
      let named: string | undefined;
      for (let index = 0; index < sums.length; index += 1) {
        const sum = sums[index] as number;
        if (sum <= (best[index] as number)) continue;
        best[index] = sum;
        named ??= where();
        const ofClass: Finding[] = [];
        for (const hit of taken) if (hit.feature.classIndex === index) ofClass.push(findingOf(hit, named));
        bestFindings[index] = ofClass;
      }
      hits.clear();
      sums.fill(0);
      heaviest = 0;
      return { hits: taken };
    },
    findings() {
      const all = bestFindings.flat();
      return all.length === 0 ? all : all.sort((a, b) => b.points - a.points).slice(0, maxFindings);
    },
    points,
    forget: shown.forget,
  };
}

function evidenceOf({ evidence, text, start, end }: Hit): string {
  return evidence ?? excerpt(text, start, end);
}

/** The same without the text, for whoever keeps it. */
export function withoutText({ hits }: TextReading): TextReading {
  return {
    hits: hits.map((hit) => ({
      feature: hit.feature,
      text: '',
      start: 0,
      end: 0,
      layers: hit.layers,
      evidence: evidenceOf(hit),
    })),
  };
}

function findingOf(hit: Hit, where: string): Finding {
  const { feature } = hit;
  return {
    class: feature.class,
    rule: feature.name,
    where,
    evidence: evidenceOf(hit),
    zh: feature.zh,
    en: feature.en,
    points: feature.weight,
  };
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
