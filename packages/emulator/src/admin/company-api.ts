import * as z from 'zod';
import { ApiFailure } from '../api-failure.ts';
import { parseWechatPerson } from '../company/model.ts';
import type { ContactChange } from '../push/contact-callback.ts';
import type { InboxMessage } from '../state/inbox.ts';
import type { World } from '../world.ts';
import { type AdminContext, AdminFailure, type AdminRoute, adminRoute } from './route.ts';

const fields = z.record(z.string(), z.unknown());
const wait = z.boolean().exactOptional();
const userid = z.string().max(64);
const maxMessages = 200;

const changeSchema = z.discriminatedUnion('change', [
  z.strictObject({ change: z.enum(['create_user', 'update_user']), user: fields, wait }),
  z.strictObject({ change: z.literal('delete_user'), userid, wait }),
  z.strictObject({ change: z.enum(['create_party', 'update_party']), department: fields, wait }),
  z.strictObject({ change: z.literal('delete_party'), id: z.int(), wait }),
]);

/** The people of the emulator, what they receive, and the changes that somebody makes in WeCom's console. */
export function companyApi({ world, outbox }: AdminContext): AdminRoute[] {
  return [
    adminRoute('GET', 'people', z.object({}), () => describePeople(world())),
    adminRoute('POST', 'people', z.strictObject({ person: z.unknown() }), ({ person }) => {
      const parsed = parseWechatPerson(person);
      if (!parsed) throw new AdminFailure('input_invalid', { field: 'person' });
      if (parsed.userid !== undefined && !world().directory.member(parsed.userid)) throw new AdminFailure('person_unknown');
      world().people.put(parsed);
      return { person: describePerson(world(), parsed.id) };
    }),
    adminRoute('POST', 'contacts', changeSchema, async (input) => {
      const change = applyChange(world(), input);
      const delivery = outbox.announce(change);
      if (input.wait) await outbox.deliveries.idle();
      return { change: change.type, delivery: delivery?.id ?? null };
    }),
    adminRoute(
      'GET',
      'messages',
      z.object({
        person: z.string().max(64).exactOptional(),
        kind: z.enum(['wecom', 'robot', 'subscribe', 'sms']).exactOptional(),
      }),
      (filter) => ({ messages: selectMessages(world(), filter.person, filter.kind) }),
    ),
  ];
}

/** Throws AdminFailure with WeCom's errcode when the directory refuses. */
function applyChange(world: World, input: z.infer<typeof changeSchema>): ContactChange {
  const { directory } = world;
  try {
    switch (input.change) {
      case 'create_user':
        return { type: 'create_user', member: directory.createMember({ status: 1, ...input.user }) };
      case 'update_user': {
        const changed = directory.updateMember(input.user);
        world.people.renameUser(changed.before.userid, changed.after.userid);
        return { type: 'update_user', ...changed };
      }
      case 'delete_user':
        return { type: 'delete_user', member: directory.deleteMember(input.userid) };
      case 'create_party':
        return { type: 'create_party', department: directory.createDepartment(input.department) };
      case 'update_party':
        return { type: 'update_party', ...directory.updateDepartment(input.department) };
      case 'delete_party':
        return { type: 'delete_party', department: directory.deleteDepartment(input.id) };
    }
  } catch (error) {
    if (error instanceof ApiFailure) throw new AdminFailure('contact_refused', { errcode: error.errcode });
    throw error;
  }
}

function describePeople(world: World) {
  const { options, directory, people } = world;
  const { wecom } = options;
  return {
    corp: { name: options.people.corp.name, corpid: wecom?.corpid ?? null },
    apps: options.wechatApps.map(({ appid, name, templates = [] }) => ({
      appid,
      name,
      templates: templates.map(({ id, title }) => ({ id, title })),
    })),
    agents: (wecom?.agents ?? []).map(({ agentid, name }) => ({ agentid, name: name ?? `agent ${agentid}` })),
    people: people.list().map((person) => describePerson(world, person.id)),
    users: directory.members().map((member) => ({
      userid: member.userid,
      name: member.name,
      position: member.position,
      status: member.status,
      department: member.department,
      departmentNames: member.department.map((id) => directory.department(id)?.name ?? ''),
    })),
  };
}

function describePerson(world: World, id: string) {
  const person = world.people.get(id);
  if (!person) throw new AdminFailure('person_unknown');
  const openids = world.options.wechatApps.map((app) => [app.appid, world.people.openidOf(app.appid, person)]);
  return { ...person, openids: Object.fromEntries(openids) };
}

/** Newest first. A person is named by id or userid and gets what was sent to either. */
function selectMessages(world: World, name: string | undefined, kind: InboxMessage['kind'] | undefined): readonly InboxMessage[] {
  const person = name === undefined ? undefined : world.people.find(name);
  const names = new Set(
    [name, person?.id, person?.userid].filter((item) => item !== undefined).map((item) => item.toLowerCase()),
  );
  const isFor = (message: InboxMessage) => name === undefined || message.to.some((to) => names.has(to.toLowerCase()));
  return world.inbox
    .list()
    .filter((message) => (kind === undefined || message.kind === kind) && isFor(message))
    .slice(-maxMessages)
    .toReversed();
}
