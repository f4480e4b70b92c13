import type { ErrorObject } from 'ajv/dist/2020.js';
import { bundleSchema, type Dialect, type JsonSchema } from './bundle.ts';
import { createEngine, type Engine, resetSteps, stepKeyword, stepsExhausted } from './engine.ts';
import { pointerTo } from './pointer.ts';
import { compileTextValues } from './text-values.ts';

/** Where a value departs from its schema. */
export interface SchemaMismatch {
  /**
   * JSON Pointer into the value. A key that the schema does not name comes from the request and is written as its place
   * among the members, `#3`.
   */
  readonly where: string;
  /** The keyword that does not hold, such as `maxLength`; `steps` when the work on a recursive schema was too much. */
  readonly keyword: string;
}

/** A compiled schema. */
export interface SchemaCheck {
  readonly name: string;
  /** Null when the value conforms. Never throws. */
  check(value: unknown): SchemaMismatch | null;
}

export interface CompileOptions {
  /** For messages, such as the route. */
  readonly name: string;
  /** Looks up references that do not start with `#`; without it they are refused. Nothing is ever fetched. */
  readonly resolveRef?: (reference: string) => unknown;
  readonly dialect?: Dialect;
  /**
   * `text` when the value is a query, path parameters or a form, whose values are all strings: those of a declared integer,
   * number, boolean or array are read as such first. `json` by default.
   */
  readonly source?: 'json' | 'text';
}

const maxWhere = 200;

let engine: Engine | null = null;
let compiled = 0;
/** The engine keeps what it has compiled; a new one after so many schemas lets that of earlier configurations go. */
const maxCompiled = 1_000;

/**
 * Compiles a JSON Schema (draft 2020-12, or an OpenAPI schema object) to a check that runs in time linear in the value.
 * Strict: unknown keywords and formats, references to other documents, and patterns that cannot be matched in linear time
 * are refused. Throws {@link SchemaError}.
 */
export function compileSchema(schema: unknown, options: CompileOptions): SchemaCheck {
  const { name, resolveRef, dialect = 'json-schema', source = 'json' } = options;
  const bundle = bundleSchema(schema, resolveRef === undefined ? { dialect } : { dialect, resolveRef });
  const validate = engineForOneMore().compile(withSteps(bundle.schema, bundle.recursive), name, {
    strictTypes: dialect === 'json-schema',
    ownProperties: [...bundle.names].some((member) => member in Object.prototype),
  });
  const read = source === 'text' ? compileTextValues(bundle.schema) : null;
  const { names } = bundle;
  return Object.freeze({
    name,
    check(value: unknown): SchemaMismatch | null {
      const typed = read === null ? value : read(value);
      try {
        resetSteps();
        if (validate(typed) && !stepsExhausted()) return null;
      } catch {
        // Comparing with an object in `const` or `enum` calls methods by names that a value may have taken.
        return { where: '', keyword: 'error' };
      }
      if (stepsExhausted()) return { where: '', keyword: 'steps' };
      return describe(validate.errors?.at(-1), typed, names);
    },
  });
}

function engineForOneMore(): Engine {
  if (engine === null || compiled >= maxCompiled) {
    engine = createEngine();
    compiled = 0;
  }
  compiled += 1;
  return engine;
}

/** Lets each definition that every recursion passes through count its visits. */
function withSteps(schema: JsonSchema, recursive: ReadonlySet<string>): JsonSchema {
  if (recursive.size === 0 || typeof schema === 'boolean') return schema;
  const definitions = { ...(schema.$defs as Record<string, JsonSchema>) };
  for (const name of recursive) definitions[name] = { allOf: [{ [stepKeyword]: true }, definitions[name]] };
  return { ...schema, $defs: definitions };
}

/** Puts an error into words of ours: names of the schema, positions for everything else. */
function describe(error: ErrorObject | undefined, root: unknown, names: ReadonlySet<string>): SchemaMismatch {
  if (error === undefined) return { where: '', keyword: 'false schema' };
  let where = '';
  let value = root;
  const steps = error.instancePath.split('/').slice(1);
  const extra: unknown = error.params.additionalProperty ?? error.params.unevaluatedProperty ?? error.params.propertyName;
  const missing: unknown = error.params.missingProperty;
  const keys = steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (typeof extra === 'string') keys.push(extra);
  for (const key of keys) {
    where = pointerTo(where, Array.isArray(value) || names.has(key) ? key : placeOf(value, key));
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined;
  }
  if (typeof missing === 'string' && names.has(missing)) where = pointerTo(where, missing);
  return { where: where.slice(0, maxWhere), keyword: error.keyword };
}

function placeOf(container: unknown, key: string): string {
  const place = typeof container === 'object' && container !== null ? Object.keys(container).indexOf(key) : -1;
  return place < 0 ? '#' : `#${place}`;
}
