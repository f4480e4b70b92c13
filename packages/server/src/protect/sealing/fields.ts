import type { AppConfig } from '@menshen/contract';
import {
  type AlgorithmName,
  type BlindIndex,
  createBlindIndex,
  type Field,
  fieldOf,
  type IndexPlan,
  normalisers,
  planBlindIndex,
} from '@menshen/seal';

/** A declared field, made ready. */
export interface SealedField {
  readonly app: string;
  readonly place: Field;
  readonly algorithm: AlgorithmName;
  readonly perPerson: boolean;
  readonly purposes: ReadonlySet<string>;
  readonly limit: { readonly perMinute: number; readonly perDay: number };
  readonly indexes: readonly PlannedIndex[];
  /** Bits of a value that its indexes give away together. */
  readonly leakedBits: number;
}

export interface PlannedIndex {
  readonly name: string;
  readonly form: string;
  readonly plan: IndexPlan;
  /** Null where the column's budget allows no index: then there is none, whatever was asked for. */
  readonly index: BlindIndex | null;
}

/** The fields of all apps by app, table and column. */
export type SealedFields = ReadonlyMap<string, SealedField>;

export const fieldKey = (app: string, table: string, column: string): string => `${app}/${table}/${column}`;

/** Prepares the declared fields; `root` is the root of index keys, 32 bytes. Indexes share a column's budget in their order. */
export function prepareFields(apps: readonly AppConfig[], root: Uint8Array): SealedFields {
  const fields = new Map<string, SealedField>();
  for (const app of apps)
    for (const declared of app.sealedFields) {
      const { table, column } = declared;
      let spent = 0;
      const indexes = declared.indexes.map(({ name, form, rows, valueBits }): PlannedIndex => {
        const plan = planBlindIndex({ rows, valueBits, otherBits: spent });
        spent += plan.bits;
        const options = { root, tenant: app.id, table, column, name, bits: plan.bits, normalise: normalisers[form] };
        return { name, form, plan, index: plan.bits === 0 ? null : createBlindIndex(options) };
      });
      fields.set(fieldKey(app.id, table, column), {
        app: app.id,
        place: fieldOf({ tenant: app.id, table, column }),
        algorithm: declared.algorithm,
        perPerson: declared.perPerson,
        purposes: new Set(declared.purposes),
        limit: declared.limit,
        indexes,
        leakedBits: spent,
      });
    }
  return fields;
}

/** Indexes of a value by name. Throws RangeError where it has no form for one of them. */
export function indexesOf(field: SealedField, value: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { name, index } of field.indexes) if (index !== null) found[name] = Buffer.from(index.of(value)).toString('base64');
  return found;
}
