import { ApiFailure } from '../api-failure.ts';
import { type ApiHandler, queryText, readJson } from '../http/api.ts';
import type { World } from '../world.ts';
import { type WecomCall, withWecomToken } from './guard.ts';

/** Changing departments and members: the contact-sync helper only. Its own changes are not called back to it. */
export function contactEditRoutes(world: World): [string, ApiHandler][] {
  const { directory } = world;
  const edit = (method: 'GET' | 'POST', errmsg: string, change: (call: WecomCall) => Readonly<Record<string, unknown>>) =>
    withWecomToken(world, method, (call) => {
      if (call.caller.kind !== 'contacts') throw new ApiFailure(48002);
      return { errcode: 0, errmsg, ...change(call) };
    });
  return [
    ['/cgi-bin/department/create', edit('POST', 'created', (call) => ({ id: directory.createDepartment(readJson(call)).id }))],
    [
      '/cgi-bin/department/update',
      edit('POST', 'updated', (call) => {
        directory.updateDepartment(readJson(call));
        return {};
      }),
    ],
    [
      '/cgi-bin/department/delete',
      edit('GET', 'deleted', (call) => {
        const id = queryText(call, 'id');
        if (!/^\d{1,10}$/.test(id)) throw new ApiFailure(60123);
        directory.deleteDepartment(Number(id));
        return {};
      }),
    ],
    [
      '/cgi-bin/user/create',
      edit('POST', 'created', (call) => {
        directory.createMember(readJson(call));
        return {};
      }),
    ],
    [
      '/cgi-bin/user/update',
      edit('POST', 'updated', (call) => {
        const { before, after } = directory.updateMember(readJson(call));
        world.people.renameUser(before.userid, after.userid);
        return {};
      }),
    ],
    [
      '/cgi-bin/user/delete',
      edit('GET', 'deleted', (call) => {
        directory.deleteMember(queryText(call, 'userid'));
        return {};
      }),
    ],
  ];
}
