import type { Entity, EntitySource } from './entity.ts';
import { entityKey } from './entity-ref.ts';

/**
 * An entity source over another one and the records of a list: the record in question comes first, then the source, then the
 * other records.
 */
export class RecordSource implements EntitySource {
  /** The record that is decided on. */
  current: Entity | undefined;
  readonly #records: readonly Entity[];
  readonly #others: EntitySource;
  #byKey: ReadonlyMap<string, Entity> | undefined;

  constructor(records: readonly Entity[], others: EntitySource) {
    this.#records = records;
    this.#others = others;
  }

  get(type: string, id: string): Entity | undefined {
    const { current } = this;
    if (current !== undefined && current.id === id && current.type === type) return current;
    return this.#others.get(type, id) ?? this.#record(entityKey(type, id));
  }

  #record(key: string): Entity | undefined {
    this.#byKey ??= new Map(this.#records.map((record) => [entityKey(record.type, record.id), record]));
    return this.#byKey.get(key);
  }
}
