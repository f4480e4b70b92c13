import type { Schema, SchemaJson } from '@cedar-policy/cedar-wasm/nodejs';
import { type EngineFinding, parseSchema } from './engine.ts';
import type { ActionEntities } from './evaluation.ts';
import type { PolicyFile, PolicyProblem } from './policy-problem.ts';
import { measureText } from './scan-policy-text.ts';
import { actionEntitiesOf } from './schema-actions.ts';
import { positionAt, utf16Offset } from './text-position.ts';

const MAX_LENGTH = 1_048_576;
const MAX_NESTING = 32;

/** A schema that the engine accepts. */
export interface LoadedSchema {
  readonly file: string;
  /** What the engine is given to validate against. */
  readonly engineForm: Schema;
  readonly actions: ActionEntities;
}

type SchemaResult =
  | { readonly ok: true; readonly schema: LoadedSchema }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

function isSchemaJson(value: unknown): value is SchemaJson<string> {
  // The engine checks the rest.
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function engineFormOf(file: PolicyFile): Schema | undefined {
  if (!file.name.endsWith('.json')) return file.text;
  try {
    const json: unknown = JSON.parse(file.text);
    return isSchemaJson(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function problemOf(file: PolicyFile, finding: EngineFinding): PolicyProblem {
  const place = finding.startByte === undefined ? {} : positionAt(file.text, utf16Offset(file.text, finding.startByte));
  return { file: file.name, ...place, code: 'schema_error', message: finding.message };
}

/** Reads a schema in Cedar's syntax, or as JSON when its name ends with `.json`. */
export function loadSchema(file: PolicyFile): SchemaResult {
  if (file.text.length > MAX_LENGTH || measureText(file.text).nesting > MAX_NESTING) {
    const message = `the schema is longer than ${MAX_LENGTH} characters or nested deeper than ${MAX_NESTING} brackets`;
    return { ok: false, problems: [{ file: file.name, code: 'too_large', message }] };
  }
  const engineForm = engineFormOf(file);
  if (engineForm === undefined) {
    return { ok: false, problems: [{ file: file.name, code: 'schema_error', message: 'the file is no JSON object' }] };
  }
  const answer = parseSchema(engineForm);
  if (!answer.ok) return { ok: false, problems: answer.findings.map((finding) => problemOf(file, finding)) };
  return { ok: true, schema: { file: file.name, engineForm, actions: actionEntitiesOf(answer.value) } };
}
