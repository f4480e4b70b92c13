import type { Department, Directory, Member } from '../company/directory.ts';
import type { AgentOptions } from '../options.ts';
import type { WecomCaller } from './guard.ts';

/** The part of the directory that a caller may see. */
export interface Visibility {
  seesDepartment(id: number): boolean;
  seesMember(member: Member): boolean;
}

const everything: Visibility = { seesDepartment: () => true, seesMember: () => true };

/** The contact-sync helper sees all; an app sees its visible range: the departments named with all below, and the users named. */
export function visibilityOf(directory: Directory, caller: WecomCaller): Visibility {
  return caller.kind === 'contacts' ? everything : visibilityOfAgent(directory, caller.agent);
}

export function visibilityOfAgent(directory: Directory, agent: AgentOptions): Visibility {
  const { scope } = agent;
  if (!scope) return everything;
  const departments = new Set<number>();
  for (const id of scope.departments ?? []) for (const below of directory.subtree(id)) departments.add(below);
  const users = new Set((scope.users ?? []).map((userid) => userid.toLowerCase()));
  return {
    seesDepartment: (id) => departments.has(id),
    seesMember: (member) => users.has(member.userid.toLowerCase()) || member.department.some((id) => departments.has(id)),
  };
}

/** A department as department/list shows it. Leaders who have left the company are not listed. */
export function showDepartment(directory: Directory, department: Department) {
  const { id, name, name_en, parentid, order, department_leader } = department;
  const leaders = department_leader.filter((leader) => directory.member(leader));
  return { id, name, name_en, department_leader: leaders, parentid, order };
}

/**
 * A member as user/get shows it. `sensitive` is what apps created since 2022-06-20 and the outside world do not get:
 * avatar, gender, mobile, email, biz_mail, qr_code and address.
 */
export function showMember(member: Member, sensitive: boolean) {
  const { avatar, gender, mobile, email, biz_mail, address, ...open } = member;
  const shown = {
    ...open,
    enable: member.status === 2 ? 0 : 1,
    open_userid: '',
    external_position: '',
    extattr: { attrs: [] },
  };
  const qr_code = `https://open.work.weixin.qq.com/wwopen/userQRCode?vcode=${encodeURIComponent(member.userid)}`;
  return sensitive ? { ...shown, avatar, thumb_avatar: avatar, gender, mobile, email, biz_mail, qr_code, address } : shown;
}
