import { macroVectorScores } from './cvss40-scores.ts';
import { type Metrics, parseVector, type Severity, severityOf } from './vector.ts';

/** Metrics of CVSS 4.0 with their values, in the order that a vector must keep (specification, table 23). */
const table = {
  AV: 'N A L P',
  AC: 'L H',
  AT: 'N P',
  PR: 'N L H',
  UI: 'N P A',
  VC: 'H L N',
  VI: 'H L N',
  VA: 'H L N',
  SC: 'H L N',
  SI: 'H L N',
  SA: 'H L N',
  E: 'X A P U',
  CR: 'X H M L',
  IR: 'X H M L',
  AR: 'X H M L',
  MAV: 'X N A L P',
  MAC: 'X L H',
  MAT: 'X N P',
  MPR: 'X N L H',
  MUI: 'X N P A',
  MVC: 'X H L N',
  MVI: 'X H L N',
  MVA: 'X H L N',
  MSC: 'X H L N',
  MSI: 'X S H L N',
  MSA: 'X S H L N',
  S: 'X N P',
  AU: 'X N Y',
  R: 'X A U I',
  V: 'X D C',
  RE: 'X L M H',
  U: 'X Clear Green Amber Red',
} as const;
const mandatory = ['AV', 'AC', 'AT', 'PR', 'UI', 'VC', 'VI', 'VA', 'SC', 'SI', 'SA'] as const;

export interface Cvss40 {
  readonly version: '4.0';
  readonly score: number;
  readonly severity: Severity;
  /** Which groups the score takes into account: base, threat, environment. */
  readonly nomenclature: 'CVSS-B' | 'CVSS-BT' | 'CVSS-BE' | 'CVSS-BTE';
  readonly macroVector: string;
}

type Metric = 'AV' | 'AC' | 'AT' | 'PR' | 'UI' | 'VC' | 'VI' | 'VA' | 'SC' | 'SI' | 'SA' | 'CR' | 'IR' | 'AR' | 'E';
type Values = Readonly<Record<Metric, string>>;

/** Steps of severity that a value stands below the worst of its metric. */
const ranks: Readonly<Record<Exclude<Metric, 'E'>, string>> = {
  AV: 'NALP',
  PR: 'NLH',
  UI: 'NPA',
  AC: 'LH',
  AT: 'NP',
  VC: 'HLN',
  VI: 'HLN',
  VA: 'HLN',
  // A subsequent system has no worse than high unless safety is at stake; the scale begins one step below.
  SC: '-HLN',
  SI: 'SHLN',
  SA: 'SHLN',
  CR: 'HML',
  IR: 'HML',
  AR: 'HML',
};

/**
 * The worst vectors of each level of an equivalence set, as letters of `metrics` in order, and how many steps lie between the worst and the mildest vector of
 * the level (specification, tables 24 to 30 and section 8.2).
 */
interface EquivalenceSet {
  readonly metrics: readonly Exclude<Metric, 'E'>[];
  readonly worst: Readonly<Record<string, readonly string[]>>;
  readonly depth: Readonly<Record<string, number>>;
}

const eq1: EquivalenceSet = {
  metrics: ['AV', 'PR', 'UI'],
  worst: { '0': ['NNN'], '1': ['ANN', 'NLN', 'NNP'], '2': ['PNN', 'ALP'] },
  depth: { '0': 1, '1': 4, '2': 5 },
};
const eq2: EquivalenceSet = {
  metrics: ['AC', 'AT'],
  worst: { '0': ['LN'], '1': ['HN', 'LP'] },
  depth: { '0': 1, '1': 2 },
};
/** EQ3 and EQ6 depend on each other and are taken as one. */
const eq36: EquivalenceSet = {
  metrics: ['VC', 'VI', 'VA', 'CR', 'IR', 'AR'],
  worst: {
    '00': ['HHHHHH'],
    '01': ['HHLMMH', 'HHHMMM'],
    '10': ['LHHHHH', 'HLHHHH'],
    '11': ['LHLHMH', 'LHHHMM', 'HLHMHM', 'HLLMHH', 'LLHHHM'],
    '21': ['LLLHHH'],
  },
  depth: { '00': 7, '01': 6, '10': 8, '11': 8, '21': 10 },
};
const eq4: EquivalenceSet = {
  metrics: ['SC', 'SI', 'SA'],
  worst: { '0': ['HSS'], '1': ['HHH'], '2': ['LLL'] },
  depth: { '0': 6, '1': 5, '2': 4 },
};

/** Scores a vector of CVSS 4.0. @throws VectorError */
export function scoreCvss40(vector: string): Cvss40 {
  const metrics = parseVector(vector, { prefix: 'CVSS:4.0/', table, mandatory, ordered: true });
  const values = effective(metrics);
  const levels = levelsOf(values);
  const score = scoreOf(values, levels) / 10;
  const threat = metrics.has('E');
  const environment = [...metrics.keys()].some((name) => /^(M|[CIA]R$)/.test(name));
  return {
    version: '4.0',
    score,
    severity: severityOf(score),
    nomenclature: `CVSS-B${threat ? 'T' : ''}${environment ? 'E' : ''}`,
    macroVector: `${levels.one}${levels.two}${levels.three}${levels.four}${levels.five}${levels.six}`,
  };
}

