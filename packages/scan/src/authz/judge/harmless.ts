import type { Access } from '../machine/trace.ts';
import { deepFlags, deepRows, has, origin } from '../machine/value.ts';
import { isCounterColumn, isStockName, subject, tableKind } from '../names.ts';

/** Views and likes that anybody may count up. */
export function onlyCounts(access: Access): boolean {
  if (access.operation !== 'update') return false;
  const props = access.data?.shape?.props;
  if (!props || props.size === 0 || access.data?.shape?.rest) return false;
  const authored = tableKind(access.table) === 'authored';
  // What is sold leaves the stock of whoever sells it.
  const isGoods = tableKind(access.table) === 'catalog';
  for (const [name, value] of props) {
    if (value.shape?.props.has('$inc') && (isCounterColumn(name) || (isGoods && isStockName(name)))) continue;
    if (authored && ['$push', '$addToSet', '$unshift', '$inc'].some((operator) => value.shape?.props.has(operator))) continue;
    if (
      isCounterColumn(name) &&
      value.flags !== 0 &&
      !has(value, origin.client) &&
      !/point|score|balance|credit|stock|number$/i.test(name)
    )
      continue;
    return false;
  }
  return true;
}

/** What the server reckoned from rows of its own, such as how many comments there are, and when it did. */
export function onlySums(access: Access): boolean {
  const shape = access.operation === 'update' ? access.data?.shape : undefined;
  if (!shape || shape.props.size === 0 || (shape.rest && (!shape.rest.listed || has(shape.rest, origin.client)))) return false;
  const values = [...shape.props.values()];
  return (
    values.every((value) => deepFlags(value) !== 0 && (deepFlags(value) & origin.client) === 0) &&
    values.some((value) => (deepFlags(value) & origin.row) !== 0)
  );
}

/** What the shop offers, put right from what the row itself holds: nothing of it is the caller's. */
export const mendsItself = ({ data, operation, table }: Access): boolean =>
  operation === 'update' &&
  tableKind(table) === 'catalog' &&
  (deepFlags(data) & origin.client) === 0 &&
  [...deepRows(data)].some((row) => row.table === table);

/** Fields that people show each other. */
const sensitiveFields =
  /phone|mobile|tel|id_?card|real_?name|address|balance|password|passwd|session|token|email|wechat|bank|salary|income/i;

const publicFields =
  /^(_?id|_?openid|nick_?name|name|username|avatar(_?url)?|head(_?img(_?url)?)?|gender|sex|level|signature|city|province|country|bio|intro)$/i;

export function onlyPublicFields(access: Access): boolean {
  if (access.operation !== 'read' || access.fields === undefined) return false;
  // A projection that is computed was chosen with care; a known one is read.
  if (/^(user|member|customer)$/.test(subject(access.table))) return !access.fields.some((field) => sensitiveFields.test(field));
  return access.fields.length > 0 && access.fields.every((field) => publicFields.test(field));
}

/** Columns that say what kind of rows, not whose. */
export const filterColumn =
  /^(order_?|pay_?)?(status|state|type|kind|category\w*|is_?\w+|page|size|limit|sort|year|month|day|date|\w*time|keyword|name|title|version|flag|show_?type)$/i;
