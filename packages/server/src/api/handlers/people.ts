import * as contract from '@menshen/contract';
import { countHeads } from '../../directory/head-counts.ts';
import { peopleInOrder } from '../../directory/in-order.ts';
import type { Person as DirectoryPerson } from '../../directory/model.ts';
import type { DirectoryService } from '../../directory/service.ts';
import { gently } from '../../gently.ts';
import type { Session } from '../../identity/model.ts';
import type { IdentityService } from '../../identity/service.ts';
import { type Bound, bind } from '../bind.ts';

/** 138****06: first three and last two digits (WeChat security guide, information leakage). */
export function maskPhone(phone: string | null): string | null {
  if (phone === null) return null;
  const digits = phone.replace(/^\+86/, '');
  const head = digits.length >= 10 ? 3 : 2;
  return digits.length <= head + 2
    ? '*'.repeat(digits.length)
    : `${digits.slice(0, head)}${'*'.repeat(digits.length - head - 2)}${digits.slice(-2)}`;
}

const sessionView = (session: Session): contract.SessionView => ({
  sid: session.sid,
  uid: session.person.uid,
  name: session.person.name,
  app: session.app,
  channel: session.channel,
  assurance: session.assurance,
  created: session.created,
  lastSeen: session.lastSeen,
  idleExpires: session.idleExpires,
  absoluteExpires: session.absoluteExpires,
  address: session.address,
  device: session.device,
  risk: { reasons: [...session.risk.reasons], at: session.risk.at },
});

/** Opaque cursor over a sorted list: the offset of the next row. */
function paged<T>(rows: readonly T[], limit: number, cursor: string | undefined): { rows: readonly T[]; next: string | null } {
  const from = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isSafeInteger(from) || from < 0) throw new contract.MenshenError('validation_failed', { fields: ['cursor'] });
  return { rows: rows.slice(from, from + limit), next: from + limit < rows.length ? String(from + limit) : null };
}

export function peopleHandlers(directory: DirectoryService, identity: IdentityService): readonly Bound[] {
  const personView = (person: DirectoryPerson): contract.Person => {
    const snapshot = directory.snapshot();
    const sessions = identity.sessions.ofPerson(person.uid);
    return {
      uid: person.uid,
      name: person.name,
      kind: person.kind,
      departments: person.departments.map((id) => ({
        id,
        name: snapshot.departments.get(id)?.name ?? id,
        path: [...snapshot.path(id)],
      })),
      position: person.position,
      phone: maskPhone(person.phone),
      roles: [...person.roles],
      status: person.status,
      source: person.source,
      blocked: person.blocked,
      leader: person.leads.length > 0,
      sessions: sessions.length,
      lastSeen: sessions.length === 0 ? null : Math.max(...sessions.map((session) => session.lastSeen)),
    };
  };

  /** A customer is known by their session alone. */
  const customerView = (uid: string): contract.Person | null => {
    const sessions = identity.sessions.ofPerson(uid);
    if (!uid.startsWith('c_')) return null;
    return {
      uid,
      name: '',
      kind: 'customer',
      departments: [],
      position: null,
      phone: null,
      roles: [],
      status: 'active',
      leader: false,
      sessions: sessions.length,
      lastSeen: sessions.length === 0 ? null : Math.max(...sessions.map((session) => session.lastSeen)),
    };
  };

  const find = (uid: string): contract.Person => {
    const person = directory.snapshot().person(uid);
    const view = person === undefined ? customerView(uid) : personView(person);
    if (view === null) throw new contract.MenshenError('not_found');
    return view;
  };

  return [
    bind(contract.listDepartments, async () => {
      const snapshot = directory.snapshot();
      const counts = await gently(countHeads(snapshot, ({ status }) => status === 'active'));
      const departments = [...snapshot.departments.values()]
        .sort((a, b) => b.order - a.order || a.id.localeCompare(b.id, 'en', { numeric: true }))
        .map((department) => ({
          id: department.id,
          name: department.name,
          parent: department.parent,
          ...(counts.get(department.id) ?? { direct: 0, total: 0 }),
        }));
      const state = directory.state();
      return { departments, syncedAt: state.syncedAt, syncError: state.error };
    }),
    bind(contract.listPeople, async (call) => {
      await identity.refresh();
      const { q, department, kind, online, limit, cursor } = call.query;
      const snapshot = directory.snapshot();
      const needle = q?.normalize('NFKC').toLowerCase();
      const found = (await peopleInOrder(snapshot)).filter(
        (person) =>
          (kind === undefined || person.kind === kind) &&
          (department === undefined || person.departments.some((id) => snapshot.chain(id).includes(department))) &&
          (needle === undefined || person.name.toLowerCase().includes(needle) || person.uid.toLowerCase().includes(needle)) &&
          (online === undefined || identity.sessions.ofPerson(person.uid).length > 0 === online),
      );
      const { rows, next } = paged(found, limit, cursor);
      return { people: rows.map(personView), total: found.length, next };
    }),
    bind(contract.getPerson, async (call) => {
      await identity.refresh();
      const person = find(call.params.uid);
      const identities = await identity.identitiesOf(person.uid);
      return {
        person,
        sessions: identity.sessions.ofPerson(person.uid).map(sessionView),
        identities: identities.map(({ channel, provider, subject, boundBy, boundAt }) => ({
          channel,
          provider,
          subject,
          boundBy,
          boundAt,
        })),
      };
    }),
    bind(contract.revokePersonSessions, async (call) => {
      const person = find(call.params.uid);
      return { ended: await identity.endSessionsOf(person.uid, call.body.reason, call.by) };
    }),
    bind(contract.setPersonRoles, async (call) => ({
      roles: [...(await directory.setRoles(call.params.uid, call.body.roles, call.by))],
    })),
    bind(contract.createBindingCode, async (call) => await identity.createCompanyCode(call.params.uid, call.by)),
    bind(contract.removeIdentity, async (call) => {
      find(call.params.uid);
      return { removed: await identity.unbind(call.body, call.params.uid, call.by) };
    }),
    bind(contract.listSessions, async (call) => {
      await identity.refresh();
      const { app, uid, limit, cursor } = call.query;
      const found = [...identity.sessions.all()].filter(
        (session) => (app === undefined || session.app === app) && (uid === undefined || session.person.uid === uid),
      );
      found.sort((a, b) => b.lastSeen - a.lastSeen);
      const { rows, next } = paged(found, limit, cursor);
      return { sessions: rows.map(sessionView), total: found.length, next };
    }),
    bind(contract.revokeSession, async (call) => {
      const session = identity.sessions.find(call.params.sid) ?? (await identity.loadSession(call.params.sid));
      if (session === null) throw new contract.MenshenError('not_found');
      return { ended: await identity.endSessions([session.sid], 'ended in the console', call.by) };
    }),
    bind(contract.syncDirectory, async (call) => await directory.sync(call.by)),
  ];
}
