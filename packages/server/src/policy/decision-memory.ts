import { createHash, createHmac } from 'node:crypto';
import type { AuthorizationRequest, Entity, RecordedQuestion } from '@menshen/policy';
import type { DirectorySnapshot } from '../directory/snapshot.ts';
import type { Keys } from '../keys/master.ts';
import { decodeQuestion, encodeQuestion, literalsOf, type NotedQuestion } from './question-form.ts';
import type { QuestionStore, SavedQuestion } from './question-store.ts';

const keptMs = 86_400_000;
/** Of a node in memory, of all nodes in the store, and as many as a change is tried on. */
const maxInMemory = 20_000;
const maxInStore = 50_000;
const maxTried = 20_000;
const pageSize = 1_000;
/** A question that is asked all day is written at its first time, and then no more often. */
const saveAgainMs = 600_000;
/** How far the order of what is kept, in which the oldest goes first, may be behind. */
const reorderMs = 60_000;

interface Kept {
  noted: NotedQuestion;
  reference: string;
  at: number;
  /** When it went to the end of the order. */
  orderedAt: number;
  unsaved: number;
  savedAt: number | null;
}

export interface DecisionMemory {
  /** Remembers a question with the entities as they are; `reference` is the request's id. Only the newest of equal questions is kept. */
  note(request: AuthorizationRequest, principal: Entity, resource: Entity, reference: string): void;
  /** Writes what was not written yet; with `all`, also what was written within ten minutes. */
  flush(all?: boolean): Promise<void>;
  /** Distinct questions of the last day, of all nodes. */
  count(): Promise<number>;
  /** The newest questions of the last day, at most 20,000; `texts` are policies that they will be put to. */
  recent(texts: readonly string[]): Promise<readonly RecordedQuestion[]>;
  /** The question that a request asked, where no later one has asked the same. */
  find(reference: string, texts: readonly string[]): Promise<RecordedQuestion | null>;
  maintain(): Promise<void>;
}

export interface DecisionMemoryParts {
  readonly store: QuestionStore;
  readonly keys: Keys;
  readonly directory: () => DirectorySnapshot;
  readonly clock: () => number;
}

const place = (key: string) => ({ table: 'policy_questions', column: 'question', key });

/**
 * The questions that the gateways have put to the policies within a day, bounded: equal ones (who, what, on what) once. They are what a change of
 * policies is tried on before it is published. A node holds its own exactly, as long as it runs; the store holds those of all nodes, sealed, and of what
 * backends say of objects no text but pseudonyms ({@link encodeQuestion}). What the directory knows is read from it anew.
 */
export function createDecisionMemory({ store, keys, directory, clock }: DecisionMemoryParts): DecisionMemory {
  const kept = new Map<string, Kept>();
  const secret = keys.derive('pseudonyms of policy questions');
  const pseudonym = (text: string): string => createHmac('sha256', secret).update(text).digest('base64url').slice(0, 16);
  const keyOf = (name: string): string => createHash('sha256').update(name).digest('base64url').slice(0, 24);
  let flushing: Promise<void> = Promise.resolve();

  const entitiesOf = ({ principal, resource }: NotedQuestion) => ({
    get: (type: string, id: string): Entity | undefined => {
      if (principal !== null && type === principal.type && id === principal.id) return principal;
      if (resource !== null && type === resource.type && id === resource.id) return resource;
      return directory().get(type, id);
    },
  });
  const recorded = (noted: NotedQuestion, reference: string): RecordedQuestion => ({
    request: noted.request,
    entities: entitiesOf(noted),
    reference,
  });

  const write = async (all: boolean): Promise<void> => {
    const now = clock();
    const rows: SavedQuestion[] = [];
    const written: { readonly one: Kept; readonly times: number }[] = [];
    for (const [name, one] of kept) {
      if (one.unsaved === 0 || (!all && one.savedAt !== null && now - one.savedAt < saveAgainMs)) continue;
      const text = encodeQuestion(one.noted, pseudonym);
      const key = keyOf(name);
      if (text !== undefined) {
        rows.push({ key, at: one.at, times: one.unsaved, reference: one.reference, question: keys.sealText(text, place(key)) });
      }
      written.push({ one, times: one.unsaved });
    }
    await store.save(rows);
    for (const { one, times } of written) {
      one.unsaved -= times;
      one.savedAt = now;
    }
  };
  const flush = (all = false): Promise<void> => {
    flushing = flushing.catch(() => undefined).then(() => write(all));
    return flushing;
  };

  /** What a pseudonym can stand for: what policies name and who is in the directory. */
  const vocabulary = (texts: readonly string[]): ((pseudonym: string) => string | undefined) => {
    const { people, departments } = directory();
    const known = new Map<string, string>();
    for (const text of [...literalsOf(texts), ...people.keys(), ...departments.keys()]) known.set(pseudonym(text), text);
    return (one) => known.get(one);
  };
  const read = (
    { key, question, reference }: SavedQuestion,
    known: (pseudonym: string) => string | undefined,
  ): RecordedQuestion => recorded(decodeQuestion(keys.openText(question, place(key)), known), reference);

  return {
    note(request, principal, resource, reference) {
      const name = `${request.principal.type}\n${request.principal.id}\n${request.action.id}\n${request.resource.type}\n${request.resource.id}`;
      const current = directory();
      const own = (entity: Entity): Entity | null => (current.get(entity.type, entity.id) === entity ? null : entity);
      const noted = { request, principal: own(principal), resource: own(resource) };
      const now = clock();
      const known = kept.get(name);
      if (known !== undefined) {
        known.noted = noted;
        known.reference = reference;
        known.at = now;
        known.unsaved += 1;
        // Not every time: each table that a map has outgrown holds on to the next one, and the collector keeps all that they held.
        if (now - known.orderedAt < reorderMs) return;
        known.orderedAt = now;
        kept.delete(name);
        kept.set(name, known);
        return;
      }
      kept.set(name, { noted, reference, at: now, orderedAt: now, unsaved: 1, savedAt: null });
      if (kept.size <= maxInMemory) return;
      const oldest = kept.keys().next();
      if (!oldest.done) kept.delete(oldest.value);
    },
    flush,
    async count() {
      await flush(true);
      return Math.min(await store.count(clock() - keptMs), maxTried);
    },
    async recent(texts) {
      await flush(true);
      const since = clock() - keptMs;
      const known = vocabulary(texts);
      const exact = new Map([...kept].map(([name, one]) => [keyOf(name), one]));
      const questions: RecordedQuestion[] = [];
      let last: SavedQuestion | undefined;
      do {
        // A page at a time: the gateway of this node goes on between them.
        const page = await store.page(since, last ?? null, pageSize);
        for (const row of page) {
          const own = exact.get(row.key);
          questions.push(own === undefined || own.at < row.at ? read(row, known) : recorded(own.noted, own.reference));
        }
        last = page.length < pageSize ? undefined : page.at(-1);
      } while (last !== undefined && questions.length < maxTried);
      return questions.slice(0, maxTried);
    },
    async find(reference, texts) {
      for (const one of kept.values()) if (one.reference === reference) return recorded(one.noted, reference);
      const row = await store.byReference(reference, clock() - keptMs);
      return row === undefined ? null : read(row, vocabulary(texts));
    },
    async maintain() {
      const since = clock() - keptMs;
      for (const [name, { at, orderedAt }] of kept) {
        if (orderedAt >= since) break;
        if (at < since) kept.delete(name);
      }
      await flush();
      await store.trim(since, maxInStore);
    },
  };
}
