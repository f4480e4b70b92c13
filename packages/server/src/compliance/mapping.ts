import type { ComplianceFramework, complianceMapped } from '@menshen/contract';
import type * as z from 'zod';
import type { RequirementStanding } from './model.ts';
import type { ProofId } from './proofs.ts';

type Mapped = z.output<typeof complianceMapped>;

const mappedView = ({ requirement: { id, framework, clause, text }, state }: RequirementStanding): Mapped => ({
  ...{ id, framework, clause, text, state },
});

/** Requirements of all frameworks by what answers them: one measure answers several. The table follows from the proofs and cannot disagree with them. */
export function mappingOf(
  standings: ReadonlyMap<ComplianceFramework, readonly RequirementStanding[]>,
): ReadonlyMap<ProofId, readonly Mapped[]> {
  const byProof = new Map<ProofId, Mapped[]>();
  for (const standing of [...standings.values()].flat())
    for (const { proof } of standing.proofs) byProof.set(proof, [...(byProof.get(proof) ?? []), mappedView(standing)]);
  return byProof;
}

/** Requirements that share a proof with one, each once; that everything needs a certified module makes nothing alike. */
export function mappedTo(item: RequirementStanding, mapping: ReadonlyMap<ProofId, readonly Mapped[]>): Mapped[] {
  const found = item.proofs.filter(({ proof }) => proof !== 'certified_module').flatMap(({ proof }) => mapping.get(proof) ?? []);
  return [...new Map(found.map((one) => [one.id, one])).values()].filter(({ id }) => id !== item.requirement.id);
}
