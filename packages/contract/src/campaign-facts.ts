import type { Bilingual } from './bilingual.ts';

const yuan = (cents: string): string => {
  const number = Number(cents);
  return `${Math.floor(number / 100)}.${String(number % 100).padStart(2, '0')}`;
};
const list = (cents: readonly string[], separator: string): string => cents.map(yuan).join(separator);

type Say = (...args: readonly string[]) => Bilingual;
const plain =
  (zh: string, en: string): Say =>
  () => ({ zh, en });

/** What a guard expected or saw, by kind. Arguments are cents or names of a bounded alphabet. */
const kinds = {
  cents: (cents = '0') => ({ zh: `${yuan(cents)} 元`, en: `${yuan(cents)} yuan` }),
  amounts: (...cents) => ({ zh: `同一结果中的 ${list(cents, ' 元与 ')} 元`, en: `${list(cents, ' and ')} yuan in one answer` }),
  asked: (cents = '0') => ({ zh: `所申请的 ${yuan(cents)} 元`, en: `${yuan(cents)} yuan as asked for` }),
  granted: (cents = '0') => ({ zh: `发放时的 ${yuan(cents)} 元`, en: `${yuan(cents)} yuan as granted` }),
  reserved: (cents = '0') => ({ zh: `至多为预留的 ${yuan(cents)} 元`, en: `at most ${yuan(cents)} yuan as reserved` }),
  range: (from = '0', to = '0', step = '1') => ({
    zh: `${yuan(from)} 至 ${yuan(to)} 元${step === '1' ? '' : `，每档 ${yuan(step)} 元`}`,
    en: `${yuan(from)} to ${yuan(to)} yuan${step === '1' ? '' : `, in steps of ${yuan(step)}`}`,
  }),
  fixed: (...cents) => ({ zh: `${list(cents, ' 或 ')} 元`, en: `${list(cents, ' or ')} yuan` }),
  no_amount: plain('缺少金额或金额无法识别', 'an amount that is missing or no amount'),
  currency: (code = '') => ({ zh: `币种 ${code}`, en: `currency ${code}` }),
  other_currency: plain('其他币种', 'another currency'),
  place: (name = '') => ({ zh: `地点 ${name}`, en: `place ${name}` }),
  campaign_place: plain('活动内的地点', 'a place of the campaign'),
  signed_code: plain('带有效签名的二维码', 'a signed code'),
  unsigned_code: plain('没有有效签名的二维码', 'a code without a valid signature'),
  issued_code: plain('已签发批次中的二维码', 'a code of an issued batch'),
  unissued_code: plain('不属于任何批次的已签名二维码', 'a signed code that no batch holds'),
  ledger_coupon: plain('台账中的优惠券', 'a coupon of the ledger'),
  coupon: (id = '') => ({ zh: `优惠券 ${id}`, en: `coupon ${id}` }),
  coupon_cents: (id = '', cents = '0') => ({ zh: `${yuan(cents)} 元的优惠券 ${id}`, en: `coupon ${id} of ${yuan(cents)} yuan` }),
  coupon_of: (id = '', person = '') => ({ zh: `${person} 的优惠券 ${id}`, en: `coupon ${id} of ${person}` }),
  ungranted_coupon: (id = '') => ({ zh: `从未发放的优惠券 ${id}`, en: `coupon ${id}, which was never granted here` }),
  repeated_coupon: (id = '') => ({ zh: `此前已发放过的优惠券 ${id}`, en: `coupon ${id}, which was granted before` }),
  new_coupon: plain('一张新的优惠券', 'a new coupon'),
  no_coupon: plain('没有优惠券编号的结果', 'an answer without the id of a coupon'),
  presented_by: (person = '') => ({ zh: `由 ${person} 出示`, en: `presented by ${person}` }),
  json: plain('可唯一解读的 JSON 结果', 'an answer in JSON with one reading'),
  not_json: plain('不是 JSON 的结果', 'an answer that is no JSON'),
  two_readings: plain('无法解读或有多种解读的结果', 'an answer with no reading or more than one'),
  too_long: plain('超过 64 KiB 的结果', 'an answer of more than 64 KiB'),
} as const satisfies Record<string, Say>;

export type GuardFactKind = keyof typeof kinds;

/** Writes a fact as it is kept: its kind, then its arguments. None of them holds a bar. */
export function guardFact(kind: GuardFactKind, ...args: readonly (string | number)[]): string {
  return args.length === 0 ? kind : `${kind}:${args.map((arg) => String(arg).replaceAll('|', '')).join('|')}`;
}

/** A fact in both languages; what is none stands for itself. */
export function guardFactText(fact: string): Bilingual {
  const colon = fact.indexOf(':');
  const kind = colon < 0 ? fact : fact.slice(0, colon);
  if (!Object.hasOwn(kinds, kind)) return { zh: fact, en: fact };
  const say: Say = kinds[kind as GuardFactKind];
  return say(...(colon < 0 ? [] : fact.slice(colon + 1).split('|')));
}

/** What was expected and what came, each a fact, in both languages. */
export function guardDifferenceText({ expected, seen }: GuardDifference): Bilingual {
  const [one, other] = [guardFactText(expected), guardFactText(seen)];
  return { zh: `应为：${one.zh}；实为：${other.zh}`, en: `expected: ${one.en}; seen: ${other.en}` };
}

/** What a guard expected and what came, each a fact as {@link guardFact} writes it. */
export interface GuardDifference {
  readonly expected: string;
  readonly seen: string;
}

const guardPlaceForm = /^(?:campaign|answer) (?!field )([^ ]+) ([^ ]+)$/;

/** Where a guard said no, as it is recorded: a request is held to its campaign, an answer to what was asked for. */
export function guardPlace(at: 'campaign' | 'answer', { expected, seen }: GuardDifference): string {
  return `${at} ${expected} ${seen}`;
}

/** What a recorded place says of a guard's difference, see {@link guardPlace}; null where it is another place (`campaign field NAME` too). */
export function readGuardPlace(where: string): GuardDifference | null {
  const found = guardPlaceForm.exec(where);
  return found === null ? null : { expected: found[1] ?? '', seen: found[2] ?? '' };
}
