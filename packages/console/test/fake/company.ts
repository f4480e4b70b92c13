import type { Department, Person, SessionView } from '@menshen/contract';
import { createRandom } from './random.ts';

/** The moment at which every test happens: 24 November 2026, 14:30 in Shanghai. */
export const now = Date.UTC(2026, 10, 24, 6, 30);

export const tree: readonly (readonly [id: string, parent: string | null, name: string])[] = [
  ['1', null, '云杉零售集团'],
  ['2', '1', '总裁办公室'],
  ['3', '1', '信息技术中心'],
  ['4', '3', '基础架构部'],
  ['5', '3', '应用研发部'],
  ['6', '5', '小程序组'],
  ['7', '5', '交易系统组'],
  ['8', '1', '门店运营中心'],
  ['9', '8', '华东大区'],
  ['10', '9', '上海一区'],
  ['11', '9', '杭州区'],
  ['12', '8', '华南大区'],
  ['13', '12', '广州及佛山联合营业管理区'],
  ['14', '1', '财务部'],
  ['15', '1', '人力资源部'],
];

const surnames = ['赵', '钱', '孙', '李', '周', '吴', '郑', '王', '冯', '陈', '褚', '卫', '欧阳', '上官'];
const pinyin = ['zhao', 'qian', 'sun', 'li', 'zhou', 'wu', 'zheng', 'wang', 'feng', 'chen', 'chu', 'wei', 'ouyang', 'shangguan'];
const given = ['晓岚', '明远', '若溪', '子墨', '雨桐', '浩然', '静怡', '思远', '嘉禾', '一诺', '文博', '欣然'];
const positions = ['门店店长', '收银主管', '研发工程师', '产品经理', '会计', '招聘专员', '运维工程师', '区域督导'];

function pathOf(id: string): string[] {
  const found = tree.find(([own]) => own === id);
  if (found === undefined) return [];
  return [...(found[1] === null ? [] : pathOf(found[1])), found[2]];
}

export interface Company {
  readonly departments: readonly Department[];
  readonly people: readonly Person[];
  readonly sessions: readonly SessionView[];
}

/** A company of 64 people, four levels deep, with some of them signed in. */
export function buildCompany(): Company {
  const random = createRandom(24);
  const sessions: SessionView[] = [];
  const people = Array.from({ length: 64 }, (_, at): Person => {
    const surname = random.below(surnames.length);
    const uid = `${pinyin[surname]}.${String(at).padStart(3, '0')}`;
    const home = tree[1 + random.below(tree.length - 1)]?.[0] ?? '1';
    const ids = at % 17 === 0 && home !== '3' ? [home, '3'] : [home];
    const name = `${surnames[surname]}${random.pick(given)}`;
    const status = at % 29 === 28 ? 'left' : at % 23 === 22 ? 'disabled' : 'active';
    const count = status === 'active' && random.oneIn(3) ? 1 + random.below(2) : 0;
    for (let nth = 0; nth < count; nth += 1) sessions.push(sessionOf(uid, name, sessions.length, random.below(180)));
    return {
      uid,
      name,
      kind: at % 13 === 12 ? 'partner' : 'employee',
      departments: ids.map((id) => ({ id, name: tree.find(([own]) => own === id)?.[2] ?? id, path: pathOf(id) })),
      position: random.pick(positions),
      phone: `138******${String(10 + (at % 90))}`,
      roles: at % 11 === 0 ? ['store-manager', 'coupon-issuer'] : at % 5 === 0 ? ['clerk'] : [],
      status,
      leader: at % 9 === 0,
      sessions: count,
      lastSeen:
        count === 0 ? null : Math.max(...sessions.filter((session) => session.uid === uid).map((session) => session.lastSeen)),
    };
  });
  const under = (id: string): string[] => [id, ...tree.filter(([, parent]) => parent === id).flatMap(([child]) => under(child))];
  const departments = tree.map(([id, parent, name]): Department => {
    const below = new Set(under(id));
    return {
      id,
      name,
      parent,
      direct: people.filter((person) => person.departments.some((department) => department.id === id)).length,
      total: people.filter((person) => person.departments.some((department) => below.has(department.id))).length,
    };
  });
  return { departments, people, sessions };
}

function sessionOf(uid: string, name: string, nth: number, minutes: number): SessionView {
  const created = now - (minutes + 20) * 60_000;
  const lastSeen = now - minutes * 20_000;
  return {
    sid: `s${String(nth).padStart(4, '0')}ABCDEFGHIJKLMNOPQ`,
    uid,
    name,
    app: nth % 4 === 3 ? 'coupons' : 'portal',
    channel: nth % 3 === 0 ? 'wecom' : 'wechat',
    assurance: nth % 5 === 0 ? 2 : 1,
    created,
    lastSeen,
    idleExpires: lastSeen + 3_600_000,
    absoluteExpires: created + 43_200_000,
    address: `203.0.113.${20 + (nth % 40)}`,
    device: nth % 6 === 5 ? null : 'iPhone 15 Pro Max, iOS 19.1, WeChat 8.0.60',
    risk: nth % 4 === 1 ? { reasons: ['new_device', 'new_city'], at: created } : { reasons: [], at: 0 },
  };
}
