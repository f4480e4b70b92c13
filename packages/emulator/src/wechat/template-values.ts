/**
 * The value rules of subscribe-message fields by the kind that the field's name starts with (`thing1` is a thing).
 * Source: WeChat, subscribe message, parameter value restrictions. Lengths count characters. Every pattern is anchored and
 * free of nested repetition.
 */
const rules: ReadonlyMap<string, (value: string) => boolean> = new Map([
  ['thing', (value) => lengthOf(value) <= 20],
  ['number', (value) => value.length <= 33 && /^-?\d{1,32}(\.\d{1,31})?$/.test(value) && digitsOf(value) <= 32],
  ['letter', (value) => /^[A-Za-z]{1,32}$/.test(value)],
  ['symbol', (value) => lengthOf(value) <= 5],
  ['character_string', (value) => /^[\x21-\x7e]{1,32}$/.test(value)],
  ['time', (value) => value.length <= 60 && timeForm.test(value)],
  ['date', (value) => value.length <= 60 && timeForm.test(value)],
  ['amount', (value) => /^[\p{Sc}￥]?\d{1,10}(\.\d{1,9})?元?$/u.test(value) && digitsOf(value) <= 10],
  ['phone_number', (value) => /^[\d+\-() ]{1,17}$/.test(value)],
  ['car_number', (value) => /^[\p{Script=Han}A-Za-z\d·]{1,8}$/u.test(value)],
  ['name', isName],
  ['phrase', (value) => /^\p{Script=Han}{1,5}$/u.test(value)],
]);

/** `15:01`, `2019年10月1日`, `2019-10-01 15:01:30`, and two of them joined by `~`. */
const moment = String.raw`(?:\d{4}(?:年\d{1,2}月\d{1,2}日|-\d{1,2}-\d{1,2}|\/\d{1,2}\/\d{1,2}))?(?: ?\d{1,2}:\d{2}(?::\d{2})?)?`;
const timeForm = new RegExp(`^(?=.)${moment}(?:~${moment})?$`, 'u');

/** Whether a field of this name may hold the value; false for a name of no known kind. */
export function isTemplateValue(key: string, value: unknown): boolean {
  const kind = /^([a-z_]{1,20}?)\d{1,3}$/.exec(key)?.[1];
  const rule = kind === undefined ? undefined : rules.get(kind);
  return rule !== undefined && typeof value === 'string' && value !== '' && rule(value);
}

function isName(value: string): boolean {
  return /\p{Script=Han}/u.test(value) ? lengthOf(value) <= 10 : /^[A-Za-z .'-]{1,20}$/.test(value);
}

function lengthOf(value: string): number {
  return [...value].length;
}

function digitsOf(value: string): number {
  return value.replace(/\D/g, '').length;
}
