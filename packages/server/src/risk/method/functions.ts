import type { Grade } from '../model.ts';

/**
 * The functions that GB/T 20984-2022 leaves to the assessor (its annex F only gives samples). Each has a name that is stored with every risk, and what a name
 * means never changes: another formula gets another name, or old assessments could not be replayed.
 */
export type TwoGrades = (a: number, b: number) => number;

const rootProduct: TwoGrades = (a, b) => Math.sqrt(a * b);
const rounded =
  (of: TwoGrades): TwoGrades =>
  (a, b) =>
    Math.min(5, Math.max(1, Math.round(of(a, b) + 1e-9)));

/** Row: threat or asset value; column: ease or impact. */
const table = [
  [1, 1, 2, 2, 3],
  [1, 2, 2, 3, 4],
  [2, 2, 3, 4, 4],
  [2, 3, 4, 4, 5],
  [3, 4, 4, 5, 5],
] as const;
const lookedUp: TwoGrades = (a, b) => table[Math.round(a) - 1]?.[Math.round(b) - 1] ?? 5;

/** Threat value of capability and frequency; asset value of the harmed attribute and the importance of the business; both grades. */
export const functions = {
  'threat.root-product.1': rounded(rootProduct),
  'threat.matrix.1': lookedUp,
  'asset-value.root-product.1': rounded(rootProduct),
  'asset-value.matrix.1': lookedUp,
  'likelihood.root-product.1': rootProduct,
  'likelihood.matrix.1': lookedUp,
  'loss.root-product.1': rootProduct,
  'loss.matrix.1': lookedUp,
  /** 1 to 25. */
  'risk.product.1': (likelihood, loss) => likelihood * loss,
} as const satisfies Record<string, TwoGrades>;
export type FunctionId = keyof typeof functions;

/** Which function computes which value. */
export interface Method {
  readonly threat: FunctionId;
  readonly asset: FunctionId;
  readonly likelihood: FunctionId;
  readonly loss: FunctionId;
  readonly risk: FunctionId;
}

export const methods = {
  'root-product': {
    ...{ threat: 'threat.root-product.1', asset: 'asset-value.root-product.1', likelihood: 'likelihood.root-product.1' },
    ...{ loss: 'loss.root-product.1', risk: 'risk.product.1' },
  },
  matrix: {
    ...{ threat: 'threat.matrix.1', asset: 'asset-value.matrix.1', likelihood: 'likelihood.matrix.1' },
    ...{ loss: 'loss.matrix.1', risk: 'risk.product.1' },
  },
} as const satisfies Record<string, Method>;
export type MethodName = keyof typeof methods;

/** What a risk was computed from. */
export interface RiskInputs {
  readonly capability: Grade;
  readonly frequency: Grade;
  /** The worst of the attributes that the threat harms. */
  readonly harmed: Grade;
  readonly importance: Grade;
  /** After what controls took off. */
  readonly ease: Grade;
  readonly impact: Grade;
}

export interface RiskValues {
  readonly threat: Grade;
  readonly asset: Grade;
  readonly likelihood: number;
  readonly loss: number;
  /** 1 to 25, to a tenth. */
  readonly score: number;
  readonly level: Grade;
}

/** Computes a risk. The same for an assessment, a replay and a what-if. */
export function computeRisk(inputs: RiskInputs, method: Method): RiskValues {
  const threat = functions[method.threat](inputs.capability, inputs.frequency);
  const asset = functions[method.asset](inputs.harmed, inputs.importance);
  const likelihood = functions[method.likelihood](threat, inputs.ease);
  const loss = functions[method.loss](asset, inputs.impact);
  const score = tenth(functions[method.risk](likelihood, loss));
  return { threat, asset, likelihood, loss, score, level: levelOf(score) };
}

/** Halves go up, also where binary floating point fell a hair short. */
export const tenth = (value: number): number => Math.floor(value * 10 + 0.5 + 1e-9) / 10;

/** `level.fifths.1`: five equal bands of 1 to 25, the upper end of each in it (GB/T 20984 names five levels, and leaves their bounds open). */
export function levelOf(score: number): Grade {
  return Math.min(5, Math.max(1, Math.ceil(score / 5)));
}

/** Cell of the 5 × 5 matrix. */
export const cellOf = ({ likelihood, loss }: Pick<RiskValues, 'likelihood' | 'loss'>): { likelihood: Grade; loss: Grade } => ({
  likelihood: Math.min(5, Math.max(1, Math.round(likelihood))),
  loss: Math.min(5, Math.max(1, Math.round(loss))),
});

/**
 * `rollup.maximum-and-more.1`: a business or system asset is as risky as its worst risk, and half a point more for each further risk of that level, two points at
 * most: many of a kind are more than one of it. 0 without risks.
 */
export function rollUp(scores: readonly number[]): number {
  if (scores.length === 0) return 0;
  const worst = scores.reduce((most, score) => Math.max(most, score), 0);
  const level = levelOf(worst);
  let more = -1;
  for (const score of scores) if (levelOf(score) === level) more += 1;
  return tenth(Math.min(25, worst + 0.5 * Math.min(4, more)));
}

export const functionNames = { level: 'level.fifths.1', rollUp: 'rollup.maximum-and-more.1' } as const;
