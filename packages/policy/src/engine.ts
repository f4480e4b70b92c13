import type { DetailedError, PolicyJson, ValidationAnswer } from '@cedar-policy/cedar-wasm/nodejs';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';

/**
 * The official engine trapped. Its WebAssembly memory can no longer be relied on, so every later call in this process throws
 * this as well: loading policies fails, and what is already compiled keeps deciding.
 */
export class EngineFailedError extends Error {
  override readonly name = 'EngineFailedError';
  readonly code = 'engine_failed';
}

/** Something that the official engine found wrong, with its place in the text it was given, in bytes. */
export interface EngineFinding {
  readonly message: string;
  readonly startByte: number | undefined;
}

/** An answer of the engine. */
export type EngineAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly findings: readonly EngineFinding[] };

/** A finding of validation; `policy` is absent when it concerns the schema or no single policy. */
export interface ValidationFinding extends EngineFinding {
  readonly policy: string | undefined;
}

/** What validation found. */
export interface ValidationFindings {
  readonly errors: readonly ValidationFinding[];
  readonly warnings: readonly ValidationFinding[];
}

const MAX_MESSAGE = 500;

let trapped = false;

function call<T>(operation: () => T): T {
  if (trapped) throw new EngineFailedError('the Cedar engine has failed earlier in this process');
  try {
    return operation();
  } catch (error) {
    trapped = true;
    throw new EngineFailedError('the Cedar engine has failed', { cause: error });
  }
}

function finding(error: DetailedError): EngineFinding {
  const place = error.sourceLocations?.[0];
  const details = [place?.label, error.help].filter((detail) => detail !== null && detail !== undefined && detail !== '');
  const message = [error.message, ...details].join('; ');
  return { message: message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message, startByte: place?.start };
}

/** Parses one policy to the engine's JSON form. */
export function parsePolicy(text: string): EngineAnswer<PolicyJson> {
  const answer = call(() => cedar.policyToJson(text));
  if (answer.type === 'success') return { ok: true, value: answer.json };
  return { ok: false, findings: answer.errors.map(finding) };
}

/** Whether a text is a template, a policy with slots. */
export function isTemplate(text: string): boolean {
  return call(() => cedar.templateToJson(text)).type === 'success' && call(() => cedar.policyToJson(text)).type === 'failure';
}

/** How many policies and templates the engine sees in a text. */
export function countPolicies(text: string): EngineAnswer<number> {
  const answer = call(() => cedar.policySetTextToParts(text));
  if (answer.type === 'success') return { ok: true, value: answer.policies.length + answer.policy_templates.length };
  return { ok: false, findings: answer.errors.map(finding) };
}

/** Parses a schema in Cedar's syntax, or the JSON form, to the JSON form. */
export function parseSchema(schema: cedar.Schema): EngineAnswer<cedar.SchemaJson<string>> {
  const check = call(() => cedar.checkParseSchema(schema));
  if (check.type === 'failure') return { ok: false, findings: check.errors.map(finding) };
  const answer = call(() => cedar.schemaToJson(schema));
  if (answer.type === 'success') return { ok: true, value: answer.json };
  return { ok: false, findings: answer.errors.map(finding) };
}

/** Validates policies, by id, against a schema, in strict mode. */
export function validatePolicies(schema: cedar.Schema, policies: ReadonlyMap<string, string>): EngineAnswer<ValidationFindings> {
  const staticPolicies = Object.fromEntries(policies);
  const answer: ValidationAnswer = call(() => cedar.validate({ schema, policies: { staticPolicies } }));
  if (answer.type === 'failure') return { ok: false, findings: answer.errors.map(finding) };
  const withPolicy = ({ policyId, error }: cedar.ValidationError): ValidationFinding => {
    const { message, startByte } = finding(error);
    return { policy: policyId, message: message.replace(`for policy \`${policyId}\`, `, ''), startByte };
  };
  const withoutPolicy = (error: DetailedError): ValidationFinding => ({ policy: undefined, ...finding(error) });
  return {
    ok: true,
    value: {
      errors: answer.validationErrors.map(withPolicy),
      warnings: [...answer.validationWarnings.map(withPolicy), ...answer.otherWarnings.map(withoutPolicy)],
    },
  };
}
