import type { WecomDepartment, WecomDepartmentId, WecomSimpleUser, WecomUser, WecomUserStatus } from '../wecom-types.ts';
import type { AnswerReader } from './answer.ts';

const statuses: ReadonlyMap<number, WecomUserStatus> = new Map([
  [1, 'active'],
  [2, 'disabled'],
  [4, 'inactive'],
  [5, 'left'],
]);

export function readDepartmentId(entry: AnswerReader): WecomDepartmentId {
  return { id: entry.integer('id'), parentId: entry.integer('parentid'), order: entry.optionalInteger('order') ?? 0 };
}

export function readDepartment(entry: AnswerReader): WecomDepartment {
  const nameEn = entry.optionalText('name_en');
  return {
    ...readDepartmentId(entry),
    name: entry.text('name'),
    leaders: entry.has('department_leader') ? entry.texts('department_leader') : [],
    ...(nameEn === undefined ? {} : { nameEn }),
  };
}

export function readSimpleUser(entry: AnswerReader): WecomSimpleUser {
  return { userid: entry.text('userid'), name: entry.text('name'), departments: entry.integers('department') };
}

/** A status that is not documented reads as disabled: an unknown state must not open a door. */
export function readUser(entry: AnswerReader): WecomUser {
  const user = readSimpleUser(entry);
  const leads = entry.has('is_leader_in_dept') ? entry.integers('is_leader_in_dept') : [];
  const optional = {
    mainDepartment: entry.optionalInteger('main_department'),
    position: entry.optionalText('position'),
    alias: entry.optionalText('alias'),
    mobile: entry.optionalText('mobile'),
    email: entry.optionalText('email'),
    bizMail: entry.optionalText('biz_mail'),
    gender: entry.optionalInteger('gender'),
  };
  return {
    ...user,
    status: statuses.get(entry.integer('status')) ?? 'disabled',
    leaderOf: user.departments.filter((_department, index) => leads[index] === 1),
    directLeaders: entry.has('direct_leader') ? entry.texts('direct_leader') : [],
    ...withoutUndefined(optional),
  };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
