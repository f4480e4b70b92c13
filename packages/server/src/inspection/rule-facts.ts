import { type Detector, detectors, type FeatureFacts, fileFeatures } from '@menshen/inspect';

/** The features of all detectors and of the reading of files, by name: what a rule is for, its calibrated points and its sentences. */
export function inspectionRules(): ReadonlyMap<string, FeatureFacts> {
  return rules;
}

const rules = new Map<string, FeatureFacts>([
  ...detectors.flatMap((detector: Detector) => Object.entries(detector.features)),
  ...Object.entries(fileFeatures),
]);

/** Words that the detectors look for, lower case: evidence may show them. */
const literalWords: ReadonlySet<string> = new Set(
  detectors.flatMap(({ literals }) => literals.flatMap((literal) => literal.toLowerCase().match(/[a-z_][a-z0-9_]+/g) ?? [])),
);
export const isLiteralWord = (word: string): boolean => literalWords.has(word);
