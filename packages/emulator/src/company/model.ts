import * as z from 'zod';

const userid = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_\-@.]{0,63}$/);
const departmentId = z
  .int()
  .min(1)
  .max(2 ** 31 - 1);
const order = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);
const text = z.string().max(256);

const departmentSchema = z.strictObject({
  id: departmentId,
  name: z.string().min(1).max(32),
  name_en: z.string().max(64).exactOptional(),
  /** 0 for the root department, whose id is 1. */
  parentid: z.int().min(0),
  order: order.exactOptional(),
  /** userid of the leader, or of several. */
  leader: z.union([userid, z.array(userid).max(100)]).exactOptional(),
});

const userSchema = z.strictObject({
  userid,
  name: z.string().min(1).max(64),
  english_name: text.exactOptional(),
  alias: text.exactOptional(),
  mobile: z
    .string()
    .regex(/^\+?\d{5,20}$/)
    .exactOptional(),
  department: z.array(departmentId).min(1).max(100),
  /** Rank within each department, in the order of `department`. */
  order: z.array(order).max(100).exactOptional(),
  position: z.string().max(128).exactOptional(),
  gender: z.enum(['0', '1', '2']).exactOptional(),
  email: text.exactOptional(),
  biz_mail: text.exactOptional(),
  /** 1 or 0 for each department, in the order of `department`. */
  is_leader_in_dept: z
    .array(z.union([z.literal(0), z.literal(1)]))
    .max(100)
    .exactOptional(),
  direct_leader: z.array(userid).max(1).exactOptional(),
  avatar: text.exactOptional(),
  telephone: text.exactOptional(),
  address: text.exactOptional(),
  main_department: departmentId.exactOptional(),
  /** 1 active, 2 disabled, 4 not activated, 5 left; 1 when absent. */
  status: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(5)]).exactOptional(),
});

const wechatPersonSchema = z.strictObject({
  id: z.string().regex(/^[\w\-@.]{1,64}$/),
  nickname: z.string().max(64).exactOptional(),
  /** Without country code. */
  phone: z
    .string()
    .regex(/^\d{5,15}$/)
    .exactOptional(),
  /** `86` when absent. */
  countryCode: z
    .string()
    .regex(/^\d{1,4}$/)
    .exactOptional(),
  unionid: z
    .string()
    .regex(/^[\w-]{6,64}$/)
    .exactOptional(),
  /** The WeCom member that this person is, if any. */
  userid: userid.exactOptional(),
  /** What getuserriskrank answers, 0..4; 0 when absent. */
  riskRank: z.int().min(0).max(4).exactOptional(),
  /** WeChat judges the person high-risk: logins answer 40226. */
  blocked: z.boolean().exactOptional(),
});

export const companySchema = z.strictObject({
  corp: z.strictObject({ name: z.string().min(1).max(128) }),
  departments: z.array(departmentSchema).min(1).max(30_000),
  users: z.array(userSchema).max(100_000),
  people: z.array(wechatPersonSchema).max(100_000).exactOptional(),
});

export type CompanyDepartment = z.infer<typeof departmentSchema>;
export type CompanyUser = z.infer<typeof userSchema>;
export type WechatPerson = z.infer<typeof wechatPersonSchema>;

/**
 * A company as the emulator loads it: its departments (one root with id 1 and parentid 0), its WeCom members, and the WeChat
 * people of its mini programs. An openid is not part of it: it follows from the appid and the person's id.
 */
export type CompanyFile = z.infer<typeof companySchema>;

/** Checks one WeChat person, for the admin API. Undefined when its form is wrong. */
export function parseWechatPerson(value: unknown): WechatPerson | undefined {
  return wechatPersonSchema.safeParse(value).data;
}
