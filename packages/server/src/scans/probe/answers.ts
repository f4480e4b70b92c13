import type { ProbeAnswer } from './model.ts';

/** Fields of an envelope by which backends answer 200 and mean a refusal. */
const codeFields = ['code', 'errcode', 'errno', 'err_code', 'errCode', 'ret', 'status', 'resultCode'];
const fineCodes: ReadonlySet<string> = new Set(['0', '200', '1', 'ok', 'success', 'true', '00000', '0000']);
/** Fields that differ between two answers of the same thing. */
const volatile = /^(time|timestamp|ts|now|date|servertime|requestid|request_id|traceid|trace_id|nonce|sign|cost|took)$/i;
const deepest = 6;

/** The answer's JSON; undefined where it is none. */
export function jsonOf({ body }: ProbeAnswer): unknown {
  if (!/^\s*[[{]/.test(body)) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every(isEmpty);
}

/** Whether an answer holds data, and not a refusal or nothing: 2xx, no failing code of an envelope, and something in it. */
export function holdsData(answer: ProbeAnswer): boolean {
  if (answer.status < 200 || answer.status > 299) return false;
  const value = jsonOf(answer);
  if (value === undefined) return answer.body.trim() !== '' && !/<title>[^<]{0,80}(登录|login|sign in)/i.test(answer.body);
  if (!isObject(value)) return !isEmpty(value);
  if (value['success'] === false || value['ok'] === false) return false;
  const code = codeFields.map((name) => value[name]).find((one) => typeof one === 'string' || typeof one === 'number');
  if (code !== undefined && ('data' in value || 'msg' in value || 'message' in value || 'errmsg' in value)) {
    if (!fineCodes.has(String(code).toLowerCase())) return false;
    return !('data' in value) || !isEmpty(value['data']);
  }
  return !isEmpty(value);
}

/** Names of what an answer holds, to a depth: `data.items[].id`. */
export function shapeOf(value: unknown, prefix = '', depth = 0, found = new Set<string>()): ReadonlySet<string> {
  if (depth > deepest || found.size > 2_000) return found;
  if (Array.isArray(value)) for (const one of value.slice(0, 5)) shapeOf(one, `${prefix}[]`, depth + 1, found);
  else if (isObject(value))
    for (const [name, inner] of Object.entries(value)) {
      found.add(`${prefix}.${name}`);
      shapeOf(inner, `${prefix}.${name}`, depth + 1, found);
    }
  return found;
}

/** Whether two answers tell the same kind of thing: of JSON most names are common, of text the text is. */
export function isAlike(one: ProbeAnswer, other: ProbeAnswer): boolean {
  const [first, second] = [jsonOf(one), jsonOf(other)];
  if (first === undefined || second === undefined) return first === second && one.body === other.body;
  const [a, b] = [shapeOf(first), shapeOf(second)];
  if (a.size === 0 || b.size === 0) return a.size === b.size && JSON.stringify(first) === JSON.stringify(second);
  const common = [...a].filter((name) => b.has(name)).length;
  return common / Math.max(a.size, b.size) >= 0.8;
}

/** Whether two answers hold the same data; times and numbers of requests aside. */
export function isSame(one: ProbeAnswer, other: ProbeAnswer): boolean {
  const [first, second] = [jsonOf(one), jsonOf(other)];
  if (first === undefined || second === undefined) return first === second && one.body === other.body;
  return JSON.stringify(steady(first)) === JSON.stringify(steady(second));
}

/** Whether two answers of one kind hold mostly the same values, place by place: what differs may be about who reads. */
export function isMostlySame(one: ProbeAnswer, other: ProbeAnswer): boolean {
  if (isSame(one, other)) return true;
  if (!isAlike(one, other)) return false;
  const [first, second] = [leavesOf(jsonOf(one)), leavesOf(jsonOf(other))];
  const told = [...first].filter(([place]) => !volatile.test(place.split('.').at(-1) ?? ''));
  if (told.length < 3) return false;
  return told.filter(([place, value]) => second.get(place) === value).length / told.length >= 0.7;
}

/** Scalars by their place. */
function leavesOf(value: unknown, place = '', depth = 0, found = new Map<string, unknown>()): ReadonlyMap<string, unknown> {
  if (depth > deepest || found.size > 2_000) return found;
  if (Array.isArray(value))
    for (const [at, one] of value.slice(0, 20).entries()) leavesOf(one, `${place}.${at}`, depth + 1, found);
  else if (isObject(value))
    for (const [name, inner] of Object.entries(value)) leavesOf(inner, `${place}.${name}`, depth + 1, found);
  else found.set(place, value);
  return found;
}

function steady(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(steady);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !volatile.test(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, steady(inner)]),
  );
}

/** Values by the name of their field, of fields that identify something. */
export function identifiersIn(value: unknown, found = new Map<string, Set<string>>(), depth = 0): Map<string, Set<string>> {
  if (depth > deepest) return found;
  if (Array.isArray(value)) for (const one of value.slice(0, 50)) identifiersIn(one, found, depth + 1);
  else if (isObject(value))
    for (const [name, inner] of Object.entries(value)) {
      if (/^_?id$|(?:Id|_id|ID|No|_no|Sn|uuid|guid)$/.test(name) && (typeof inner === 'string' || typeof inner === 'number')) {
        const text = String(inner);
        if (text !== '' && text.length <= 64) found.set(name, (found.get(name) ?? new Set()).add(text));
      }
      identifiersIn(inner, found, depth + 1);
    }
  return found;
}

const personal =
  /(phone|mobile|tel|idcard|id_card|identity|openid|unionid|realname|real_name|email|address|birthday|bankcard|bank_card)$/i;

/** Whether an answer holds fields that are named like data of a person. */
export const namesPersonalData = (answer: ProbeAnswer): boolean =>
  [...shapeOf(jsonOf(answer))].some((name) => personal.test(name.split('.').at(-1) ?? ''));
