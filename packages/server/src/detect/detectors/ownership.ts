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
    if (!foreign) {
      person.ownReads += 1;
      return;
    }
    const before = person.foreignReads / Math.max(1, person.ownReads + person.foreignReads);
    person.foreignReads += 1;
    push(person.foreign, { ts, id, key: object ?? id }, 128);
    if (person.ownReads + person.foreignReads < 10) return;
    const hour = since(person.foreign, ts - HOUR);
    const day = since(person.foreign, ts - 24 * HOUR);
    const usual = person.foreignDays;
    const objects = distinct(day, ({ key }) => key);
    report(seen, {
      rule: 'ownership_probing',
      entity: `user ${user}`,
      score:
        before > 0.25
          ? 0
          : Math.max(distinct(hour, ({ key }) => key) / Math.max(8, usual * 3), objects / Math.max(14, usual * 4)),
      events: day.map((item) => item.id),
      facts: {
        granted_of_other_departments: objects,
        in_last_hour: hour.length,
        usual_share: Math.round(before * 100) / 100,
        department: ownerDept,
      },
    });
  };
};
