import type { DataKind } from '@menshen/contract';
import { findPersonalValues } from '../disclosure/personal-values.ts';

/** Names of members by which names and addresses are told: English, pinyin and Chinese, compared without case, `_` and `-`. */
const nameHints: ReadonlySet<string> = new Set(
  [
    'name realname fullname username displayname nickname staffname employeename customername contactname contact consignee receiver',
    'receivername recipient owner ownername payee applicant applicantname cardholder holder linkman xingming xm mingzi zhenshixingming yonghuming',
    'lianxiren shoujianren shouhuoren 姓名 名字 真实姓名 用户姓名 员工姓名 联系人 收件人 收货人 申请人 持卡人 昵称',
  ]
    .join(' ')
    .split(' '),
);
const addressHints: ReadonlySet<string> = new Set(
  [
    'address addr homeaddress detailaddress addressdetail shippingaddress deliveryaddress postaladdress street location residence',
    'dizhi xiangxidizhi jiatingdizhi shouhuodizhi zhuzhi 地址 详细地址 家庭地址 收货地址 住址 联系地址',
  ]
    .join(' ')
    .split(' '),
);
/** Chinese names of members that may be kept as they are; any other could be somebody's name. */
const otherHints =
  '手机 手机号 手机号码 电话 联系电话 身份证 身份证号 证件号 银行卡 银行卡号 卡号 邮箱 电子邮箱 数据 列表 部门 员工 客户'.split(
    ' ',
  );
const words: ReadonlySet<string> = new Set([...nameHints, ...addressHints, ...otherHints]);

const plain = (name: string): string => name.toLowerCase().replaceAll(/[_-]/g, '');

/** Two to four Han characters, also with a middle dot for names of several parts; or Latin words. Not a sentence, not a number. */
const personName =
  /^(?:\p{Script=Han}{2,4}|\p{Script=Han}{2,8}·\p{Script=Han}{1,8}|[A-Z][a-z]{1,20}(?:[ -][A-Z][a-z]{0,20}){1,3})$/u;
const mailForm = /^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}$/;
const somePlace = /[省市区县镇乡村路街巷号栋室]/;

/**
 * What kinds of personal data a value is or holds, with how many of each. `name` is the name of the member it stands under (of the list's member,
 * for items). Work is bounded: only the first 2,000 characters count.
 */
export function kindsOf(name: string, value: string | number): ReadonlyMap<DataKind, number> {
  const found = new Map<DataKind, number>();
  const text = String(value).slice(0, 2_000);
  for (const { kind } of findPersonalValues(text, 100)) found.set(kind, (found.get(kind) ?? 0) + 1);
  if (found.size > 0 || typeof value === 'number') return found;
  const short = text.length <= 200;
  if (short && mailForm.test(text)) found.set('mail', 1);
  else if (short && isFullAddress(text)) found.set('address', 1);
  else if (short && addressHints.has(plain(name)) && text.length >= 6 && somePlace.test(text)) found.set('address', 1);
  else if (short && nameHints.has(plain(name)) && personName.test(text)) found.set('name', 1);
  return found;
}

/** A region, then a road, then a number of a door: enough without a hint. Linear. */
function isFullAddress(text: string): boolean {
  if (text.length < 8 || !/^\p{Script=Han}{2}/u.test(text) || !/[省市区县州]/.test(text.slice(2, 14))) return false;
  const road = text.search(/[路街道巷村镇]/);
  return road > 2 && /[0-9一二三四五六七八九十][号栋幢弄室楼]/.test(text.slice(road));
}

/** A member's name as it may be kept: as a program would write it, or of our own list; `*` for what may be a value. */
export function keptName(name: string): string {
  if (words.has(name)) return name;
  return /^[A-Za-z_][A-Za-z_-]{0,39}\d{0,2}(?:[A-Za-z_-]{1,20}\d{0,2})?$/.test(name) ? name : '*';
}
