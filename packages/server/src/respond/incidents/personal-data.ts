import type { Keys } from '../../keys/master.ts';
import type { HeldRow, Holding } from '../../privacy/holding.ts';
import { wholeName } from '../../privacy/whole-name.ts';
import { countPersonRows } from '../../store/person-rows.ts';
import type { Store } from '../../store/store.ts';
import { createRecoveryChecklistStore } from '../recovery/store.ts';
import type { Incident, Subject } from './model.ts';
import { createIncidentStore } from './store.ts';

/** Subjects that are people: whom an incident concerns, and who told of it. */
const kinds = ['user', 'reporter'] as const;
const isPerson = (kind: Subject['kind']): boolean => kinds.some((one) => one === kind);
const tables = ['incidents', 'incident_entries', 'incident_keys', 'incident_recovery', 'incident_actions'] as const;

/**
 * Incidents that concern a person, or that a person takes care of: these are without anybody again, so that somebody takes them. They stay, because whoever runs a network must be able to say what happened; the person's name goes out of their words,
 * and the timeline says that it was taken out.
 */
export function createIncidentHolding(store: Store, keys: Keys, random: (size: number) => Uint8Array): Holding {
  const incidents = createIncidentStore(store, keys, random);
  const checklists = createRecoveryChecklistStore(store, keys);
  const concerning = async (uid: string): Promise<Incident[]> => {
    const found = await Promise.all([...kinds.map((kind) => incidents.concerning({ kind, value: uid })), incidents.ownedBy(uid)]);
    return [...new Map(found.flat().map((incident) => [incident.id, incident])).values()];
  };
  return {
    name: 'incidents',
    tables,
    async uids() {
      const found = await incidents.list({ show: 'all' }, 10_000, 0);
      return [
        ...new Set(found.flatMap(({ subjects }) => subjects.flatMap(({ kind, value }) => (isPerson(kind) ? [value] : [])))),
      ];
    },
    count: async (uid, scope) =>
      scope === 'person'
        ? (await concerning(uid)).length + (await countPersonRows(store, ['incident_actions'], 'owner', uid))
        : 0,
    async read(uid, limit) {
      return (await concerning(uid)).slice(0, limit).map(
        ({ number, title, severity, state, opened }): HeldRow => ({
          ...{ kind: 'incident', number, title: title.zh, severity, state, opened },
        }),
      );
    },
    async erase(uid, scope, pseudonym) {
      if (scope !== 'person') return 0;
      const found = await concerning(uid);
      const name = wholeName(uid);
      for (const incident of found) {
        const without = (text: string): string => text.replaceAll(name, () => pseudonym);
        const both = ({ zh, en }: { readonly zh: string; readonly en: string }) => ({ zh: without(zh), en: without(en) });
        const entries = (await incidents.entries(incident.id)).filter(
          ({ text, facts }) => text.zh.includes(uid) || text.en.includes(uid) || Object.values(facts).includes(uid),
        );
        await incidents.redact(
          {
            ...{ ...incident, title: both(incident.title), text: both(incident.text) },
            owner: incident.owner === uid ? null : incident.owner,
            subjects: incident.subjects.map((one) =>
              isPerson(one.kind) && one.value === uid ? { ...one, value: pseudonym } : one,
            ),
          },
          entries.map((entry) => ({
            ...{ ...entry, text: both(entry.text) },
            facts: Object.fromEntries(Object.entries(entry.facts).map(([name, fact]) => [name, fact === uid ? pseudonym : fact])),
          })),
          kinds.map((kind) => ({ kind, value: uid })),
        );
        await checklists.rewrite(incident.id, without);
      }
      return found.length + (await incidents.leaveActions(uid, pseudonym));
    },
  };
}
