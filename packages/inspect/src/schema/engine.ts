import { _, Ajv2020, type AnySchemaObject, type KeywordDefinition, type ValidateFunction } from 'ajv/dist/2020.js';
import { LinearRegExp } from '../regexp/linear-reg-exp.ts';
import { UnsupportedPattern } from '../regexp/syntax.ts';
import type { JsonSchema } from './bundle.ts';
import { SchemaError } from './error.ts';
import { numberFormats, stringFormats } from './formats.ts';
import { isMultipleOf } from './multiple-of.ts';
import { hasUniqueItems } from './unique-items.ts';

/** The keyword that counts the visits to a schema that contains itself. */
export const stepKeyword = 'menshenStep';

/**
 * Visits to recursive schemas in one check. A choice between branches that both recurse can take time exponential in the
 * depth of the value; this ends it, after some 20 ms.
 */
const maxSteps = 10_000;
let steps = 0;

/** Starts a check. Checks are synchronous and do not nest. */
export function resetSteps(): void {
  steps = 0;
}

/** Whether a branch was left undecided, so that the whole check has no result. */
export function stepsExhausted(): boolean {
  return steps > maxSteps;
}

export interface EngineOptions {
  /** Also refuse schemas that say nothing about a type that they restrict: a check on properties alone lets every string pass. */
  readonly strictTypes: boolean;
  /**
   * Tell a member from what every object inherits. Needed for schemas that name such a member (`constructor`), and twice as
   * slow.
   */
  readonly ownProperties: boolean;
}

export interface Engine {
  /**
   * Compiles a bundled schema. Throws {@link SchemaError}, with `name` for the place.
   */
  compile(schema: JsonSchema, name: string, options: EngineOptions): ValidateFunction;
}

/**
 * Makes a compiler for bundled schemas of draft 2020-12, on ajv with the keywords replaced whose time is not linear or whose
 * arithmetic is not exact.
 */
export function createEngine(): Engine {
  const instances = new Map<string, Ajv2020>();
  return {
    compile(schema, name, options) {
      const key = `${options.strictTypes} ${options.ownProperties}`;
      const ajv = instances.get(key) ?? createAjv(options);
      instances.set(key, ajv);
      try {
        if (ajv.validateSchema(schema as AnySchemaObject) !== true) {
          const { instancePath = '', keyword = '' } = ajv.errors?.[0] ?? {};
          throw new SchemaError(
            'schema_invalid',
            name,
            `has a value that the keyword does not take at ${instancePath} (${keyword})`,
          );
        }
        return ajv.compile(schema as AnySchemaObject);
      } catch (error) {
        if (error instanceof SchemaError) throw error;
        if (error instanceof UnsupportedPattern) throw new SchemaError('pattern_unsupported', name, error.message);
        const message = error instanceof Error ? error.message : 'cannot be compiled';
        throw new SchemaError(
          message.startsWith('unknown format') ? 'format_unknown' : 'schema_invalid',
          name,
          message.slice(0, 300),
        );
      }
    },
  };
}

const replaced: readonly (KeywordDefinition & { readonly keyword: string })[] = [
  {
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    errors: false,
    compile: (unique: boolean) => (unique ? (items: readonly unknown[]) => hasUniqueItems(items) : () => true),
  },
  {
    keyword: 'multipleOf',
    type: 'number',
    schemaType: 'number',
    errors: false,
    compile: (unit: number) => (value: number) => isMultipleOf(value, unit),
  },
  {
    keyword: 'maxLength',
    type: 'string',
    schemaType: 'number',
    code(cxt) {
      const { data, schema, gen } = cxt;
      const count = gen.scopeValue('func', { ref: codePoints });
      cxt.fail(_`${data}.length > ${schema} && ${count}(${data}) > ${schema}`);
    },
  },
  {
    keyword: 'minLength',
    type: 'string',
    schemaType: 'number',
    code(cxt) {
      const { data, schema, gen } = cxt;
      const count = gen.scopeValue('func', { ref: codePoints });
      cxt.fail(_`${data}.length < ${Number(schema) * 2} && ${count}(${data}) < ${schema}`);
    },
  },
  {
    keyword: stepKeyword,
    schemaType: 'boolean',
    errors: false,
    compile: () => () => {
      steps += 1;
      return steps <= maxSteps;
    },
  },
];

/**
 * Lengths are in code points (validation §6.3), of which a string has between half as many and as many as UTF-16 units: most
 * need no counting.
 */
function codePoints(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at += 1) {
    if ((text.charCodeAt(at) & 0xfc00) !== 0xd800 || (text.charCodeAt(at + 1) & 0xfc00) !== 0xdc00) continue;
    count -= 1;
    at += 1;
  }
  return count;
}

function createAjv({ strictTypes, ownProperties }: EngineOptions): Ajv2020 {
  const linear = Object.assign((pattern: string) => new LinearRegExp(pattern), { code: 'linear' });
  const ajv = new Ajv2020({
    strict: true,
    strictTypes,
    strictTuples: false,
    strictRequired: false,
    allowUnionTypes: true,
    allowMatchingProperties: true,
    allErrors: false,
    messages: false,
    ownProperties,
    logger: false,
    addUsedSchema: false,
    // Done before, with an error that names the place.
    validateSchema: false,
    code: { regExp: linear },
  });
  for (const keyword of replaced) {
    ajv.removeKeyword(keyword.keyword);
    ajv.addKeyword(keyword);
  }
  for (const [name, validate] of Object.entries(stringFormats)) ajv.addFormat(name, validate);
  for (const [name, validate] of Object.entries(numberFormats)) ajv.addFormat(name, { type: 'number', validate });
  return ajv;
}
