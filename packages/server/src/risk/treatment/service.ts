import { MenshenError, maxRiskAcceptanceDays, type RiskAcceptance, type RiskTreatment } from '@menshen/contract';
import type { Audit } from '../../audit/service.ts';
import type { Acceptance, RiskStore, Treatment } from '../store.ts';

const dayMs = 86_400_000;

export type TreatmentFields = Pick<Treatment, 'option' | 'plan' | 'owner' | 'cost' | 'due' | 'residual'>;

export interface Treatments {
  list(): Promise<RiskTreatment[]>;
  /** Newest first; `exceeded` by the scores of now. */
  acceptances(scores: ReadonlyMap<string, number>): Promise<RiskAcceptance[]>;
  add(risk: string, fields: TreatmentFields, by: string): Promise<RiskTreatment>;
  change(id: string, fields: TreatmentFields & Pick<Treatment, 'state'>, by: string): Promise<RiskTreatment>;
  /** @throws MenshenError `conflict` where the risk is higher than what is accepted, `validation_failed` for an end too far away */
  accept(
    given: Pick<Acceptance, 'risk' | 'score' | 'reason' | 'until'>,
    by: string,
    approver: string | null,
  ): Promise<RiskAcceptance>;
  revoke(id: string, reason: string, by: string): Promise<RiskAcceptance>;
}

export interface TreatmentParts {
  readonly store: RiskStore;
  readonly audit: Pick<Audit, 'act'>;
  /** What a risk is now; null where there is none of that id. */
  readonly scoreOf: (risk: string) => Promise<number | null>;
  readonly changed: () => void;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** Plans against risks, and risks that two people took: for a time, and no more than they saw. */
export function createTreatments({ store, audit, scoreOf, changed, clock, random }: TreatmentParts): Treatments {
  const idOf = (prefix: string): string => `${prefix}_${Buffer.from(random(12)).toString('base64url')}`;
  const score = async (risk: string): Promise<number> => {
    const now = await scoreOf(risk);
    if (now === null) throw new MenshenError('not_found');
    return now;
  };
  return {
    list: async () => (await store.treatments()).map((one) => treatmentView(one, clock())),
    acceptances: async (scores) =>
      (await store.acceptances()).map((one) => acceptanceView(one, scores.get(one.risk) ?? null, clock())),
    async add(risk, fields, by) {
      const now = clock();
      const treatment: Treatment = {
        ...fields,
        ...{ id: idOf('rt'), risk, state: 'planned', scoreThen: await score(risk), created: now, createdBy: by, changed: now },
      };
      const detail = { treatment: treatment.id, risk, option: fields.option, cost: fields.cost ?? 0, due: fields.due ?? 0 };
      await audit.act(by, { activity: 'create', entity: 'risk treatment', detail }, () => store.putTreatment(treatment));
      changed();
      return treatmentView(treatment, now);
    },
    async change(id, fields, by) {
      const known = (await store.treatments()).find((one) => one.id === id);
      if (known === undefined) throw new MenshenError('not_found');
      const treatment: Treatment = { ...known, ...fields, changed: clock() };
      const detail = { treatment: id, state: fields.state, option: fields.option, due: fields.due ?? 0 };
      await audit.act(by, { activity: 'update', entity: 'risk treatment', detail }, () => store.putTreatment(treatment));
      changed();
      return treatmentView(treatment, clock());
    },
    async accept({ risk, score: accepted, reason, until }, by, approver) {
      const now = clock();
      if (until <= now || until > now + maxRiskAcceptanceDays * dayMs)
        throw new MenshenError('validation_failed', { fields: ['until'] });
      // Between asking and approving the risk may have risen: what nobody saw is not accepted.
      if ((await score(risk)) > accepted) throw new MenshenError('conflict');
      const acceptance: Acceptance = {
        ...{ id: idOf('rx'), risk, score: accepted, reason, until, accepted: now, acceptedBy: by, approver, revoked: null },
      };
      const detail = { acceptance: acceptance.id, risk, score: accepted, until, reason, approver: approver ?? '' };
      await audit.act(by, { activity: 'create', entity: 'risk acceptance', detail }, () => store.addAcceptance(acceptance));
      changed();
      return acceptanceView(acceptance, accepted, now);
    },
    async revoke(id, reason, by) {
      const known = (await store.acceptances()).find((one) => one.id === id);
      if (known === undefined) throw new MenshenError('not_found');
      const now = clock();
      await audit.act(by, { activity: 'delete', entity: 'risk acceptance', detail: { acceptance: id, reason } }, async () => {
        if (!(await store.revokeAcceptance(id, now))) throw new MenshenError('not_found');
      });
      changed();
      return acceptanceView({ ...known, revoked: now }, null, now);
    },
  };
}

function treatmentView({ created, changed, ...rest }: Treatment, now: number): RiskTreatment {
  const open = rest.state === 'planned' || rest.state === 'under_way';
  return { ...rest, createdAt: created, changedAt: changed, overdue: open && rest.due !== null && rest.due <= now };
}

/** An acceptance holds until its end, while nobody took it back and the risk is no higher than what was accepted. */
export function acceptanceView({ accepted, revoked, ...rest }: Acceptance, score: number | null, now: number): RiskAcceptance {
  const state =
    revoked !== null ? 'revoked' : rest.until <= now ? 'expired' : score !== null && score > rest.score ? 'exceeded' : 'valid';
  return { ...rest, acceptedAt: accepted, state };
}
