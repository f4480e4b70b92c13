import { type Measured, type MeasureKindId, MenshenError, measureTargets } from '@menshen/contract';
import type * as z from 'zod';
import type { ContainmentService, Taken } from '../../containment/service.ts';
import type { Outputs } from '../model.ts';
import { type Action, type ActionContext, type Filled, StepError } from '../ports.ts';
import { type ActionName, actionNames, canBeLifted, specOf } from './catalogue.ts';
import { durationOf, textOf, wordsOf } from './filled.ts';

export type Containment = Pick<ContainmentService, 'preview' | 'apply' | 'pending' | 'lift' | 'takesTwo' | 'waitingSecret'>;

const dayMs = 86_400_000;
const reasonLength = 300;
const noticeLength = 200;
/** In the place of the id that is looked up when the step acts. */
const anySecret = `s_${'0'.repeat(16)}`;

/** Measures of containment as actions: taken, previewed and lifted by the service that keeps them. */
export function measureActions(containment: Containment, clock: () => number): Partial<Record<ActionName, Action>> {
  return Object.fromEntries(
    actionNames.flatMap((name) => {
      const { measure } = specOf(name);
      return measure === null ? [] : [[name, measureAction(name, measure, containment, clock)]];
    }),
  );
}

function measureAction(name: ActionName, kind: MeasureKindId, containment: Containment, clock: () => number): Action {
  return {
    async perform(filled, context) {
      const measured = await withSecret(measuredOf(kind, filled), containment);
      const incident = textOf(filled, 'incident');
      const request = {
        ...measured,
        until: clock() + (durationOf(filled, 'for') ?? dayMs),
        reason: reasonOf(context),
        idempotencyKey: context.key,
        // Each person who meets the same fault starts the playbook anew: one measure is enough.
        ifNoneStands: true,
        ...(incident === undefined ? {} : { incident }),
      };
      const applied = await containment.apply(request, context.by);
      return 'measure' in applied ? { outputs: outputsOf(applied) } : { approval: applied.approvalId };
    },
    async pending(approval) {
      const found = await containment.pending(approval);
      if (found === null || found.state === 'cancelled' || found.state === 'expired') return 'expired';
      if (found.state === 'failed') return { problem: found.problem };
      return found.state === 'applied' ? { outputs: outputsOf(found) } : found.state;
    },
    ...(canBeLifted(name) ? { lift: (outputs: Outputs, context: ActionContext) => lift(containment, outputs, context) } : {}),
    asks: (filled) => containment.takesTwo(measuredOf(kind, filled)),
    async preview(filled) {
      const { requests, persons, honest, fourEyes } = await containment.preview(measuredOf(kind, filled));
      return { stops: { requests, persons, honest: honest.persons }, approval: fourEyes };
    },
    simulated: { measure: 'm_preview', affected: 0, until: 0 },
  };
}

/** A playbook cannot know under which id somebody has entered the new secret. @throws StepError `secret_missing` */
async function withSecret(measured: Measured, { waitingSecret }: Pick<Containment, 'waitingSecret'>): Promise<Measured> {
  if (measured.kind !== 'rotate_secret') return measured;
  const { app, secret } = measured.target;
  const staged = await waitingSecret(app, secret);
  if (staged === null) throw new StepError('secret_missing', false);
  return { ...measured, target: { app, secret, staged } };
}

/** What another run took is not this run's to take back. */
const outputsOf = ({ measure: { id, done, until }, takenOver }: Taken): Outputs => ({
  ...{ measure: id, affected: takenOver ? 0 : done, until },
  ...(takenOver ? { takenOver } : {}),
});

async function lift(containment: Containment, { measure, takenOver }: Outputs, { by, run }: ActionContext): Promise<void> {
  if (typeof measure !== 'string' || takenOver === true) return;
  try {
    await containment.lift(measure, `playbook run ${run} was taken back`, by.username);
  } catch (error) {
    // It has ended by itself, or somebody was quicker.
    if (error instanceof MenshenError && (error.code === 'conflict' || error.code === 'not_found')) return;
    throw error;
  }
}

/** Why a measure was taken, in both languages and with what it rests on, for whoever reads it on the page of measures. */
const reasonOf = ({ playbookName, step, run, alert }: ActionContext): string => {
  const cause = `（${alert ?? run}）`;
  const said = `${playbookName.zh}：${step.zh} · ${playbookName.en}: ${step.en}`;
  return `${said.slice(0, reasonLength - cause.length)}${cause}`;
};

/** The measure that a step asks for. @throws StepError `parameter_invalid NAME` */
export function measuredOf(kind: MeasureKindId, filled: Filled): Measured {
  const target = targetOf(kind, filled);
  const parsed = (measureTargets[kind] as z.ZodType).safeParse(target);
  if (!parsed.success) {
    const [field = 'target'] = parsed.error.issues[0]?.path ?? [];
    throw new StepError(`parameter_invalid ${String(field)}`, false, { cause: parsed.error });
  }
  // Sound: the kind and its target were parsed together.
  return { kind, target: parsed.data } as Measured;
}

function targetOf(kind: MeasureKindId, filled: Filled): unknown {
  const text = (name: string): string | undefined => textOf(filled, name);
  const app = text('app');
  const words = wordsOf(filled, 'notice');
  const notice =
    words === undefined ? {} : { notice: { zh: words.zh.slice(0, noticeLength), en: words.en.slice(0, noticeLength) } };
  switch (kind) {
    case 'end_sessions':
    case 'force_step_up':
      return scopeOf(filled);
    case 'lock_accounts':
      return { persons: [text('person')] };
    case 'block_addresses':
      return { addresses: [text('address')], ...(app === undefined ? {} : { app }) };
    case 'stop_route':
      return { app, route: text('route') };
    case 'stop_campaign':
      return { app, campaign: text('campaign') };
    case 'stop_version':
      return { app, versions: [text('version')] };
    case 'stop_app':
    case 'read_only':
    case 'isolate_backend':
      return { app, ...notice };
    case 'rotate_keys':
      return { app };
    case 'rotate_secret':
      return { app, secret: text('secret') ?? 'wechat', staged: anySecret };
    case 'revoke_tokens':
      return text('token') === undefined ? {} : { tokens: [text('token')] };
  }
}

/** Whom a measure reaches: the narrowest that is named. */
function scopeOf(filled: Filled): unknown {
  const [person, device, version, department, app] = (['person', 'device', 'version', 'department', 'app'] as const).map((name) =>
    textOf(filled, name),
  );
  if (device !== undefined) return { scope: 'device', device, ...(person === undefined ? {} : { person }) };
  if (person !== undefined) return { scope: 'person', person };
  if (version !== undefined) return { scope: 'version', app, version };
  if (department !== undefined) return { scope: 'department', department };
  if (app !== undefined) return { scope: 'app', app };
  // Everybody is reached only when the playbook says so in so many words.
  return filled['everyone'] === true ? { scope: 'everyone' } : {};
}
