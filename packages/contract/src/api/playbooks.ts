import * as z from 'zod';
import { administratorPowers, defineEndpoint } from '../endpoint.ts';
import { administratorPower, adminReason } from './administrator-model.ts';
import { alertSeverity } from './alerts.ts';
import { bilingual, ok, time, uid } from './common.ts';

const playbookId = z.string().regex(/^[a-z][a-z0-9-]{0,59}$/);
const runId = z.string().regex(/^pr_[A-Za-z0-9_-]{22}$/);
const stepKey = z.string().min(1).max(260);
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
/** What expressions made of the parameters of a step. */
const filledParameters = z.record(z.string().max(40), z.union([z.string(), z.number(), z.boolean(), z.array(scalar), bilingual]));

/** `off`: starts only by hand. `ask`: by itself, and every measure waits for a person. `on`: by itself, and only high risk waits. */
export const playbookMode = z.enum(['off', 'ask', 'on']);
export type PlaybookModeName = z.output<typeof playbookMode>;

/** `compensated`: it failed or was aborted, and what it had applied has been lifted. */
export const playbookRunState = z.enum(['running', 'waiting', 'done', 'failed', 'aborted', 'compensating', 'compensated']);
export type PlaybookRunState = z.output<typeof playbookRunState>;
export const playbookStepState = z.enum([
  ...(['approval', 'running', 'retrying', 'done', 'skipped', 'failed', 'compensating', 'compensated'] as const),
]);
export type PlaybookStepState = z.output<typeof playbookStepState>;

const trigger = z.object({
  kind: z.enum(['alert', 'finding', 'schedule', 'manual']),
  /** Rules of alerts, with their titles; any rule when null. */
  rules: z.array(z.object({ rule: z.string(), title: bilingual })).nullable(),
  severity: alertSeverity.nullable(),
  /** Seconds between two starts by the clock. */
  everySeconds: z.number().nullable(),
});

export const playbookRunSummary = z.object({
  id: runId,
  playbook: z.string(),
  name: bilingual,
  version: z.number(),
  state: playbookRunState,
  trigger: z.enum(['alert', 'finding', 'schedule', 'manual']),
  alert: z.string().nullable(),
  uid: uid.nullable(),
  started: time,
  startedBy: z.string(),
  ended: time.nullable(),
  /** Step and code of what went wrong. */
  problem: z.string().nullable(),
});
export type PlaybookRunSummary = z.output<typeof playbookRunSummary>;

export const playbookSummary = z.object({
  id: z.string(),
  version: z.number(),
  name: bilingual,
  description: bilingual,
  /** Whether it ships with Menshen or comes from the folder of the configuration. */
  origin: z.enum(['shipped', 'own']),
  mode: playbookMode,
  modeBy: z.string().nullable(),
  modeAt: time.nullable(),
  triggers: z.array(trigger),
  steps: z.number(),
  /** Steps that wait for a person before they act, whatever their target: named approvals, and measures that take two here. */
  asks: z.number(),
  /** Of the last 30 days. */
  runs: z.number(),
  last: playbookRunSummary.nullable(),
});
export type PlaybookSummary = z.output<typeof playbookSummary>;

/** A step of a playbook as it is drawn. */
export const playbookStepView = z.object({
  key: z.string(),
  /** Key of the step that it stands in, and in which of its branches; null at the top. */
  parent: z.string().nullable(),
  branch: z.number(),
  kind: z.enum(['action', 'approval', 'parallel', 'if', 'playbook']),
  name: bilingual,
  /** OpenC2 action and target, and what that is in words. */
  action: z.string().nullable(),
  summary: bilingual.nullable(),
  /** Conditions and parameters as they are written. */
  when: z.string().nullable(),
  condition: z.string().nullable(),
  parameters: z.array(z.object({ name: z.string(), value: bilingual })),
  approval: z.object({ power: administratorPower, withinSeconds: z.number(), otherwise: z.enum(['fail', 'skip']) }).nullable(),
  /** Highest risk class that the measure can have; null where it is none. */
  risk: z.enum(['low', 'medium', 'high']).nullable(),
  retries: z.number().nullable(),
  /** Whether it is lifted when the run fails. */
  lifted: z.boolean(),
  mayFail: z.boolean(),
});
export type PlaybookStepView = z.output<typeof playbookStepView>;

const input = z.object({
  name: z.string(),
  type: z.enum(['person', 'department', 'device', 'address', 'app', 'route', 'campaign', 'version', 'text', 'number']),
  label: bilingual,
  required: z.boolean(),
});
export type PlaybookInput = z.output<typeof input>;

const waitingStep = z.object({
  run: runId,
  playbook: z.string(),
  name: bilingual,
  step: z.string(),
  stepName: bilingual,
  since: time,
  approval: z.string(),
});
export type PlaybookWaiting = z.output<typeof waitingStep>;

const problem = z.object({ line: z.number().nullable(), column: z.number().nullable(), field: z.string(), text: bilingual });

