import type { Person, SourceRecord } from './model.ts';
import { type Known, matcher, type PlanInput, type PlanRules } from './plan.ts';
import type { DirectoryStore } from './store.ts';

/** Beyond this share of the directory, reading all records is no more work. */
const largeShare = 4;

/**
 * What a plan asks of the records: all of them where a source lists everybody. One change of one person, of tens of thousands, needs theirs alone: those of
 * their key, of the person whom they are or match, and what tells whether somebody is known from before records were kept.
 */
export async function neededRecords(
  input: PlanInput,
  people: ReadonlyMap<string, Person>,
  rules: Pick<PlanRules, 'match'>,
  store: Pick<DirectoryStore, 'records' | 'recordsByKey'>,
): Promise<Pick<Known, 'records' | 'complete'>> {
  if (input.kind === 'full' || (input.image.people.length + input.gone.length) * largeShare > people.size)
    return { records: await store.records() };
  const keys = new Set([...input.image.people.map(({ key }) => key), ...input.gone]);
  const own = await store.recordsByKey([input.source], [...keys]);
  const linked = new Set(own.map(({ key }) => key));
  const find = matcher(people, rules.match);
  const newcomers = input.image.people
    .filter(({ key }) => !linked.has(key))
    .flatMap((person) => [person.uid, find(person) ?? '']);
  const uids = new Set([...keys, ...own.map(({ uid }) => uid), ...newcomers]);
  const sources = new Set([...uids].flatMap((uid) => people.get(uid)?.source ?? []));
  const found: readonly SourceRecord[] = [
    ...own,
    ...(await store.records([...uids])),
    ...(await store.recordsByKey([...sources], [...uids])),
  ];
  return { records: [...new Map(found.map((one) => [`${one.source}\n${one.key}`, one])).values()], complete: uids };
}
