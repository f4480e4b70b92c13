import * as contract from '@menshen/contract';
import { type Bound, bind } from '../../api/bind.ts';
import type { Runtime } from '../../gateway/runtime.ts';
import type { Measure } from './model.ts';
import type { ContainmentService } from './service.ts';

export interface ContainmentHandlerParts {
  readonly containment: ContainmentService;
  readonly runtime: () => Pick<Runtime, 'config'>;
  readonly clock: () => number;
}

/** Measures for the console and for machines of the company. */
export function containmentHandlers({ containment, runtime, clock }: ContainmentHandlerParts): readonly Bound[] {
  return [
    bind(contract.listMeasures, async ({ query }) => ({
      measures: (await containment.list(query)).map((measure) => measureViewOf(measure, clock())),
      fourEyes: runtime().config.containment.fourEyes,
      now: clock(),
    })),
    bind(contract.getMeasure, async ({ params }) => {
      const measure = await containment.find(params.id);
      if (measure === null) throw new contract.MenshenError('not_found');
      return measureViewOf(measure, clock());
    }),
    bind(contract.previewMeasure, async ({ body }) => await containment.preview(body)),
    bind(contract.applyMeasure, async ({ body, by, approvedBy, deviation }) => {
      // What takes two and comes without the second was forced; a single operator has waited instead.
      const forced = approvedBy === null && deviation === null && containment.takesTwo(body);
      return measureViewOf(await containment.carryOut(body, by, { approval: null, approvedBy, forced }), clock());
    }),
    bind(contract.liftMeasure, async ({ params, body, by }) =>
      measureViewOf(await containment.lift(params.id, body.reason, by), clock()),
    ),
  ];
}

/** A measure in the words of the contract; what the clock has ended has ended, also before anybody wrote that down. */
export function measureViewOf(measure: Measure, now: number): contract.MeasureView {
  const { approval: _, state, ...rest } = measure;
  const over = (state === 'active' || state === 'working') && now >= measure.until;
  return {
    ...rest,
    target: { ...measure.target },
    state: over ? 'expired' : state,
    endedAt: over ? measure.until : measure.endedAt,
    verb: contract.measureWords[measure.kind].verb,
    riskClass: contract.riskClassOf(measure),
  };
}
