import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import { paged } from './paged.ts';
import type { World } from './world.ts';

const dayMs = 86_400_000;

/** People, where they are signed in, and what they may do. */
export function peopleHandlers(world: () => World): readonly FakeHandler[] {
  const personOf = (uid: string): contract.Person => {
    const person = world().company.people.find((candidate) => candidate.uid === uid);
    if (person === undefined) throw new contract.MenshenError('not_found');
    return person;
  };
  const setPeople = (
    change: (person: contract.Person) => contract.Person,
    keep: (session: contract.SessionView) => boolean = () => true,
  ): void => {
    const { company } = world();
    world().company = { ...company, people: company.people.map(change), sessions: company.sessions.filter(keep) };
  };

  return [
    bind(contract.listDepartments, () => ({
      departments: [...world().company.departments],
      syncedAt: world().company.departments.length === 0 ? null : now - 1_500_000,
      syncError: null,
    })),
    bind(contract.listPeople, ({ query }) => {
      const { departments, people, sessions } = world().company;
      const under = (id: string): string[] => [
        id,
        ...departments.filter((one) => one.parent === id).flatMap((one) => under(one.id)),
      ];
      const below = query.department === undefined ? null : new Set(under(query.department));
      const found = people
        .map((person) => ({ ...person, sessions: sessions.filter((one) => one.uid === person.uid).length }))
        .filter(
          (person) =>
            (below === null || person.departments.some((one) => below.has(one.id))) &&
            (query.kind === undefined || person.kind === query.kind) &&
            (query.q === undefined || person.name.includes(query.q) || person.uid.includes(query.q)) &&
            (query.online === undefined || person.sessions > 0 === query.online),
        );
      const { rows, next } = paged(found, query.limit, query.cursor);
      return { people: rows, total: found.length, next };
    }),
    bind(contract.getPerson, ({ params }) => {
      const person = personOf(params.uid);
      const sessions = world().company.sessions.filter((one) => one.uid === params.uid);
      return {
        person: { ...person, sessions: sessions.length },
        sessions,
        identities: [
          {
            channel: 'wechat' as const,
            provider: 'wx0123456789abcdef',
            subject: `oTest_${params.uid}`,
            boundBy: 'phone' as const,
            boundAt: now - 20 * dayMs,
          },
          {
            channel: 'wecom' as const,
            provider: 'ww0123456789abcdef',
            subject: params.uid,
            boundBy: 'wecom' as const,
            boundAt: now - 40 * dayMs,
          },
        ],
      };
    }),
    bind(contract.revokePersonSessions, ({ params }) => {
      const ended = world().company.sessions.filter((one) => one.uid === params.uid).length;
      setPeople(
        (person) => (person.uid === params.uid ? { ...person, sessions: 0, lastSeen: null } : person),
        (one) => one.uid !== params.uid,
      );
      return { ended };
    }),
    bind(contract.setPersonRoles, ({ params, body }) => {
      setPeople((person) => (person.uid === params.uid ? { ...person, roles: body.roles } : person));
      return { roles: body.roles };
    }),
    bind(contract.createBindingCode, () => ({ code: 'KQ7M4TWX9RZA', expiresAt: now + dayMs })),
    bind(contract.removeIdentity, () => ({ removed: true })),
    bind(contract.listSessions, ({ query }) => {
      const found = world().company.sessions.filter(
        (one) => (query.app === undefined || one.app === query.app) && (query.uid === undefined || one.uid === query.uid),
      );
      const { rows, next } = paged(found, query.limit, query.cursor);
      return { sessions: rows, total: found.length, next };
    }),
    bind(contract.revokeSession, ({ params }) => {
      setPeople(
        (person) => person,
        (one) => one.sid !== params.sid,
      );
      return { ended: 1 };
    }),
    bind(contract.syncDirectory, () => ({ departments: 15, people: 64, added: 2, changed: 5, left: 1, sessionsEnded: 1 })),
  ];
}
