import type { ComplianceAttestation, ComplianceExclusion, ComplianceProof, ComplianceRow } from '@menshen/contract';
import type { ProofStanding, Requirement, RequirementStanding } from './model.ts';
import { proofOf } from './proofs.ts';
import { stepOf } from './standing.ts';
import type { Attestation, Exclusion } from './store.ts';

export function rowView({ requirement, state, seen, until, step }: RequirementStanding): ComplianceRow {
  const { id, clause, section, text, kind, level } = requirement;
  return { id, clause, section, text, kind, level, state, seen, until, step };
}

const shownProblems = 10;

/** A proof as it is told. `requirement`: where what only a file can show is attested. */
export function proofView(standing: ProofStanding, requirement: Pick<Requirement, 'id'>): ComplianceProof {
  const { name, freshDays, shownBy, path } = proofOf(standing.proof);
  const { proof, state, places, fresh, until, evidence, problems } = standing;
  return {
    ...{ id: proof, name, shownBy, state, freshDays, places, fresh, until, evidence: [...evidence] },
    problems: problems
      .slice(0, shownProblems)
      .map(({ title, fix, evidence: seen }) => ({ title, fix, path: seen[0]?.path ?? path })),
    step: stepOf(standing, requirement),
  };
}

export function attestationView({ withdrawn, ...rest }: Attestation, now: number): ComplianceAttestation {
  return { ...rest, state: withdrawn !== null ? 'withdrawn' : rest.until <= now ? 'expired' : 'valid' };
}

export function exclusionView({ reason, by, approver, at, until, revoked }: Exclusion, now: number): ComplianceExclusion {
  return { reason, by, approver, at, until, state: revoked !== null ? 'revoked' : until <= now ? 'expired' : 'valid' };
}
