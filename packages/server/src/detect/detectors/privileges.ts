import type { RoleActions } from '../baseline/others.ts';
import { push, since } from '../baseline/windows.ts';
import type { Detector } from '../seen.ts';

const HOUR = 3_600_000;
const SETTLING_MS = 48 * HOUR;

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
    const acts = actsOf(state.fleet.roleActions, entry?.role ?? role ?? '', activity.action);
    if (outcome === 'ok') acts.note(user ?? '', ts - state.fleet.first < SETTLING_MS);
    if (isAdmin || acts.usual || !(kind.admin || acts.byPrivileged)) return;
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
  function actsOf(all: RoleActions, role: string, action: string) {
    let own = all.get(role);
    if (own === undefined) {
      own = new Map();
      if (all.size < 500) all.set(role, own);
    }
    const known = own.get(action);
    const usual = known?.usual ?? false;
    let plain = 0;
    let high = 0;
    if (!usual) {
      for (const [name, actions] of all) {
        const count = actions.get(action)?.count ?? 0;
        if (privileged(name)) high += count;
        else plain += count;
      }
    }
    const note = (user: string, settling: boolean): void => {
      const entry = known ?? { people: new Set<string>(), count: 0, usual: false };
      entry.count += 1;
      if (!entry.usual) {
        entry.people.add(user);
        // At first everything is new; later it takes more people to make something a part of their work.
        entry.usual = entry.people.size >= (settling ? 2 : 6);
      }
      if (known === undefined && own.size < 1_000) own.set(action, entry);
    };
    return { usual, note, byPrivileged: high >= 10 && plain <= Math.max(6, high * 0.03) };
  }
};
