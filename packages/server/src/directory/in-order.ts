import { gently } from '../gently.ts';
import type { Person } from './model.ts';
import type { DirectorySnapshot } from './snapshot.ts';

const made = new WeakMap<DirectorySnapshot, Promise<readonly Person[]>>();
const digits = 12;

/** Everybody as a page lists them: who leads first, then by uid, numbers in it by their value. Sorted once for each snapshot. */
export function peopleInOrder(directory: DirectorySnapshot): Promise<readonly Person[]> {
  const known = made.get(directory);
  if (known !== undefined) return known;
  const sorting = sorted(directory);
  made.set(directory, sorting);
  return sorting;
}

async function sorted(directory: DirectorySnapshot): Promise<readonly Person[]> {
  const keyed = await gently(keysOf(directory));
  keyed.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
  return keyed.map(({ person }) => person);
}

/** Texts that sort as the people do: to compare uids with their numbers, pair by pair, costs ten times as much. */
function* keysOf(directory: DirectorySnapshot): Generator<void, { readonly key: string; readonly person: Person }[]> {
  const keyed: { readonly key: string; readonly person: Person }[] = [];
  for (const person of directory.people.values()) {
    yield;
    const uid = person.uid.toLowerCase().replace(/\d+/g, (number) => number.padStart(digits, '0'));
    keyed.push({ key: `${person.leads.length > 0 ? 0 : 1}${uid}\n${person.uid}`, person });
  }
  return keyed;
}
