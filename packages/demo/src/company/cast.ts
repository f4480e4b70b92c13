import type { PersonName } from './names.ts';

/** A seat in the company: the head of a department, its first member, or any other. */
export interface CastPlace {
  /** Chinese name of the department; each occurs once in the tree. */
  readonly department: string;
  readonly seat: 'head' | 'first' | 'other';
}

export interface CastMember {
  readonly userid: string;
  readonly person: PersonName;
  readonly place: CastPlace;
}

const member = (
  department: string,
  seat: 'head' | 'first',
  name: string,
  family: string,
  given: string,
  gender: PersonName['gender'],
): CastMember => ({ userid: `${family}.${given}`, person: { name, family, given, gender }, place: { department, seat } });

const president = member('鼎泰云商科技有限公司', 'head', '丁承泽', 'ding', 'chengze', 'male');
const technologyHead = member('技术中心', 'head', '沈志远', 'shen', 'zhiyuan', 'male');
const teamLead = member('小程序组', 'head', '周明哲', 'zhou', 'mingzhe', 'male');
const employee = member('小程序组', 'first', '林晓彤', 'lin', 'xiaotong', 'female');
const colleague = member('上海门店组', 'first', '罗书航', 'luo', 'shuhang', 'male');
const hrHead = member('人力资源部', 'head', '赵慧敏', 'zhao', 'huimin', 'female');
const financeHead = member('财务部', 'head', '何静姝', 'he', 'jingshu', 'female');
const marketingHead = member('市场中心', 'head', '顾念慈', 'gu', 'nianci', 'female');

/** Everybody whose name guides and examples may rely on. */
export const cast: readonly CastMember[] = [
  president,
  technologyHead,
  teamLead,
  employee,
  colleague,
  hrHead,
  financeHead,
  marketingHead,
];

/**
 * The people of the guides, by what they are there for: `employee` is led by `teamLead`, and both by `technologyHead`; `colleague` works in
 * another division and is nobody whose record `employee` may see. Values are userids; `customer` is the id of a WeChat person.
 */
export const demoCast = {
  president: president.userid,
  technologyHead: technologyHead.userid,
  teamLead: teamLead.userid,
  employee: employee.userid,
  colleague: colleague.userid,
  hrHead: hrHead.userid,
  financeHead: financeHead.userid,
  marketingHead: marketingHead.userid,
  customer: 'customer-01',
  /** Leaves the company in the story of the leaver, and is hired again after it. */
  leaver: 'yao.yutong',
} as const;
