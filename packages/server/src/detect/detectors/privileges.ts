import { push, since } from '../baseline/windows.ts';
import type { Detector } from '../seen.ts';

const HOUR = 3_600_000;
const WARM_COUNT = 200;

/** Acts that are above a person's role, and roles that the directory does not know of. */
export const privileges: Detector = ({ state, directory, report }) => {
  const adminRoles = new Set(
    [...directory.users.values()].filter(({ isAdmin }) => isAdmin === true).map(({ role }) => role ?? ''),
  );
  const plainRoles = new Set(
    [...directory.users.values()].filter(({ isAdmin }) => isAdmin !== true).map(({ role }) => role ?? ''),
  );
  const privileged = (role: string | null): boolean =>
    role !== null && (/admin|root|super|owner|系统管理|管理员/i.test(role) || (adminRoles.has(role) && !plainRoles.has(role)));

  return (seen) => {
    const { activity, person, entry, service } = seen;
    if (person === null || service || activity.kind.login || activity.kind.logout) return;
    const { ts, id, ip, device, role, user, kind, outcome } = activity;
    const isAdmin = entry === null ? privileged(role) : entry.isAdmin === true || privileged(entry.role);
    const otherRole = role !== null && entry?.role != null && role !== entry.role;
    if (otherRole && !isAdmin) {
      const up = privileged(role) || (!adminRoles.has(entry.role ?? '') && adminRoles.has(role));
      report(seen, {
        rule: 'privilege_escalation',
        entity: `user ${user}`,
        score: up ? 2 : 1.05,
        events: [id],
        facts: { role_used: role, role_in_directory: entry.role ?? '', action: activity.action },
      });
    } else if (
      entry === null &&
      role !== null &&
      person.role !== null &&
      role !== person.role &&
      privileged(role) &&
      person.days >= 2
    ) {
      report(seen, {
        rule: 'privilege_escalation',
        entity: `user ${user}`,
        score: 1.5,
        events: [id],
        facts: { role_used: role, role_before: person.role, action: activity.action },
      });
    }
    const acts = actsOf(state.fleet.roleActions, entry?.role ?? role ?? '', activity.action, user ?? '', outcome === 'ok');
    if (isAdmin || !(kind.admin || acts.byPrivileged)) return;
    if (acts.usual) return;
    push(person.signals, { ts, name: 'above_role', weight: 1, id, ip, device }, 24);
    push(person.foreign, { ts, id, key: `admin ${activity.action}` }, 128);
    const tries = since(person.foreign, ts - 24 * HOUR).filter(({ key }) => key.startsWith('admin '));
    report(seen, {
      rule: 'privilege_escalation',
      entity: `user ${user}`,
      score: outcome === 'ok' ? 1.4 : tries.length / 2,
      events: tries.map((item) => item.id),
      facts: { action: activity.action, role: entry?.role ?? role ?? '', tries: tries.length, granted: outcome === 'ok' },
    });
  };

  /** Whether people of this role do this as a matter of course, and whether it is otherwise done by privileged people alone. */
  function actsOf(
    all: Map<string, Map<string, { people: Set<string>; count: number }>>,
    role: string,
    action: string,
    user: string,
    done: boolean,
  ) {
    let own = all.get(role);
    if (own === undefined) {
      own = new Map();
      if (all.size < 500) all.set(role, own);
    }
    const known = own.get(action);
    const others = known === undefined ? 0 : known.people.size - (known.people.has(user) ? 1 : 0);
    let plain = 0;
    let high = 0;
    if (others < 2) {
      for (const [name, actions] of all) {
        const count = actions.get(action)?.count ?? 0;
        if (privileged(name)) high += count;
        else plain += count;
      }
    }
    if (done) {
      const entry = known ?? { people: new Set<string>(), count: 0 };
      entry.count += 1;
      if (entry.people.size < 50) entry.people.add(user);
      if (known === undefined && own.size < 1_000) own.set(action, entry);
    }
    return { usual: others >= 2, byPrivileged: high >= 10 && plain <= high * 0.03 && state.events > WARM_COUNT };
  }
};
