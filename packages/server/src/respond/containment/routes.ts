import * as contract from '@menshen/contract';
import { type Bound, bind } from '../../api/bind.ts';
import type { Runtime } from '../../gateway/runtime.ts';
import type { Measure } from './model.ts';
import { shareOf } from './reopening/model.ts';
import type { Watched } from './reopening/service.ts';
import type { ContainmentService } from './service.ts';

export interface ContainmentHandlerParts {
  readonly containment: ContainmentService;
  readonly runtime: () => Pick<Runtime, 'config'>;
  readonly clock: () => number;
}

/** Measures for the console and for machines of the company. */
export function containmentHandlers({ containment, runtime, clock }: ContainmentHandlerParts): readonly Bound[] {
  const views = async (measures: readonly Measure[]): Promise<contract.MeasureView[]> => {
    const watched = await containment.reopenings.of(measures.map(({ id }) => id));
    return measures.map((measure) => measureViewOf(measure, clock(), watched.get(measure.id)));
  };
  const view = async (measure: Measure | null): Promise<contract.MeasureView> => {
    if (measure === null) throw new contract.MenshenError('not_found');
    const [shown] = await views([measure]);
    if (shown === undefined) throw new contract.MenshenError('not_found');
    return shown;
  };
  return [
    bind(contract.listMeasures, async ({ query }) => ({
      measures: await views(await containment.list(query)),
      inForce: await containment.countInForce(),
      fourEyes: runtime().config.containment.fourEyes,
      now: clock(),
    })),
    bind(contract.getMeasure, async ({ params }) => await view(await containment.find(params.id))),
    bind(contract.previewMeasure, async ({ body }) => await containment.preview(body)),
    bind(contract.applyMeasure, async ({ body, by, approvedBy, deviation }) => {
      // What takes two and comes without the second was forced; a single operator has waited instead.
      const forced = approvedBy === null && deviation === null && containment.takesTwo(body);
      return await view(await containment.carryOut(body, by, { approval: null, approvedBy, forced }));
    }),
    bind(contract.liftMeasure, async ({ params, body, by }) => await view(await containment.lift(params.id, body.reason, by))),
    bind(contract.liftMeasures, async ({ body, by }) => await containment.liftAll(body.measures, body.reason, by)),
    bind(contract.reopenMeasure, async ({ params, body, by }) => {
      await containment.reopenings.start(params.id, body.plan, body.reason, by);
      return await view(await containment.find(params.id));
    }),
    bind(contract.moveReopening, async ({ params, body, by }) => {
      await containment.reopenings.move(params.id, body.move, body.reason, by);
      return await view(await containment.find(params.id));
    }),
  ];
}

/** A measure in the words of the contract; what the clock has ended has ended, also before anybody wrote that down. */
export function measureViewOf(measure: Measure, now: number, watched?: Watched): contract.MeasureView {
  const { approval: _, state, ...rest } = measure;
  const over = (state === 'active' || state === 'working') && now >= measure.until;
  return {
    ...rest,
    target: { ...measure.target },
    state: over ? 'expired' : state,
    endedAt: over ? measure.until : measure.endedAt,
    verb: contract.measureWords[measure.kind].verb,
    riskClass: contract.riskClassOf(measure),
    reopening: watched === undefined ? null : reopeningViewOf(watched),
  };
}

function reopeningViewOf({ reopening, seen }: Watched): contract.ReopeningView {
  const { state, plan, step, since, rules, moves } = reopening;
  const seconds = plan.steps[step]?.seconds ?? 0;
  return {
    ...{ state, plan, step, since, share: shareOf(reopening), rules: [...rules], seen },
    next: state === 'open' && plan.advance === 'auto' ? since + seconds * 1_000 : null,
    moves: moves.map((move) => ({ ...move })),
  };
}
