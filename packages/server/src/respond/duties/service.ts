import { type IncidentsConfig, type JudgementFacts, MenshenError } from '@menshen/contract';
import type { Clocks, Incident } from '../incidents/model.ts';
import type { IncidentService } from '../incidents/service.ts';
import { assessDuties, type DutyConclusion } from './assess.ts';
import { dutyRuleOf } from './rules.ts';
import type { DutyStore, Judgement } from './store.ts';
import { suggestLevel } from './thresholds.ts';
import { levelName } from './words.ts';

export interface DutyParts {
  readonly store: DutyStore;
  readonly incidents: Pick<IncidentService, 'find' | 'write'>;
  readonly config: () => IncidentsConfig;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

export interface DutyService {
  /** Throws `not_found`, `incident_ended`, `audit_unwritable`. */
  judge(incident: string, facts: JudgementFacts, reason: string, by: string): Promise<Judgement>;
  /** Notes that a duty was done. Also for an incident that has ended: summaries come later. Throws `not_found`, `validation_failed`. */
  record(
    incident: string,
    rule: string,
    mark: { readonly at: number; readonly to: string; readonly reference: string; readonly note: string },
    by: string,
  ): Promise<void>;
  /** Judgements of incidents, the newest first. */
  judgements(incidents: readonly string[]): Promise<Judgement[]>;
  /** What follows for each incident, by its id. */
  conclusions(
    incidents: readonly { readonly incident: Incident; readonly clocks: Clocks }[],
  ): Promise<ReadonlyMap<string, readonly DutyConclusion[]>>;
}

/** Who judged what on which facts, and what follows from it. */
export function createDutyService({ store, incidents, config, clock, random }: DutyParts): DutyService {
  const newId = (prefix: string): string => `${prefix}_${Buffer.from(random(12)).toString('base64url')}`;
  return {
    async judge(id, facts, reason, by) {
      const { state, mergedInto } = await incidents.find(id);
      // Also when it is closed: what is learned later may make it one that has to be reported.
      if (state === 'false_alarm' || mergedInto !== null) throw new MenshenError('incident_ended');
      const judgement: Judgement = { id: newId('ij'), incident: id, at: clock(), by, facts, reason };
      const level = levelName(facts.level);
      const suggested = suggestLevel(facts);
      await incidents.write(
        id,
        {
          ...{ kind: 'judgement', by },
          text: { zh: `研判：${level.zh}。依据：${reason}`, en: `Judgement: ${level.en}. On the ground that: ${reason}` },
          facts: {
            ...{ judgement: judgement.id, level: facts.level, suggested: suggested ?? '' },
            ...{ personal_information: facts.personalInformation, people: facts.people ?? -1 },
          },
        },
        () => ({ more: (tx) => store.addJudgement(tx, judgement) }),
      );
      return judgement;
    },
    async record(id, ruleId, mark, by) {
      await incidents.find(id);
      const rule = dutyRuleOf(ruleId);
      if (rule === undefined) throw new MenshenError('not_found');
      if (mark.at > clock()) throw new MenshenError('validation_failed', { fields: ['at'] });
      await incidents.write(
        id,
        {
          ...{ kind: 'duty', by, at: mark.at, facts: { rule: rule.id, done: mark.at } },
          text: {
            zh: `已完成：${rule.title.zh}，送达 ${mark.to}${mark.reference === '' ? '' : `（编号 ${mark.reference}）`}`,
            en: `Done: ${rule.title.en}, to ${mark.to}${mark.reference === '' ? '' : ` (reference ${mark.reference})`}`,
          },
        },
        () => ({
          more: (tx) => store.addMark(tx, { ...mark, id: newId('id'), incident: id, rule: rule.id, by, written: clock() }),
        }),
      );
    },
    judgements: (ids) => store.judgements(ids),
    async conclusions(given) {
      const ids = given.map(({ incident }) => incident.id);
      const [judgements, marks] = await Promise.all([store.judgements(ids), store.marks(ids)]);
      return new Map(
        given.map(({ incident, clocks }) => {
          const facts = judgements.find((one) => one.incident === incident.id)?.facts ?? null;
          const own = marks.filter((mark) => mark.incident === incident.id);
          const input = { facts, clocks, opened: incident.opened, marks: own, config: config(), now: clock() };
          return [incident.id, assessDuties(input)] as const;
        }),
      );
    },
  };
}