export const listPlaybooks = defineEndpoint({
  id: 'listPlaybooks',
  method: 'GET',
  path: '/api/v1/playbooks',
  group: 'playbooks',
  summary: { zh: '剧本，以及等待批准的步骤', en: 'Playbooks, and steps that wait for approval' },
  access: 'admin',
  powers: ['security', 'audit', 'system'],
  scopes: ['audit:read'],
  response: z.object({
    playbooks: z.array(playbookSummary),
    waiting: z.array(waitingStep),
    /** Files that cannot be used, and why. */
    broken: z.array(z.object({ file: z.string(), problems: z.array(problem) })),
    now: time,
  }),
  errors: [],
});

export const getPlaybook = defineEndpoint({
  id: 'getPlaybook',
  method: 'GET',
  path: '/api/v1/playbooks/{id}',
  group: 'playbooks',
  summary: { zh: '一个剧本：步骤、源文件与最近的运行', en: 'A playbook: its steps, its source and its last runs' },
  access: 'admin',
  powers: ['security', 'audit', 'system'],
  scopes: ['audit:read'],
  params: z.object({ id: playbookId }),
  response: z.object({
    playbook: playbookSummary,
    inputs: z.array(input),
    when: z.string().nullable(),
    once: z.object({ by: z.string(), withinSeconds: z.number() }).nullable(),
    steps: z.array(playbookStepView),
    yaml: z.string(),
    runs: z.array(playbookRunSummary),
  }),
  errors: ['not_found'],
});

export const exportPlaybook = defineEndpoint({
  id: 'exportPlaybook',
  method: 'GET',
  path: '/api/v1/playbooks/{id}/cacao',
  group: 'playbooks',
  summary: { zh: '导出为 CACAO 2.0', en: 'The playbook in CACAO 2.0' },
  access: 'admin',
  powers: ['security', 'audit', 'system'],
  scopes: ['audit:read'],
  params: z.object({ id: playbookId }),
  response: z.object({ cacao: z.record(z.string(), z.unknown()) }),
  errors: ['not_found'],
});

export const setPlaybookMode = defineEndpoint({
  id: 'setPlaybookMode',
  method: 'POST',
  path: '/api/v1/playbooks/{id}/mode',
  group: 'playbooks',
  summary: { zh: '启用、改为逐项询问或停用剧本', en: 'Let a playbook run by itself, ask before each measure, or not at all' },
  access: 'admin',
  powers: ['security'],
  params: z.object({ id: playbookId }),
  body: z.strictObject({ mode: playbookMode, reason: adminReason }),
  response: ok,
  errors: ['not_found', 'validation_failed', 'audit_unwritable'],
});

export const startPlaybook = defineEndpoint({
  id: 'startPlaybook',
  method: 'POST',
  path: '/api/v1/playbooks/{id}/runs',
  group: 'playbooks',
  summary: { zh: '手动运行剧本', en: 'Start a playbook by hand' },
  access: 'admin',
  powers: ['security'],
  scopes: ['playbooks'],
  params: z.object({ id: playbookId }),
  body: z.strictObject({
    /** By name; texts and numbers. */
    inputs: z.record(z.string().max(40), z.union([z.string().max(520), z.number()])).default({}),
    /** An alert that it is to be run for; its facts are handed over. */
    alert: z
      .string()
      .regex(/^a_[A-Za-z0-9_-]{22}$/)
      .optional(),
    reason: adminReason,
  }),
  status: 201,
  response: z.object({ run: runId }),
  errors: ['not_found', 'conflict', 'validation_failed', 'token_scope', 'audit_unwritable'],
});

const stops = z.object({ requests: z.number(), persons: z.number(), honest: z.number() });

export const testPlaybook = defineEndpoint({
  id: 'testPlaybook',
  method: 'POST',
  path: '/api/v1/playbooks/{id}/test',
  group: 'playbooks',
  summary: {
    zh: '试算：对近期告警，这个剧本本会做什么（不产生任何影响）',
    en: 'What a playbook would have done on the alerts of the last days; without any effect',
  },
  access: 'admin',
  powers: ['security', 'audit'],
  scopes: ['playbooks'],
  params: z.object({ id: playbookId }),
  body: z.strictObject({ days: z.int().min(1).max(90).default(30) }),
  response: z.object({
    from: time,
    to: time,
    /** Alerts that were looked at, those that a trigger takes, those left out by the condition or by `once`, and runs that would have begun. */
    alerts: z.number(),
    matched: z.number(),
    unmet: z.number(),
    folded: z.number(),
    runs: z.number(),
    /** Whether older alerts were left out. */
    truncated: z.boolean(),
    steps: z.array(
      z.object({
        key: z.string(),
        done: z.number(),
        skipped: z.number(),
        /** Times at which a person would have been asked. */
        asked: z.number(),
        /** Times at which it would have failed, for want of a parameter. */
        failed: z.number(),
        problem: z.string().nullable(),
        /** What the last hour's requests of the newest targets would have lost, added up; null where it stops none. */
        stops: stops.nullable(),
      }),
    ),
    examples: z.array(
      z.object({
        alert: z.string(),
        title: bilingual,
        at: time,
        uid: uid.nullable(),
        address: z.string().nullable(),
        /** Keys of the steps that would have been done, in their order. */
        steps: z.array(z.string()),
        asked: z.array(z.string()),
      }),
    ),
  }),
  errors: ['not_found', 'validation_failed'],
});
export type PlaybookTest = z.output<typeof testPlaybook.response>;

