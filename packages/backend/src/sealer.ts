import { type ControlPlane, type ControlPlaneOptions, createControlPlane } from './control-plane.ts';
import { SealerError, type SealerErrorCode } from './sealer-error.ts';

/** The token needs the scope `seal` and a grant for each field and purpose. */
export interface SealerOptions extends ControlPlaneOptions {
  /** Id of the app in Menshen's configuration. */
  readonly app: string;
}

/** A value for a row. `key` is the row's primary key as text: the sealed value opens in no other row. */
export interface NewValue {
  readonly key: string;
  readonly value: string;
  /** Whose value it is, where the field has keys per person. */
  readonly person?: string;
}

/** A sealed value as the database keeps it, base64. */
export interface SealedRow {
  readonly key: string;
  readonly record: string;
  readonly person?: string;
}

export interface Sealed {
  readonly record: string;
  /** Blind indexes by name, base64, to be kept in columns of their own. */
  readonly indexes: Readonly<Record<string, string>>;
}

/**
 * Why one value could not be had; the others of the batch are not touched by it. `seal_broken`: it does not open in this row, because it was
 * swapped or changed. `seal_key_unknown`: its key was destroyed.
 */
export interface ItemFailure {
  readonly error: 'seal_format' | 'seal_key_unknown' | 'seal_broken' | 'seal_value_invalid';
}

/** A column for one purpose. Any number of values: they travel in batches of 500. @throws SealerError */
export interface SealedColumn {
  encrypt(values: readonly NewValue[]): Promise<readonly (Sealed | ItemFailure)[]>;
  decrypt(rows: readonly SealedRow[]): Promise<readonly ({ readonly value: string } | ItemFailure)[]>;
  /** Indexes to search with. What is found is to be opened and compared: different values may share an index. */
  index(values: readonly string[]): Promise<readonly ({ readonly indexes: Readonly<Record<string, string>> } | ItemFailure)[]>;
  /** Seals again with the current key; the values do not come here. */
  reencrypt(
    rows: readonly SealedRow[],
  ): Promise<readonly ({ readonly record: string; readonly changed: boolean } | ItemFailure)[]>;
}

export interface Sealer {
  column(column: { readonly table: string; readonly column: string; readonly purpose: string }): SealedColumn;
}

const batchSize = 500;

/** Field encryption through Menshen, from a backend or cloud function of its own. */
export function createSealer(options: SealerOptions): Sealer {
  const call = createControlPlane(options);
  return {
    column(column) {
      const target = { app: options.app, ...column };
      const all = async <T extends object>(
        operation: 'encrypt' | 'decrypt' | 'index' | 'reencrypt',
        items: readonly object[],
        isResult: (item: object) => item is T,
      ): Promise<(T | ItemFailure)[]> => {
        const results: (T | ItemFailure)[] = [];
        for (let at = 0; at < items.length; at += batchSize) {
          const batch = items.slice(at, at + batchSize);
          const answered = await ask(call, `/api/v1/seal/${operation}`, { ...target, items: batch });
          if (answered.length !== batch.length) throw new SealerError('refused');
          for (const item of answered) {
            if (!isFailure(item) && !isResult(item)) throw new SealerError('refused');
            results.push(item);
          }
        }
        return results;
      };
      return {
        encrypt: (values) => all('encrypt', values, isSealed),
        decrypt: (rows) => all('decrypt', rows.map(withoutPerson), isOpened),
        index: (values) =>
          all(
            'index',
            values.map((value) => ({ value })),
            hasIndexes,
          ),
        reencrypt: (rows) => all('reencrypt', rows, isResealed),
      };
    },
  };
}

const withoutPerson = ({ key, record }: SealedRow): object => ({ key, record });

async function ask(call: ControlPlane, path: string, body: unknown): Promise<readonly object[]> {
  const { status, value } = await call(path, body).catch((error: unknown) => {
    throw new SealerError('unreachable', { cause: error });
  });
  const items = value?.['items'];
  if (status === 200 && Array.isArray(items) && items.every((item) => typeof item === 'object' && item !== null)) return items;
  const details = value?.['details'];
  const seconds = typeof details === 'object' && details !== null && 'retryAfter' in details ? details.retryAfter : null;
  throw new SealerError(codeOf(status), typeof seconds === 'number' ? { retryAfter: seconds } : {});
}

const codes: Readonly<Record<number, SealerErrorCode>> = {
  401: 'token_refused',
  403: 'token_refused',
  404: 'undeclared',
  429: 'limit',
  503: 'unavailable',
};
const codeOf = (status: number): SealerErrorCode => codes[status] ?? 'refused';

const failures: ReadonlySet<unknown> = new Set(['seal_format', 'seal_key_unknown', 'seal_broken', 'seal_value_invalid']);
const isFailure = (item: object): item is ItemFailure => 'error' in item && failures.has(item.error);
const hasIndexes = (item: object): item is { indexes: Record<string, string> } =>
  'indexes' in item &&
  typeof item.indexes === 'object' &&
  item.indexes !== null &&
  Object.values(item.indexes).every((index) => typeof index === 'string');
const hasRecord = (item: object): item is { record: string } => 'record' in item && typeof item.record === 'string';
const isSealed = (item: object): item is Sealed => hasRecord(item) && hasIndexes(item);
const isOpened = (item: object): item is { value: string } => 'value' in item && typeof item.value === 'string';
const isResealed = (item: object): item is { record: string; changed: boolean } =>
  hasRecord(item) && 'changed' in item && typeof item.changed === 'boolean';
