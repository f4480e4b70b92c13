import * as contract from '@menshen/contract';
import {
  CedarJsonError,
  type CedarRecord,
  cedarRecordFromJson,
  createLocalClock,
  type Entity,
  type EntityUid,
  type Explanation,
  entityKey,
  type PolicyInfo,
  requestContext,
  type SqlParameter,
  type TableMapping,
} from '@menshen/policy';
import type { ConfigProblem } from '../../config/load.ts';
import type { PolicySchema } from '../../config/policies.ts';
import type { Runtime } from '../../gateway/runtime.ts';
import type { PolicyService } from '../../policy/service.ts';
import { type Bound, bind } from '../bind.ts';

export interface PolicyHandlerParts {
  readonly policies: PolicyService;
  readonly runtime: () => Runtime;
  readonly recordPublication: (by: string, reason: string, publish: () => Promise<string>) => Promise<string>;
  readonly clock: () => number;
}

const invalid = (field: string): contract.MenshenError => new contract.MenshenError('validation_failed', { fields: [field] });

/** Attributes and context come as Cedar's JSON; what is not of that form is refused. */
function recordOf(value: Readonly<Record<string, unknown>> | undefined, field: string): CedarRecord {
  try {
    return cedarRecordFromJson(value ?? {});
  } catch (error) {
    if (error instanceof CedarJsonError) throw invalid(field);
    throw error;
  }
}

const infoView = ({ id, effect, file, line, annotations }: PolicyInfo) => ({
  id,
  effect,
  file,
  line,
  annotations: { ...annotations },
});
const problemView = ({ field, line, column, zh, en }: ConfigProblem): contract.PolicyProblemView => ({
  file: field.replace(/^policies\//, ''),
  line,
  column,
  zh,
  en,
});
const schemaView = ({ text, generated }: PolicySchema) => ({ text, generated });
const uidView = ({ type, id }: EntityUid) => ({ type, id });

interface ResourceInput {
  readonly type: string;
  readonly id: string;
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  readonly parents?: readonly EntityUid[] | undefined;
}

const resourceOf = ({ type, id, attributes, parents }: ResourceInput): Entity => ({
  type,
  id,
  attrs: recordOf(attributes, 'resource.attributes'),
  ancestors: new Set((parents ?? []).map((parent) => entityKey(parent.type, parent.id))),
});

function explanationView(
  explanation: Explanation,
  request: { principal: EntityUid; action: EntityUid; resource: EntityUid },
): contract.PolicyExplanation {
  const { decision, policies, otherActions } = explanation;
  return {
    allow: decision.allow,
    question: {
      principal: uidView(request.principal),
      action: uidView(request.action),
      resource: uidView(request.resource),
      context: {},
    },
    determining: [...decision.determining],
    errors: decision.errors.map(({ policy, code, message }) => ({ policy, code, message })),
    policies: policies.map(({ policy, matched, determining, reason }) => ({
      id: policy.id,
      effect: policy.effect,
      matched,
      determining,
      reason: {
        code: reason.code,
        text: 'text' in reason ? reason.text : null,
        message: 'message' in reason ? reason.message : null,
      },
    })),
    otherActions,
  };
}

/** 64-bit numbers leave as numbers where JSON holds them, else as text. */
const parameterView = (value: SqlParameter): string | number | boolean | null => {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return value;
};

/** Policies: for administrators who write and question them, and for backends that ask. */
export function policyHandlers({ policies, runtime, recordPublication, clock }: PolicyHandlerParts): readonly Bound[] {
  /** The circumstances of a question from a backend: what it hands in, over those of the moment. */
  const contextOf = (app: string, given: Readonly<Record<string, unknown>> | undefined): CedarRecord => {
    const config = runtime().apps.get(app)?.config;
    if (config === undefined) throw new contract.MenshenError('not_found');
    const now = clock();
    const standard = requestContext({
      app,
      channel: 'none',
      assurance: 1,
      mfaAgeSeconds: null,
      address: '',
      method: 'BACKEND',
      arrived: now,
      local: createLocalClock(config.stepUp.timeZone)(now),
      risk: 0,
      riskReasons: [],
      deviceKnown: false,
    });
    return { ...standard, ...recordOf(given, 'context') };
  };

  return [
    bind(contract.listPolicies, async () => ({
      files: policies.files().map(({ name, text }) => ({ name, text })),
      policies: policies.list().map(infoView),
      schema: schemaView(policies.schema()),
      version: policies.version(),
      warnings: policies.warnings().map(problemView),
      questions: await policies.questions(),
    })),
    bind(contract.checkPolicies, async ({ body }) => {
      const draft = policies.check(body.files);
      return draft.ok
        ? { ok: true, problems: [], warnings: draft.warnings.map(problemView), policies: draft.list.map(infoView) }
        : { ok: false, problems: draft.problems.map(problemView), warnings: [], policies: [] };
    }),
    bind(contract.explainDecision, async ({ body }) => {
      const question =
        'requestId' in body
          ? await policies.asked(body.requestId)
          : policies.question(body.uid, body.action, resourceOf(body.resource), contextOf(body.app, body.context));
      if (question === null) throw new contract.MenshenError('not_found');
      return explanationView(policies.explain(question), question.request);
    }),
    bind(contract.tryPolicies, async ({ body }) => {
      const draft = policies.check(body.files);
      if (!draft.ok) return { ok: false, problems: draft.problems.map(problemView), report: null };
      const { questions, allowedBefore, allowedAfter, allowedToRefused, refusedToAllowed, groups } = await policies.tryOut(
        body.files,
        draft.policies,
      );
      return {
        ok: true,
        problems: [],
        report: {
          ...{ questions, allowedBefore, allowedAfter, allowedToRefused, refusedToAllowed },
          groups: groups.map(({ change, cause, policy, count, examples }) => ({
            ...{ change, cause, policy, count },
            examples: examples.map(({ principal, action, resource, reference }) => ({
              principal: uidView(principal),
              action: uidView(action),
              resource: uidView(resource),
              reference,
            })),
          })),
        },
      };
    }),
    bind(contract.publishPolicies, async ({ body, by }) => {
      if (!policies.check(body.files).ok) throw invalid('files');
      const version = await recordPublication(by, body.reason, () => policies.publish(body.files, body.from));
      return { version, at: clock() };
    }),
    bind(contract.authorize, async ({ body }) => {
      const question = policies.question(body.uid, body.action, resourceOf(body.resource), contextOf(body.app, body.context));
      const decision = policies.decide(question);
      return {
        allow: decision.allow,
        determining: [...decision.determining],
        masked: decision.allow ? [...policies.maskedFields(decision)] : [],
      };
    }),
    bind(contract.authorizeFilter, async ({ body }) => {
      const context = contextOf(body.app, body.context);
      const probe = { type: body.resourceType, id: '', attrs: {}, ancestors: new Set<string>() };
      const { request, entities } = policies.question(body.uid, body.action, probe, context);
      const { principal, action } = request;
      const condition = policies.listCondition(
        { request: { principal, action, context }, entities },
        { dialect: body.dialect, resourceType: body.resourceType, tables: { [body.resourceType]: body.table as TableMapping } },
        body.firstPlaceholder ?? 1,
      );
      if (!condition.ok) {
        const refusals = condition.refusals.map(({ policy, code, text, message }) => ({
          policy: policy?.id ?? null,
          code,
          text,
          message,
        }));
        return { rows: null, where: null, refusals };
      }
      const { text, parameters } = condition.where;
      return { rows: condition.rows, where: { text, parameters: parameters.map(parameterView) }, refusals: [] };
    }),
  ];
}
