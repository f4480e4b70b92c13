import type { AttackClassName, InspectedField, InspectedPlace, InspectionMode } from '@menshen/contract';

/** A feature that a detector found, with the points that it gave. */
export interface FoundFeature {
  readonly rule: string;
  readonly points: number;
}

/** What was found in one text of a request for one class: what is needed to decide again, and to explain. */
export interface FoundThreat {
  readonly class: AttackClassName;
  readonly place: InspectedPlace;
  /** The field, as {@link fieldName} writes it. */
  readonly name: string;
  readonly layers: number;
  /** Masked by {@link maskEvidence}. */
  readonly evidence: string;
  readonly features: readonly FoundFeature[];
}

/** A threat after the rules in force were applied to it. */
export interface JudgedThreat extends FoundThreat {
  readonly score: number;
  /** The exception that took points from it. */
  readonly excepted: string | null;
}

/** An exception as the data plane holds it: what it is for, and when it ends. */
export interface ActiveException {
  readonly id: string;
  /** A class, or a rule. */
  readonly target: { readonly class: AttackClassName } | { readonly rule: string };
  readonly where: InspectedField;
  /** Epoch ms; from then on it does nothing. */
  readonly expiresAt: number;
}

/** The rules that one route is inspected by. */
export interface InspectionRules {
  readonly mode: InspectionMode;
  /** Points from which one text is an attack. */
  readonly threshold: number;
  /** Step budget of a request; null: the engine's own. */
  readonly steps: number | null;
  readonly exceptions: readonly ActiveException[];
  /** Points that were set by hand, by rule; 0 puts a rule out of force. */
  readonly weights: ReadonlyMap<string, number>;
}

/** How many threats of a request are kept: the gravest. */
export const maxThreats = 12;
/** How many features of a threat are kept: those with the most points. */
export const maxFeatures = 12;

/** What inspection says of a live request, and what is recorded of it. */
export interface Inspected {
  /** `block`: refuse. `note`: monitor mode would have refused. */
  readonly verdict: 'pass' | 'note' | 'block';
  readonly code: 'request_blocked' | 'inspection_budget' | null;
  /** The place of the gravest threat, in our words. */
  readonly where: string | null;
  readonly threats: readonly JudgedThreat[];
  /** Threats that were not kept. */
  readonly dropped: number;
  readonly exhausted: boolean;
}
