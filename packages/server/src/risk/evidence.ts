import type { ControlId } from './controls/catalogue.ts';
import type { ControlStanding } from './controls/effect.ts';
import type { RiskService } from './service.ts';

/** What compliance can say of risk assessment, as it stands now (GB/T 20984-2022; GB/T 22239-2019 wants risks known and treated). */
export interface RiskEvidence {
  /** When the present picture was computed, and when a version was stored last, epoch ms. */
  readonly at: number;
  readonly storedAt: number | null;
  readonly risks: number;
  /** Of level 4 and 5; and those of them that nobody treats or has accepted. */
  readonly high: number;
  readonly undecided: number;
  readonly overdueTreatments: number;
  /** Acceptances that have ended, or that the risk has outgrown. */
  readonly lapsedAcceptances: number;
  /** Every control with its evidence; several where it stands before several assets. */
  readonly controls: ReadonlyMap<ControlId, readonly ControlStanding[]>;
}

/** Gathers the evidence; reads only. */
export async function riskEvidence(risks: Pick<RiskService, 'current' | 'versions' | 'treatments'>): Promise<RiskEvidence> {
  const { assessment } = await risks.current();
  const scores = new Map(assessment.risks.map(({ id, score }) => [id, score]));
  const [treatments, acceptances, { versions }] = await Promise.all([
    risks.treatments.list(),
    risks.treatments.acceptances(scores),
    risks.versions(1, null),
  ]);
  const decided = new Set([
    ...treatments.filter(({ state }) => state === 'planned' || state === 'under_way').map(({ risk }) => risk),
    ...acceptances.filter(({ state }) => state === 'valid').map(({ risk }) => risk),
  ]);
  const high = assessment.risks.filter(({ level }) => level >= 4);
  return {
    ...{ at: assessment.at, storedAt: versions[0]?.at ?? null, risks: assessment.risks.length, high: high.length },
    undecided: high.filter(({ id }) => !decided.has(id)).length,
    overdueTreatments: treatments.filter(({ overdue }) => overdue).length,
    lapsedAcceptances: acceptances.filter(({ state }) => state === 'expired' || state === 'exceeded').length,
    controls: Map.groupBy(assessment.controls, ({ control }) => control),
  };
}
