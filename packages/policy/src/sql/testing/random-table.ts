import type { CedarValueJson, EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import { entitySourceOf } from '../../differential/oracle.ts';
import type { Random } from '../../differential/random.ts';
import { randomEntities } from '../../differential/random-world.ts';
import { anyUid, IDS, randomValue } from '../../differential/vocabulary.ts';
import type { Entity, EntitySource } from '../../entity.ts';
import { type EntityUid, entityKey } from '../../entity-ref.ts';
import type { SqlDialect } from '../sql-text.ts';
import type { AttributeMapping, SqlMapping } from '../table-mapping.ts';

/** A value as it is bound to a column. */
export type Cell = string | bigint | boolean | null;

export interface TableRows {
  readonly table: string;
  readonly columns: ReadonlyArray<readonly [name: string, type: 'text' | 'bigint' | 'integer' | 'boolean']>;
  readonly rows: ReadonlyArray<readonly Cell[]>;
}

const RECORD = 'Portal::Record';
const USER = 'Menshen::User';
const DEPARTMENT = 'Menshen::Department';
const APP = 'Menshen::App';

/** The usual vocabulary of generated policies, as columns; one of each kind is never NULL. */
const ATTRIBUTES: Readonly<Record<string, AttributeMapping>> = Object.assign(Object.create(null), {
  locked: { type: 'boolean', column: 'locked' },
  constructor: { type: 'boolean', column: 'constructor_', required: true },
  level: { type: 'long', column: 'level', bits: 32 },
  amount: { type: 'long', column: 'amount', required: true },
  ['__proto__']: { type: 'long', column: 'proto' },
  name: { type: 'string', column: 'name' },
  city: { type: 'string', column: 'city', required: true },
  'a b': { type: 'string', column: 'a_b' },
  owner: { type: 'entity', entityType: USER, column: 'owner' },
  dept: { type: 'entity', entityType: DEPARTMENT, column: 'dept', required: true },
  score: { type: 'decimal', column: 'score' },
  since: { type: 'datetime', column: 'since' },
  ttl: { type: 'duration', column: 'ttl' },
  tags: { type: 'set', of: 'string', table: 'record_tags', key: 'record', value: 'tag' },
  grades: { type: 'set', of: 'long', table: 'record_grades', key: 'record', value: 'grade' },
});
const USER_ATTRIBUTES: Readonly<Record<string, AttributeMapping>> = {
  level: { type: 'long', column: 'level', bits: 32 },
  name: { type: 'string', column: 'name' },
  dept: { type: 'entity', entityType: DEPARTMENT, column: 'dept' },
  locked: { type: 'boolean', column: 'locked' },
};

const DECIMALS: readonly (readonly [text: string, units: bigint])[] = [
  ['0.0', 0n],
  ['1.5', 15_000n],
  ['-1.5', -15_000n],
  ['12.3456', 123_456n],
  ['922337203685477.5807', 2n ** 63n - 1n],
];
const DATETIMES: readonly (readonly [text: string, milliseconds: bigint])[] = [
  ['1970-01-01', 0n],
  ['2024-02-29', 1_709_164_800_000n],
  ['1969-12-31T12:00:00Z', -43_200_000n],
];
const DURATIONS: readonly (readonly [text: string, milliseconds: bigint])[] = [
  ['0ms', 0n],
  ['1d', 86_400_000n],
  ['-2h', -7_200_000n],
  ['9223372036854775807ms', 2n ** 63n - 1n],
];

function extension(fn: string, [arg]: readonly [string, bigint]): CedarValueJson {
  return { __extn: { fn, arg } };
}

/** One attribute of a row: as Cedar sees it, `undefined` when missing, and as the column holds it. */
function randomCell(random: Random, mapping: AttributeMapping): readonly [CedarValueJson | undefined, Cell] {
  if (mapping.type === 'set') throw new TypeError('a set has no cell');
  if (mapping.required !== true && random.chance(0.25)) return [undefined, null];
  switch (mapping.type) {
    case 'boolean': {
      const value = random.chance(0.5);
      return [value, value];
    }
    case 'string': {
      const value = random.pick([
        '',
        'a',
        'A',
        'a ',
        'abc',
        'a*c',
        '*',
        '%',
        'a_c',
        '[a]',
        '财务部',
        'x"y\\z\n',
        '\u{1f600}',
        '!',
      ]);
      return [value, value];
    }
    case 'long': {
      const narrow = [0, 1, -1, 2, 7, 100, -100, 2 ** 31 - 1, -(2 ** 31)];
      const value = random.pick(mapping.bits === 32 ? narrow : [...narrow, 2 ** 31, 2 ** 53 - 1, -(2 ** 53 - 1)]);
      return [value, BigInt(value)];
    }
    case 'entity': {
      const id = random.pick(IDS);
      return [{ __entity: { type: mapping.entityType, id } }, id];
    }
    case 'decimal': {
      const value = random.pick(DECIMALS);
      return [extension('decimal', value), value[1]];
    }
    case 'datetime': {
      const value = random.pick(DATETIMES);
      return [extension('datetime', value), value[1]];
    }
    case 'duration': {
      const value = random.pick(DURATIONS);
      return [extension('duration', value), value[1]];
    }
  }
}

function columnType(mapping: AttributeMapping): 'text' | 'bigint' | 'integer' | 'boolean' {
  if (mapping.type === 'boolean') return 'boolean';
  if (mapping.type === 'string' || mapping.type === 'entity' || mapping.type === 'set') return 'text';
  return 'bits' in mapping && mapping.bits === 32 ? 'integer' : 'bigint';
}

interface RandomRow {
  readonly attrs: Record<string, CedarValueJson>;
  readonly cells: readonly Cell[];
}

function randomRow(random: Random, attributes: Readonly<Record<string, AttributeMapping>>): RandomRow {
  const attrs: Record<string, CedarValueJson> = Object.create(null);
  const cells: Cell[] = [];
  for (const [name, mapping] of Object.entries(attributes)) {
    if (mapping.type === 'set') continue;
    const [value, cell] = randomCell(random, mapping);
    if (value !== undefined) attrs[name] = value;
    cells.push(cell);
  }
  return { attrs, cells };
}

function columnsOf(attributes: Readonly<Record<string, AttributeMapping>>) {
  return Object.values(attributes).flatMap((mapping) =>
    mapping.type === 'set' ? [] : [[mapping.column, columnType(mapping)] as const],
  );
}

/** Random rows of a table, the entities around them, and both as Cedar sees them. */
export class RandomTable {
  /** Everything but the listed rows, in Cedar's JSON form. */
  readonly others: readonly EntityJson[];
  readonly records: readonly EntityJson[];
  readonly tables: readonly TableRows[];
  /** Knows everything but the listed rows. */
  readonly source: EntitySource;
  readonly recordEntities: readonly Entity[];
  readonly #everything: EntitySource;

  constructor(random: Random, rowCount: number) {
    const users: (readonly Cell[])[] = [];
    this.others = randomEntities(random)
      .filter(({ uid }) => (uid as TypeAndId).type !== RECORD)
      .map((entity): EntityJson => {
        const uid = entity.uid as TypeAndId;
        const parents = entity.parents.filter((parent) => (parent as TypeAndId).type !== RECORD);
        if (uid.type !== USER) return { ...entity, parents };
        const { attrs, cells } = randomRow(random, USER_ATTRIBUTES);
        users.push([uid.id, ...cells]);
        const kept = Object.entries(entity.attrs).filter(([name]) => !Object.hasOwn(USER_ATTRIBUTES, name));
        return { ...entity, parents, attrs: Object.fromEntries([...kept, ...Object.entries(attrs)]) };
      });
    const tags: [string, string][] = [];
    const grades: [string, bigint][] = [];
    const apps: [string, string][] = [];
    const rows: (readonly Cell[])[] = [];
    this.records = Array.from({ length: rowCount }, (_, index): EntityJson => {
      const id = index < IDS.length ? (IDS[index] ?? '') : `r${index}`;
      const { attrs, cells } = randomRow(random, ATTRIBUTES);
      attrs['tags'] = random.list(0, 3, () => randomValue(random, 'string') as string);
      attrs['grades'] = random.list(0, 3, () => randomValue(random, 'long') as number);
      for (const tag of attrs['tags'] as string[]) tags.push([id, tag]);
      for (const grade of attrs['grades'] as number[]) grades.push([id, BigInt(grade)]);
      const home = random.chance(0.3) ? null : random.pick(IDS);
      const parents: TypeAndId[] = random.list(0, 2, () => ({ type: APP, id: random.pick(IDS) }));
      for (const parent of parents) apps.push([id, parent.id]);
      if (home !== null) parents.push({ type: DEPARTMENT, id: home });
      rows.push([id, ...cells, home]);
      return { uid: { type: RECORD, id }, attrs, parents };
    });
    const link = (table: string, value: string, type: 'text' | 'bigint', links: ReadonlyArray<readonly Cell[]>): TableRows => ({
      table,
      columns: [
        ['record', 'text'],
        [value, type],
      ],
      rows: links,
    });
    this.tables = [
      { table: 'records', columns: [['id', 'text'], ...columnsOf(ATTRIBUTES), ['home', 'text']], rows },
      { table: 'users', columns: [['id', 'text'], ...columnsOf(USER_ATTRIBUTES)], rows: users },
      link('record_tags', 'tag', 'text', tags),
      link('record_grades', 'grade', 'bigint', grades),
      link('record_apps', 'app', 'text', apps),
    ];
    this.source = entitySourceOf(this.others);
    this.#everything = entitySourceOf([...this.others, ...this.records]);
    this.recordEntities = this.records.map(({ uid }) => this.#required(uid as TypeAndId));
  }

  #required({ type, id }: TypeAndId): Entity {
    const entity = this.#everything.get(type, id);
    if (entity === undefined) throw new Error('a record is missing');
    return entity;
  }

  /** Knows one of the rows beside everything else. */
  sourceWith(record: Entity): EntitySource {
    return { get: (type, id) => (type === record.type && id === record.id ? record : this.source.get(type, id)) };
  }

  mapping(dialect: SqlDialect): SqlMapping {
    return {
      dialect,
      resourceType: RECORD,
      tables: {
        [RECORD]: {
          table: 'records',
          alias: 'r',
          id: { column: 'id' },
          attributes: ATTRIBUTES,
          parents: [
            { entityType: DEPARTMENT, column: 'home' },
            { entityType: APP, table: 'record_apps', key: 'record', value: 'app' },
          ],
        },
        [USER]: { table: 'users', id: { column: 'id' }, attributes: USER_ATTRIBUTES },
      },
      members: (group, memberType) => this.#members(group, memberType),
    };
  }

  *#members(group: EntityUid, memberType: string): Iterable<string> {
    const key = entityKey(group.type, group.id);
    for (const { uid } of this.others) {
      const { type, id } = uid as TypeAndId;
      if (type === memberType && this.source.get(type, id)?.ancestors.has(key) === true) yield id;
    }
  }
}

/** Somebody who asks: as a rule a user, whom the source may or may not know, and never a row of the list. */
export function randomPrincipal(random: Random): TypeAndId {
  const uid = random.chance(0.8) ? { type: USER, id: random.pick(IDS) } : anyUid(random);
  return uid.type === RECORD ? { type: APP, id: uid.id } : uid;
}
