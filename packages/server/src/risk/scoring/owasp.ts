/** Factors of the OWASP Risk Rating Methodology, each 0 to 9. */
export const likelihoodFactors = [
  ...(['skill', 'motive', 'opportunity', 'size'] as const),
  ...(['easeOfDiscovery', 'easeOfExploit', 'awareness', 'intrusionDetection'] as const),
] as const;
export const impactFactors = [
  ...(['confidentiality', 'integrity', 'availability', 'accountability'] as const),
  ...(['financial', 'reputation', 'nonCompliance', 'privacy'] as const),
] as const;

export type OwaspFactor = (typeof likelihoodFactors)[number] | (typeof impactFactors)[number];
export type OwaspBand = 'low' | 'medium' | 'high';
export type OwaspSeverity = 'note' | 'low' | 'medium' | 'high' | 'critical';

export interface OwaspRating {
  readonly likelihood: number;
  readonly impact: number;
  readonly likelihoodBand: OwaspBand;
  readonly impactBand: OwaspBand;
  readonly severity: OwaspSeverity;
  /** Whether the impact is that of the business: the technical impact counts only where nothing is known of the business. */
  readonly impactOf: 'business' | 'technical';
}

const technical = impactFactors.slice(0, 4);
const business = impactFactors.slice(4);

/** Below 3 low, below 6 medium, to 9 high. */
const bandOf = (value: number): OwaspBand => (value < 3 ? 'low' : value < 6 ? 'medium' : 'high');

/** Rows: impact; columns: likelihood. */
const matrix: Readonly<Record<OwaspBand, Readonly<Record<OwaspBand, OwaspSeverity>>>> = {
  low: { low: 'note', medium: 'low', high: 'medium' },
  medium: { low: 'low', medium: 'medium', high: 'high' },
  high: { low: 'medium', medium: 'high', high: 'critical' },
};

/**
 * Rates by the means of the factors that are given. @throws RangeError where a factor is no number of 0 to 9, or one of the two sides has none
 */
export function rateOwasp(factors: Readonly<Partial<Record<OwaspFactor, number>>>): OwaspRating {
  const mean = (names: readonly OwaspFactor[]): number | null => {
    const given = names.flatMap((name) => factors[name] ?? []);
    if (given.some((value) => !(value >= 0 && value <= 9))) throw new RangeError('a factor is a number from 0 to 9');
    return given.length === 0 ? null : given.reduce((sum, value) => sum + value, 0) / given.length;
  };
  const likelihood = mean(likelihoodFactors);
  const ofBusiness = mean(business);
  const impact = ofBusiness ?? mean(technical);
  if (likelihood === null || impact === null) throw new RangeError('a rating needs a factor of likelihood and one of impact');
  const [likelihoodBand, impactBand] = [bandOf(likelihood), bandOf(impact)];
  return {
    ...{ likelihood, impact, likelihoodBand, impactBand, severity: matrix[impactBand][likelihoodBand] },
    impactOf: ofBusiness === null ? 'technical' : 'business',
  };
}
