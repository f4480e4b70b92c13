/** The name of an entity: its type with namespace (`Menshen::User`) and its id. */
export interface EntityUid {
  readonly type: string;
  readonly id: string;
}

/** The key of an entity in sets and maps: `Type::"id"`, the id unescaped. Unambiguous, as a type never holds a quote. */
export function entityKey(type: string, id: string): string {
  return `${type}::"${id}"`;
}

/**
 * A reference to an entity, as a value in attributes, context and requests. A plain `{type, id}` in an attribute is a record,
 * as in Cedar; only this is an entity. Keep one and hand it in again: its key is computed once.
 */
export class EntityRef implements EntityUid {
  readonly type: string;
  readonly id: string;
  readonly key: string;
  /** Whether the type is `Action`, of whatever namespace: the schema may know such an entity. */
  readonly isAction: boolean;

  constructor(type: string, id: string) {
    this.type = type;
    this.id = id;
    this.key = entityKey(type, id);
    this.isAction = type === 'Action' || type.endsWith('::Action');
  }

  /** The reference for a uid; itself when it already is one. */
  static from(uid: EntityUid): EntityRef {
    return uid instanceof EntityRef ? uid : new EntityRef(uid.type, uid.id);
  }
}