export const listPlaybookRuns = defineEndpoint({
  id: 'listPlaybookRuns',
  method: 'GET',
  path: '/api/v1/playbook-runs',
  group: 'playbooks',
  summary: { zh: '剧本的运行记录', en: 'Runs of playbooks' },
  access: 'admin',
  powers: ['security', 'audit', 'system'],
  scopes: ['audit:read'],
  query: z.object({
    playbook: playbookId.optional(),
    show: z.enum(['open', 'all']).default('all'),
    /** Those that began before. */
    before: z.coerce.number().int().min(0).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  response: z.object({ runs: z.array(playbookRunSummary) }),
  errors: ['validation_failed'],
});

export const getPlaybookRun = defineEndpoint({
  id: 'getPlaybookRun',
  method: 'GET',
  path: '/api/v1/playbook-runs/{id}',
  group: 'playbooks',
  summary: { zh: '一次运行：每个步骤的状态、用时与结果', en: 'A run: state, times and outputs of each step' },
  access: 'admin',
  powers: ['security', 'audit', 'system'],
  scopes: ['audit:read'],
  params: z.object({ id: runId }),
  response: z.object({
    run: playbookRunSummary,
    mode: playbookMode,
    inputs: z.array(z.object({ name: z.string(), value: z.string() })),
    steps: z.array(
      z.object({
        step: playbookStepView,
        /** Parameters with their values, in both languages; null where it has not come to that yet. */
        filled: z.array(z.object({ name: z.string(), value: bilingual })).nullable(),
        /** Null where it has not come to that yet. */
        record: z
          .object({
            state: playbookStepState,
            attempts: z.number(),
            started: time,
            ended: time.nullable(),
            /** When it is tried again, or the approval ends. */
            due: time,
            outputs: z.array(z.object({ name: z.string(), value: z.union([scalar, z.array(scalar)]) })),
            problem: z.string().nullable(),
            approval: z.string().nullable(),
          })
          .nullable(),
      }),
    ),
    /** Whether measures stand that it took and that can be lifted. */
    liftable: z.boolean(),
    now: time,
  }),
  errors: ['not_found'],
});
export type PlaybookRunDetail = z.output<typeof getPlaybookRun.response>;
/** Parameters of a step with their values; null where a run has not come to it. */
export type PlaybookFilled = PlaybookRunDetail['steps'][number]['filled'];

export const abortPlaybookRun = defineEndpoint({
  id: 'abortPlaybookRun',
  method: 'POST',
  path: '/api/v1/playbook-runs/{id}/abort',
  group: 'playbooks',
  summary: { zh: '中止运行，可一并解除已采取的措施', en: 'Stop a run, and lift what it applied where that is wanted' },
  access: 'admin',
  powers: ['security'],
  params: z.object({ id: runId }),
  body: z.strictObject({ lift: z.boolean(), reason: adminReason }),
  response: ok,
  errors: ['not_found', 'conflict', 'audit_unwritable'],
});

export const compensatePlaybookRun = defineEndpoint({
  id: 'compensatePlaybookRun',
  method: 'POST',
  path: '/api/v1/playbook-runs/{id}/compensate',
  group: 'playbooks',
  summary: { zh: '解除一次已结束的运行所采取的措施', en: 'Lift the measures of a run that is over' },
  access: 'admin',
  powers: ['security'],
  params: z.object({ id: runId }),
  body: z.strictObject({ reason: adminReason }),
  response: ok,
  errors: ['not_found', 'conflict', 'audit_unwritable'],
});

/** What an approval of a step is for. The run goes on by itself when it is approved; calling it only has the run looked at now. */
export const continuePlaybookRun = defineEndpoint({
  id: 'continuePlaybookRun',
  method: 'POST',
  path: '/api/v1/playbook-runs/{id}/continue',
  group: 'playbooks',
  summary: { zh: '剧本步骤：请批准后继续', en: 'A step of a playbook: goes on when approved' },
  access: 'admin',
  powers: ['security'],
  approval: { approvers: administratorPowers, approversOf: ({ body }) => [body.power] },
  params: z.object({ id: runId }),
  /** `with`: what the step is done with, so that whoever approves approves that and nothing else. */
  body: z.strictObject({ step: stepKey, power: administratorPower, with: filledParameters.default({}) }),
  response: ok,
  errors: ['not_found', 'approval_required', 'approval_invalid', 'audit_unwritable'],
});
