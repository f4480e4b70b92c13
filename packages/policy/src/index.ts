export { CedarJsonError, cedarRecordFromJson, cedarValueFromJson } from './cedar-json.ts';
export type { AuthorizationRequest, CompiledPolicies, ListRequest } from './compiled-policies.ts';
export type { Decision, DecisionError } from './decision.ts';
export type { Entity, EntitySource } from './entity.ts';
export { EntityRef, type EntityUid, entityKey } from './entity-ref.ts';
export { formatEntityUid, parseEntityUid } from './entity-uid-text.ts';
export type { EvaluationErrorCode } from './evaluation-error.ts';
export type { ExplainedPolicy, Explanation, PolicyReason } from './explain.ts';
export { Datetime, parseDatetime } from './extension/datetime.ts';
export { Decimal, parseDecimal } from './extension/decimal.ts';
export { Duration, parseDuration } from './extension/duration.ts';
export { IpAddress, parseIpAddress } from './extension/ip-address.ts';
export { describeRoutes, type PolicyApp, type PolicyRoute, type UntypedAttribute } from './house/describe-routes.ts';
export {
  generateSchema,
  type SchemaAction,
  type SchemaAttribute,
  type SchemaAttributes,
  type SchemaDescription,
  type SchemaType,
} from './house/generate-schema.ts';

export { rolesNamedIn } from './house/named-roles.ts';
export { createLocalClock, type LocalTime, type RequestCircumstances, requestContext } from './house/request-context.ts';
export { LOAD_LIMITS, type LoadResult, loadPolicies, type PolicySources } from './load-policies.ts';
export type { Long } from './long.ts';
export type { PolicyInfo } from './policy.ts';
export type { PolicyFile, PolicyProblem, PolicyProblemCode } from './policy-problem.ts';
export type { InexpressibleCode } from './sql/inexpressible.ts';
export type { InexpressiblePolicy, ListCondition, ListConditionOptions } from './sql/list-condition.ts';
export type { SqlCondition, SqlDialect, SqlParameter } from './sql/sql-text.ts';
export type {
  AttributeMapping,
  ClosureMapping,
  ColumnMapping,
  IdType,
  ParentMapping,
  SetMapping,
  SqlMapping,
  TableMapping,
} from './sql/table-mapping.ts';
export { type CedarRecord, CedarSet, type CedarValue } from './value.ts';
export {
  type ChangeCause,
  type ChangedDecision,
  type ChangeGroup,
  compareDecisions,
  type RecordedQuestion,
  WhatIf,
  type WhatIfOptions,
  type WhatIfReport,
} from './what-if.ts';
