import type { CompanyFile } from '@menshen/emulator';
import { demoCast } from '../company/cast.ts';
import { demoRoles } from '../company.ts';
import { demoAccounts } from '../credentials.ts';
import type { SeededRandom } from '../random.ts';
import { managedDepartments } from '../stories/manager.ts';

/** Somebody with a phone, as the gateway meets them. */
export interface Visitor {
  readonly app: 'portal' | 'coupon';
  readonly channel: 'wechat' | 'wecom';
  /** userid, or the id of a WeChat person. */
  readonly person: string;
  /** From a documentation range (RFC 5737): nobody's address. */
  readonly address: string;
  readonly userAgent: string;
  /** As WeChat writes it: which mini program asks, and in which of its releases. */
  readonly referer: string;
  readonly device: { readonly model: string; readonly system: string; readonly client: string };
  /** The session's token, while there is one. */
  token: string | null;
}

/** A leader, with the people and departments below them. */
export interface Leader {
  readonly visitor: Visitor;
  readonly department: number;
  readonly members: readonly string[];
}

export interface Crowd {
  /** Employees who can log in. */
  readonly employees: readonly Visitor[];
  readonly leaders: readonly Leader[];
  readonly humanResources: readonly Visitor[];
  readonly finance: readonly Visitor[];
  readonly customers: readonly Visitor[];
  /** Employees who do what they should not. */
  readonly intruders: readonly Visitor[];
  /** Userids of everybody. */
  readonly userids: readonly string[];
  /** An employee whose account is disabled, and a customer whom WeChat holds for a risk. */
  readonly disabled: Visitor;
  readonly blocked: Visitor;
  /** An employee who leaves and is hired again; in no other scene. */
  readonly leaver: Visitor;
  /** A leader with departments beside their own, and somebody who works in one of these. */
  readonly manager: Leader & { readonly beside: { readonly department: number; readonly person: string } };
}

const phones = [
  { model: 'HUAWEI Mate 60', system: 'HarmonyOS 4.2' },
  { model: 'Xiaomi 14', system: 'Android 14' },
  { model: 'iPhone 15', system: 'iOS 18.1' },
  { model: 'OPPO Find X7', system: 'Android 14' },
  { model: 'vivo X100', system: 'Android 14' },
  { model: 'HONOR Magic6', system: 'Android 14' },
];
const intruderCount = 6;

/** WeChat's numbers of the mini program's releases: the one that most phones have by now, and the one before, on every eighth. */
export const releaseNumbers = { current: 31, before: 30 } as const;

/** The Referer of a mini program's requests (wx.request). */
const refererOf = (release: number): string => `https://servicewechat.com/${demoAccounts.appid}/${release}/page-frame.html`;

/** An address for the n-th phone, from the first two documentation ranges. */
function addressOf(index: number): string {
  return index % 2 === 0 ? `192.0.2.${1 + (Math.floor(index / 2) % 254)}` : `198.51.100.${1 + (Math.floor(index / 2) % 254)}`;
}

/** Addresses that attacks without a session come from: the third documentation range. */
export function attackerAddress(random: SeededRandom): string {
  return `203.0.113.${1 + random.int(254)}`;
}

/** Gives everybody in the company a phone, an address and a channel. */
export function assembleCrowd(company: CompanyFile, random: SeededRandom): Crowd {
  const roles = demoRoles(company);
  const people = company.people ?? [];
  const inWechat = new Set(
    company.users
      .filter((user) => people.some((one) => one.userid === user.userid && one.phone === user.mobile))
      .map((user) => user.userid),
  );
  let phonesGiven = 0;
  const meet = (app: Visitor['app'], channel: Visitor['channel'], person: string): Visitor => {
    const phone = random.pick(phones);
    const client = channel === 'wecom' ? 'WeCom 4.1.30' : 'WeChat 8.0.54';
    phonesGiven += 1;
    return {
      app,
      channel,
      person,
      address: addressOf(phonesGiven),
      userAgent: `Mozilla/5.0 (${phone.system}; ${phone.model}) ${channel === 'wecom' ? 'wxwork/4.1.30 ' : ''}MicroMessenger/8.0.54 MiniProgramEnv`,
      referer: refererOf(phonesGiven % 8 === 0 ? releaseNumbers.before : releaseNumbers.current),
      device: { ...phone, client },
      token: null,
    };
  };

  const visitors = new Map<string, Visitor>();
  for (const { userid, status } of company.users) {
    if (status !== 1 && status !== undefined) continue;
    const channel = inWechat.has(userid) && random.chance(0.4) ? 'wechat' : 'wecom';
    visitors.set(userid, meet('portal', channel, userid));
  }
  const withRole = (role: string): Visitor[] =>
    [...visitors].flatMap(([uid, one]) => (roles[uid]?.some((own) => own === role) ? [one] : []));

  const parents = new Map(company.departments.map((department) => [department.id, department.parentid]));
  const isWithin = (id: number, above: number): boolean => {
    for (let at: number | undefined = id; at !== undefined && at !== 0; at = parents.get(at)) if (at === above) return true;
    return false;
  };
  const leaders = company.departments.flatMap((department): Leader[] => {
    const visitor = visitors.get(typeof department.leader === 'string' ? department.leader : '');
    if (visitor === undefined) return [];
    const members = company.users
      .filter((user) => user.department.some((id) => isWithin(id, department.id)))
      .map((user) => user.userid);
    return [{ visitor, department: department.id, members: members.filter((uid) => uid !== visitor.person) }];
  });

  const castIds = new Set<string>(Object.values(demoCast));
  const leaver = visitors.get(demoCast.leaver);
  const manager = leaders.find(({ visitor }) => visitor.person === demoCast.technologyHead);
  if (leaver === undefined || manager === undefined) throw new RangeError('the company lacks the people of its stories');
  visitors.delete(demoCast.leaver);
  const plain = [...visitors.values()].filter((one) => !castIds.has(one.person) && roles[one.person]?.join() === 'staff');
  const disabled = company.users.find((user) => user.status === 2);
  const customers = people.filter((one) => one.userid === undefined);
  const blocked = customers.find((one) => one.blocked === true);
  if (disabled === undefined || blocked === undefined) throw new RangeError('the company has nobody who may not log in');
  return {
    employees: [...visitors.values()],
    leaders: leaders.filter((leader) => leader.members.length > 0),
    humanResources: withRole('hr'),
    finance: withRole('finance').map((one) => ({ ...one, channel: 'wecom' as const, token: null })),
    customers: customers.filter((one) => one.blocked !== true).map((one) => meet('coupon', 'wechat', one.id)),
    intruders: Array.from({ length: intruderCount }, (_, at) => plain[(at * 23) % plain.length]).filter(
      (one) => one !== undefined,
    ),
    userids: company.users.map((user) => user.userid),
    disabled: meet('portal', 'wecom', disabled.userid),
    blocked: meet('coupon', 'wechat', blocked.id),
    leaver: { ...leaver, channel: 'wecom' },
    manager: { ...manager, beside: { department: managedDepartments().beside, person: demoCast.colleague } },
  };
}
