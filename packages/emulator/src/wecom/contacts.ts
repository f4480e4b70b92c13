import { ApiFailure } from '../api-failure.ts';
import type { Department, Directory } from '../company/directory.ts';
import { type ApiHandler, queryText, readJson } from '../http/api.ts';
import type { World } from '../world.ts';
import { type WecomCall, withWecomToken } from './guard.ts';
import { showDepartment, showMember, visibilityOf } from './visibility.ts';

const maxPage = 10_000;

/** Reading departments and members. What is out of the caller's sight answers 60011. */
export function contactRoutes(world: World): [string, ApiHandler][] {
  const { directory } = world;
  return [
    [
      '/cgi-bin/department/list',
      withWecomToken(world, 'GET', (call) => {
        refuseIdOnlyHelper(call);
        const department = listDepartments(directory, call).map((item) => showDepartment(directory, item));
        return { errcode: 0, errmsg: 'ok', department };
      }),
    ],
    [
      '/cgi-bin/department/simplelist',
      withWecomToken(world, 'GET', (call) => {
        const department_id = listDepartments(directory, call).map(({ id, parentid, order }) => ({ id, parentid, order }));
        return { errcode: 0, errmsg: 'ok', department_id };
      }),
    ],
    [
      '/cgi-bin/department/get',
      withWecomToken(world, 'GET', (call) => {
        refuseIdOnlyHelper(call);
        const department = visibleDepartment(directory, call, queryText(call, 'id'));
        return { errcode: 0, errmsg: 'ok', department: showDepartment(directory, department) };
      }),
    ],
    [
      '/cgi-bin/user/get',
      withWecomToken(world, 'GET', (call) => {
        refuseIdOnlyHelper(call);
        const member = directory.member(queryText(call, 'userid'));
        if (!member) throw new ApiFailure(60111);
        if (!visibilityOf(directory, call.caller).seesMember(member)) throw new ApiFailure(60011);
        return { errcode: 0, errmsg: 'ok', ...showMember(member, seesSensitiveFields(call)) };
      }),
    ],
    [
      '/cgi-bin/user/list',
      withWecomToken(world, 'GET', (call) => {
        const userlist = listMembers(directory, call).map((member) => showMember(member, seesSensitiveFields(call)));
        return { errcode: 0, errmsg: 'ok', userlist };
      }),
    ],
    [
      '/cgi-bin/user/simplelist',
      withWecomToken(world, 'GET', (call) => {
        const userlist = listMembers(directory, call).map(({ userid, name, department }) => ({ userid, name, department }));
        return { errcode: 0, errmsg: 'ok', userlist };
      }),
    ],
    ['/cgi-bin/user/list_id', withWecomToken(world, 'POST', (call) => listIds(directory, call))],
  ];
}

/** Since 2022-08-15 a new contact-sync helper reads ids only: names come from an app's calls. */
function refuseIdOnlyHelper(call: WecomCall): void {
  if (call.caller.kind === 'contacts' && call.wecom.contactsAccess !== 'full') throw new ApiFailure(48002);
}

function seesSensitiveFields(call: WecomCall): boolean {
  return call.caller.kind === 'contacts' || call.caller.agent.sensitiveFields === true;
}

function listDepartments(directory: Directory, call: WecomCall): readonly Department[] {
  const id = queryText(call, 'id');
  const sight = visibilityOf(directory, call.caller);
  const within = id === '' ? undefined : directory.subtree(visibleDepartment(directory, call, id).id);
  return directory.departments().filter((item) => sight.seesDepartment(item.id) && (within?.has(item.id) ?? true));
}

function listMembers(directory: Directory, call: WecomCall) {
  refuseIdOnlyHelper(call);
  const id = queryText(call, 'department_id');
  if (id === '') throw new ApiFailure(40063);
  return directory.membersOf(visibleDepartment(directory, call, id).id);
}

function visibleDepartment(directory: Directory, call: WecomCall, id: string): Department {
  if (!/^\d{1,10}$/.test(id)) throw new ApiFailure(60123);
  const department = directory.department(Number(id));
  if (!department) throw new ApiFailure(60003);
  if (!visibilityOf(directory, call.caller).seesDepartment(department.id)) throw new ApiFailure(60011);
  return department;
}

/** One row for each membership; a cursor carries the position, and the last page has none. */
function listIds(directory: Directory, call: WecomCall) {
  if (call.caller.kind !== 'contacts') throw new ApiFailure(48002);
  const { cursor = '', limit = maxPage } = call.text === '' ? {} : readJson(call);
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1 || limit > maxPage) throw new ApiFailure(40058);
  const start = readCursor(cursor);
  const rows = directory.members().flatMap(({ userid, department }) => department.map((id) => ({ userid, department: id })));
  const dept_user = rows.slice(start, start + limit);
  const next = start + dept_user.length;
  return { errcode: 0, errmsg: 'ok', ...(next < rows.length ? { next_cursor: writeCursor(next) } : {}), dept_user };
}

function writeCursor(position: number): string {
  return Buffer.from(`p${position}`).toString('base64url');
}

function readCursor(cursor: unknown): number {
  if (cursor === '') return 0;
  const text = typeof cursor === 'string' && cursor.length <= 64 ? Buffer.from(cursor, 'base64url').toString('latin1') : '';
  if (!/^p\d{1,9}$/.test(text)) throw new ApiFailure(40058);
  return Number(text.slice(1));
}
