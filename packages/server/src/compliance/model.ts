import type { Bilingual, ComplianceFramework, ComplianceState, complianceKinds } from '@menshen/contract';
import type { Evidence, Weakness } from '../risk/model.ts';
import type { ProofId } from './proofs.ts';

export type RequirementKind = (typeof complianceKinds)[number];

/** A requirement of a standard or law, in our own words. */
export interface Requirement {
  /** `FRAMEWORK:CLAUSE`, for links. */
  readonly id: string;
  readonly framework: ComplianceFramework;
  /** As the standard numbers it. */
  readonly clause: string;
  readonly section: string;
  readonly text: Bilingual;
  readonly kind: RequirementKind;
  /** Lowest level that asks for it; null where the framework has none. */
  readonly level: number | null;
  /** Everything here must be fresh for it to be met. */
  readonly proofs: readonly ProofId[];
  /** What is asked instead where Menshen itself is looked at. */
  readonly platformProofs: readonly ProofId[] | null;
  readonly note: Bilingual | null;
  /** Whether clause and sense were compared with a published copy; what was not says so on its page. */
  readonly checked: boolean;
}

export interface Framework {
  readonly id: ComplianceFramework;
  readonly name: Bilingual;
  /** What is counted: stands beside every count. */
  readonly definition: Bilingual;
  readonly caution: Bilingual | null;
  readonly sections: readonly { readonly id: string; readonly name: Bilingual }[];
  readonly requirements: readonly Requirement[];
}

/** A proof as it stands for a subject. */
export interface ProofStanding {
  readonly proof: ProofId;
  readonly state: 'fresh' | 'stale' | 'off';
  /** Whether the subject has nothing that it could stand before, such as an upload. */
  readonly absent: boolean;
  readonly places: number;
  readonly fresh: number;
  /** When the first of its places turns stale; null where nothing ages, or it is not fresh. */
  readonly until: number | null;
  /** Newest first. */
  readonly evidence: readonly Evidence[];
  readonly problems: readonly Weakness[];
}

export interface RequirementStanding {
  readonly requirement: Requirement;
  readonly state: ComplianceState;
  readonly proofs: readonly ProofStanding[];
  /** When the oldest of what is asked was seen last. */
  readonly seen: number | null;
  readonly until: number | null;
  readonly step: { readonly text: Bilingual; readonly path: string } | null;
}
