import type { Group } from '../baseline/group.ts';
import type { Person } from '../baseline/person.ts';
import { distinct, push, since } from '../baseline/windows.ts';
import type { Detector } from '../seen.ts';

const HOUR = 3_600_000;

/** Tries at objects of others: refused ones, and granted ones of departments with which the person has nothing to do. */
export const ownership: Detector = ({ report }) => {
  return (seen) => {
    const { activity, person } = seen;
    if (person === null || seen.service || activity.kind.login) return;
    const { ts, id, object, ownerDept, outcome, user } = activity;
    const own = seen.entry?.dept ?? activity.dept;
    const foreign = ownerDept !== null && own !== null && ownerDept !== own;
    const refused =
      outcome === 'denied' || (outcome === 'missing' && object !== null) || (outcome === 'failed' && activity.status === 403);
    if (refused) {
      push(person.refused, { ts, id, key: `${foreign ? '!' : ''}${object ?? activity.path ?? activity.action}` }, 128);
      const hour = since(person.refused, ts - HOUR);
      const day = since(person.refused, ts - 24 * HOUR);
      const days = since(person.refused, ts - 96 * HOUR);
      const weigh = (list: typeof hour): number =>
        distinct(list, ({ key }) => (key.startsWith('!') ? key : null)) +
        0.6 * distinct(list, ({ key }) => (key.startsWith('!') ? null : key));
      report(seen, {
        rule: 'ownership_probing',
        entity: `user ${user}`,
        score: Math.max(weigh(hour) / 6, weigh(day) / 10, weigh(days) / 20),
        events: days.map((item) => item.id),
        facts: {
          refused: day.length,
          of_other_departments: day.filter(({ key }) => key.startsWith('!')).length,
          objects: distinct(day, ({ key }) => key),
          in_last_hour: hour.length,
        },
      });
      return;
    }
    if (outcome !== 'ok' || ownerDept === null || own === null) return;
    const { volume } = person;
    const share = usualShare(person, seen.group);
    if (!foreign) {
      volume.own += 1;
      person.ownReads += 1;
      if (seen.group !== null) seen.group.ownReads += 1;
      return;
    }
    volume.foreign += 1;
    person.foreignReads += 1;
    if (seen.group !== null) seen.group.foreignReads += 1;
    push(person.foreign, { ts, id, key: object ?? id }, 128);
    if (volume.foreign < 8) return;
    const day = since(person.foreign, ts - 24 * HOUR);
    const reads = volume.own + volume.foreign;
    const expected = reads * share;
    report(seen, {
      rule: 'ownership_probing',
      entity: `reader ${user}`,
      score: (volume.foreign - expected) / Math.sqrt(expected * (1 - share)) / 6,
      events: day.map((item) => item.id),
      facts: {
        granted_of_other_departments: volume.foreign,
        reads,
        usual_share: Math.round(share * 100) / 100,
        department: ownerDept,
      },
    });
  };
};

/** Share of the person's reads that are of other departments: the person's own past, and at first that of people of like work. */
function usualShare(person: Person, group: Group | null): number {
  const { volume } = person;
  const all = group === null ? 0 : group.ownReads + group.foreignReads;
  const peers = group === null || all < 50 ? 0.05 : group.foreignReads / all;
  const foreign = person.foreignReads - volume.foreign;
  const total = foreign + person.ownReads - volume.own;
  return Math.min(0.95, Math.max(0.02, (foreign + peers * 20) / (total + 20)));
}
