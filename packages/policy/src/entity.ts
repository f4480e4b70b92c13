import type { EntityUid } from './entity-ref.ts';
import type { CedarRecord } from './value.ts';

/**
 * What is known of an entity. Must not change once it was handed in: what follows from a principal's groups is kept. Whoever has
 * news makes a new one.
 */
export interface Entity extends EntityUid {
  readonly attrs: CedarRecord;
  /** Keys ({@link entityKey}) of all ancestors, not only the parents: `in` does not walk. */
  readonly ancestors: ReadonlySet<string>;
  readonly tags?: CedarRecord;
}

/**
 * Where a decision reads entities from. `undefined` means that there is no such entity: its attributes are errors, `has` is
 * false, and it is `in` nothing but itself. An exception leaves `decide` and is a refusal in `decideStrict`.
 */
export interface EntitySource {
  get(type: string, id: string): Entity | undefined;
}
