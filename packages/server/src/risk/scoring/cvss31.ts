import { type Metrics, parseVector, type Severity, severityOf } from './vector.ts';

/** Metrics of CVSS 3.1 with their values (specification, section 6). */
const table = {
  AV: 'N A L P',
  AC: 'L H',
  PR: 'N L H',
  UI: 'N R',
  S: 'U C',
  C: 'H L N',
  I: 'H L N',
  A: 'H L N',
  E: 'X U P F H',
  RL: 'X O T W U',
  RC: 'X U R C',
  CR: 'X L M H',
  IR: 'X L M H',
  AR: 'X L M H',
  MAV: 'X N A L P',
  MAC: 'X L H',
  MPR: 'X N L H',
  MUI: 'X N R',
  MS: 'X U C',
  MC: 'X H L N',
  MI: 'X H L N',
  MA: 'X H L N',
} as const;
const mandatory = ['AV', 'AC', 'PR', 'UI', 'S', 'C', 'I', 'A'] as const;

/** Numerical values of the metrics (section 7.4). */
const weights: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  UI: { N: 0.85, R: 0.62 },
  C: { H: 0.56, L: 0.22, N: 0 },
  I: { H: 0.56, L: 0.22, N: 0 },
  A: { H: 0.56, L: 0.22, N: 0 },
  E: { H: 1, F: 0.97, P: 0.94, U: 0.91 },
  RL: { U: 1, W: 0.97, T: 0.96, O: 0.95 },
  RC: { C: 1, R: 0.96, U: 0.92 },
  CR: { H: 1.5, M: 1, L: 0.5 },
  IR: { H: 1.5, M: 1, L: 0.5 },
  AR: { H: 1.5, M: 1, L: 0.5 },
};
/** Privileges weigh more where the scope changes. */
const privileges = {
  U: { N: 0.85, L: 0.62, H: 0.27 },
  C: { N: 0.85, L: 0.68, H: 0.5 },
} as const;

export interface Cvss31 {
  readonly version: '3.1';
  readonly base: number;
  readonly temporal: number;
  readonly environmental: number;
  /** The last of the three that its vector says something of. */
  readonly score: number;
  readonly severity: Severity;
}

/**
 * Smallest number with one decimal that is not less; on integers, because 4.02 in binary floating point is not 4.02 (specification, appendix A).
 */
export function roundUp(value: number): number {
  const whole = Math.round(value * 100_000);
  return whole % 10_000 === 0 ? whole / 100_000 : (Math.floor(whole / 10_000) + 1) / 10;
}

/** Scores a vector of CVSS 3.1: base, temporal, environmental. @throws VectorError */
export function scoreCvss31(vector: string): Cvss31 {
  const metrics = parseVector(vector, { prefix: 'CVSS:3.1/', table, mandatory, ordered: false });
  const base = baseScore(metrics);
  const time = weight(metrics, 'E') * weight(metrics, 'RL') * weight(metrics, 'RC');
  const temporal = roundUp(base * time);
  const environmental = environmentalScore(metrics, time);
  const own = [...metrics.keys()];
  const score = own.some((name) => /^(M|[CIA]R$)/.test(name))
    ? environmental
    : own.some((name) => name === 'E' || name === 'RL' || name === 'RC')
      ? temporal
      : base;
  return { version: '3.1', base, temporal, environmental, score, severity: severityOf(score) };
}

/** Weight of a metric; 1 where it is not defined. */
function weight(metrics: Metrics, name: string, letter = metrics.get(name)): number {
  return letter === undefined ? 1 : (weights[name]?.[letter] ?? 1);
}

function baseScore(metrics: Metrics): number {
  const changed = metrics.get('S') === 'C';
  const lost = 1 - (1 - weight(metrics, 'C')) * (1 - weight(metrics, 'I')) * (1 - weight(metrics, 'A'));
  const impact = changed ? 7.52 * (lost - 0.029) - 3.25 * (lost - 0.02) ** 15 : 6.42 * lost;
  if (impact <= 0) return 0;
  const reach =
    8.22 * weight(metrics, 'AV') * weight(metrics, 'AC') * privilege(metrics.get('PR'), changed) * weight(metrics, 'UI');
  return roundUp(Math.min((changed ? 1.08 : 1) * (impact + reach), 10));
}

/** A modified metric, or the base metric that it modifies. */
const modified = (metrics: Metrics, name: string): string => metrics.get(`M${name}`) ?? metrics.get(name) ?? '';

function environmentalScore(metrics: Metrics, time: number): number {
  const changed = modified(metrics, 'S') === 'C';
  const kept = (['C', 'I', 'A'] as const).reduce(
    (product, name) => product * (1 - weight(metrics, `${name}R`) * weight(metrics, name, modified(metrics, name))),
    1,
  );
  const lost = Math.min(1 - kept, 0.915);
  const impact = changed ? 7.52 * (lost - 0.029) - 3.25 * (lost * 0.9731 - 0.02) ** 13 : 6.42 * lost;
  if (impact <= 0) return 0;
  const reach =
    8.22 *
    weight(metrics, 'AV', modified(metrics, 'AV')) *
    weight(metrics, 'AC', modified(metrics, 'AC')) *
    privilege(modified(metrics, 'PR'), changed) *
    weight(metrics, 'UI', modified(metrics, 'UI'));
  return roundUp(roundUp(Math.min((changed ? 1.08 : 1) * (impact + reach), 10)) * time);
}

function privilege(letter: string | undefined, changed: boolean): number {
  const row = privileges[changed ? 'C' : 'U'];
  return letter === 'N' || letter === 'L' || letter === 'H' ? row[letter] : row.N;
}
