import { ApiFailure } from '../api-failure.ts';

/** The fields of a member that user/create and user/update set; an absent one is not in the object. */
export interface MemberInput {
  readonly userid: string;
  readonly new_userid?: string;
  readonly name?: string;
  readonly english_name?: string;
  readonly alias?: string;
  readonly mobile?: string;
  readonly department?: readonly number[];
  readonly order?: readonly number[];
  readonly position?: string;
  readonly gender?: string;
  readonly email?: string;
  readonly biz_mail?: string;
  readonly is_leader_in_dept?: readonly number[];
  readonly direct_leader?: readonly string[];
  readonly telephone?: string;
  readonly address?: string;
  readonly main_department?: number;
  readonly status?: number;
}

export interface DepartmentInput {
  readonly id?: number;
  readonly name?: string;
  readonly name_en?: string;
  readonly parentid?: number;
  readonly order?: number;
  readonly department_leader?: readonly string[];
}

const useridForm = /^[A-Za-z0-9][A-Za-z0-9_\-@.]{0,63}$/;
const mobileForm = /^\+?\d{5,20}$/;
const illegalInDepartmentName = /[\\:*?"<>|]/;
const textFields = ['english_name', 'alias', 'position', 'email', 'biz_mail', 'telephone', 'address'] as const;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a member as user/create and user/update send it; fields that WeCom does not know are ignored, as it does.
 * Throws ApiFailure: 40003 userid, 60103 mobile, 60123 or 60127 department, 40058 any other field.
 */
export function readMemberInput(input: unknown): MemberInput {
  const fields = asFields(input);
  const { userid, new_userid, mobile, gender, name } = fields;
  const member: { -readonly [K in keyof MemberInput]: MemberInput[K] } = { userid: readUserid(userid) };
  if (new_userid !== undefined) member.new_userid = readUserid(new_userid);
  if (name !== undefined) member.name = readText(name, 64, 1);
  for (const field of textFields) if (fields[field] !== undefined) member[field] = readText(fields[field], 128);
  if (mobile !== undefined) member.mobile = readMobile(mobile);
  if (gender !== undefined) member.gender = readOneOf(String(gender), ['0', '1', '2']);
  if (fields.department !== undefined) member.department = readDepartments(fields.department);
  if (fields.order !== undefined) member.order = readNumbers(fields.order, 0, 2 ** 32 - 1);
  if (fields.is_leader_in_dept !== undefined) member.is_leader_in_dept = readNumbers(fields.is_leader_in_dept, 0, 1);
  if (fields.direct_leader !== undefined) member.direct_leader = readList(fields.direct_leader, 1).map(readUserid);
  if (fields.main_department !== undefined) member.main_department = readDepartmentId(fields.main_department);
  if (fields.enable !== undefined) member.status = readOneOf(Number(fields.enable), [0, 1]) === 0 ? 2 : 1;
  if (fields.status !== undefined) member.status = readOneOf(Number(fields.status), [1, 2, 4, 5]);
  return member;
}

/** Reads a department. Throws ApiFailure: 60001 length of the name, 60009 its characters, 60123 id, 60124 parent, 40058 the rest. */
export function readDepartmentInput(input: unknown): DepartmentInput {
  const fields = asFields(input);
  const department: { -readonly [K in keyof DepartmentInput]: DepartmentInput[K] } = {};
  if (fields.id !== undefined) department.id = readDepartmentId(fields.id);
  if (fields.name !== undefined) department.name = readDepartmentName(fields.name);
  if (fields.name_en !== undefined) department.name_en = readText(fields.name_en, 64);
  if (fields.parentid !== undefined) department.parentid = readInteger(fields.parentid, 0, 2 ** 31 - 1, 60124);
  if (fields.order !== undefined) department.order = readInteger(fields.order, 0, 2 ** 32 - 1, 40058);
  if (fields.department_leader !== undefined) {
    department.department_leader = readList(fields.department_leader, 100).map(readUserid);
  }
  return department;
}

function asFields(input: unknown): Fields {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw new ApiFailure(40058);
  return input as Fields;
}

function readUserid(value: unknown): string {
  if (typeof value !== 'string' || !useridForm.test(value)) throw new ApiFailure(40003);
  return value;
}

function readText(value: unknown, max: number, min = 0): string {
  if (typeof value !== 'string' || value.length < min || value.length > max) throw new ApiFailure(40058);
  return value;
}

function readMobile(value: unknown): string {
  if (typeof value !== 'string' || (value !== '' && !mobileForm.test(value))) throw new ApiFailure(60103);
  return value;
}

function readDepartmentName(value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > 32) throw new ApiFailure(60001);
  if (illegalInDepartmentName.test(value)) throw new ApiFailure(60009);
  return value;
}

function readOneOf<T extends string | number>(value: T, allowed: readonly T[]): T {
  if (!allowed.includes(value)) throw new ApiFailure(40058);
  return value;
}

function readList(value: unknown, max: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > max) throw new ApiFailure(40058);
  return value;
}

function readInteger(value: unknown, min: number, max: number, errcode: number): number {
  const number = typeof value === 'number' ? value : Number.NaN;
  if (!Number.isSafeInteger(number) || number < min || number > max) throw new ApiFailure(errcode);
  return number;
}

function readDepartmentId(value: unknown): number {
  return readInteger(value, 1, 2 ** 31 - 1, 60123);
}

function readDepartments(value: unknown): readonly number[] {
  const ids = (Array.isArray(value) ? readList(value, 100) : [value]).map(readDepartmentId);
  if (ids.length === 0) throw new ApiFailure(60127);
  if (new Set(ids).size !== ids.length) throw new ApiFailure(60123);
  return ids;
}

function readNumbers(value: unknown, min: number, max: number): readonly number[] {
  return readList(value, 100).map((item) => readInteger(item, min, max, 40058));
}