/** What counts of each metric: the modified one before the base one, the worst where a threat or requirement is not defined. */
function effective(metrics: Metrics): Values {
  const of = (name: Metric): string => metrics.get(`M${name}`) ?? metrics.get(name) ?? (name === 'E' ? 'A' : 'H');
  return {
    ...{ AV: of('AV'), AC: of('AC'), AT: of('AT'), PR: of('PR'), UI: of('UI') },
    ...{ VC: of('VC'), VI: of('VI'), VA: of('VA'), SC: of('SC'), SI: of('SI'), SA: of('SA') },
    ...{ CR: of('CR'), IR: of('IR'), AR: of('AR'), E: of('E') },
  };
}

interface Levels {
  readonly one: number;
  readonly two: number;
  readonly three: number;
  readonly four: number;
  readonly five: number;
  readonly six: number;
}

function levelsOf({ AV, AC, AT, PR, UI, VC, VI, VA, SC, SI, SA, CR, IR, AR, E }: Values): Levels {
  const open = [AV, PR, UI].filter((letter) => letter === 'N').length;
  const high = [VC, VI, VA].includes('H');
  const needed = (CR === 'H' && VC === 'H') || (IR === 'H' && VI === 'H') || (AR === 'H' && VA === 'H');
  return {
    one: open === 3 ? 0 : open > 0 && AV !== 'P' ? 1 : 2,
    two: AC === 'L' && AT === 'N' ? 0 : 1,
    three: VC === 'H' && VI === 'H' ? 0 : high ? 1 : 2,
    four: SI === 'S' || SA === 'S' ? 0 : [SC, SI, SA].includes('H') ? 1 : 2,
    five: E === 'A' ? 0 : E === 'P' ? 1 : 2,
    six: needed ? 0 : 1,
  };
}

/** Score of a MacroVector in tenths; null where there is none below. */
function lookUp({ one, two, three, four, five, six }: Levels): number | null {
  if (four > 2 || five > 2) return null;
  return macroVectorScores[`${one}${two}${three}${six}`]?.[four * 3 + five] ?? null;
}

/** Score in tenths: that of the MacroVector, less the mean way that the vector has gone towards the next lower ones. */
function scoreOf(values: Values, levels: Levels): number {
  if (['VC', 'VI', 'VA', 'SC', 'SI', 'SA'].every((name) => values[name as Metric] === 'N')) return 0;
  const own = lookUp(levels);
  if (own === null) return 0;
  const joint = `${levels.three}${levels.six}`;
  const steps: readonly { readonly lower: number | null; readonly share: number }[] = [
    { lower: lookUp({ ...levels, one: levels.one + 1 }), share: gone(eq1, `${levels.one}`, values) },
    { lower: lookUp({ ...levels, two: levels.two + 1 }), share: gone(eq2, `${levels.two}`, values) },
    { lower: belowJoint(levels), share: gone(eq36, joint, values) },
    { lower: lookUp({ ...levels, four: levels.four + 1 }), share: gone(eq4, `${levels.four}`, values) },
    // EQ5 has one vector a level: there is no way to go, but a lower level that counts in the mean.
    { lower: lookUp({ ...levels, five: levels.five + 1 }), share: 0 },
  ];
  const ways = steps.flatMap(({ lower, share }) => (lower === null ? [] : [(own - lower) * share]));
  const mean = ways.length === 0 ? 0 : ways.reduce((sum, way) => sum + way, 0) / ways.length;
  // Halves go up, also where binary floating point fell a hair short of one.
  return Math.min(100, Math.max(0, Math.floor(own - mean + 0.5 + 1e-5)));
}

/** The score of the next lower level of EQ3 and EQ6 together: the higher one where there are two. */
function belowJoint(levels: Levels): number | null {
  const three = lookUp({ ...levels, three: levels.three + 1 });
  const six = lookUp({ ...levels, six: levels.six + 1 });
  if (levels.three === 0 && levels.six === 0) return Math.max(three ?? 0, six ?? 0);
  return levels.six === 1 ? three : six;
}

/** How far, as a share of the level's depth, the values stand below the first of the level's worst vectors that is nowhere milder than they are. */
function gone({ metrics, worst, depth }: EquivalenceSet, level: string, values: Values): number {
  for (const letters of worst[level] ?? []) {
    let steps = 0;
    const below = metrics.every((metric, at) => {
      const step = ranks[metric].indexOf(values[metric]) - ranks[metric].indexOf(letters[at] ?? '');
      steps += step;
      return step >= 0;
    });
    if (below) return steps / (depth[level] ?? 1);
  }
  return 0;
}
