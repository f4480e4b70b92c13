import type { Access, Trace } from '../machine/trace.ts';
import { deepRows, has, origin, type Value } from '../machine/value.ts';
import { isIdentityName, isStockName } from '../names.ts';
import { identityLike } from './facts.ts';
import { frameKey, type Spot, spotOf } from './locate.ts';
import { type Collect, entryStep, stepAt } from './verdict.ts';

/** Stock, balance and quotas that are read, compared, and written in separate steps: two requests pass the comparison at once. */
export function judgeRaces(traces: readonly Trace[], collect: Collect): void {
  for (const trace of traces) {
    if (trace.entry.admin) continue;
    judgeClaims(trace, collect);
    for (const access of trace.accesses) {
      if (access.operation !== 'update' || access.inTransaction) continue;
      const fields = stockFields(access);
      for (const [name, value] of fields) {
        const read = checkedRead(trace, access, name);
        if (!read || conditional(access, name)) continue;
        const lost = deepRows(value).has(read);
        const spot = together(read, access);
        collect({
          rule: 'MP-API-012',
          key: `MP-API-012|${frameKey(access.frames.at(-1))}|${name}`,
          place: spot.place,
          message: {
            zh: `${access.table} 的 ${name} 先读后判再写，没有事务或条件更新：并发请求会超扣`,
            en: `${name} of ${access.table} is read, compared and written in separate steps without a transaction or a condition: parallel requests overdraw it`,
          },
          steps: [
            entryStep(trace.entry),
            stepAt(read.place, `读取 ${name}`, `Reads ${name}`),
            stepAt(access.place, `写回 ${name}`, `Writes ${name}`),
          ],
          severity: 'medium',
          confidence: lost ? 'high' : 'medium',
        });
        break;
      }
    }
  }
}

/** What one person gets once: a code, a coupon, a prize, a seat. */
const claimedTable = /code|coupon|voucher|gift|prize|red_?(?:packet|envelope)|seat|slot|invit/i;
const claimColumn =
  /^(?:is_?)?(?:used|claimed|redeemed|received|exchanged|taken|activated)$|^(?:used|claimed|redeemed|received)_?by$/i;

/** `if (!code.userId) code.update({ userId: me })`: two callers find it free at once, and both get it. */
function judgeClaims(trace: Trace, collect: Collect): void {
  for (const access of trace.accesses) {
    if (access.operation !== 'update' || access.inTransaction || !claimedTable.test(access.table)) continue;
    for (const [name, value] of access.data?.shape?.props ?? []) {
      const claims = isIdentityName(name) ? identityLike(value) : claimColumn.test(name);
      const read = claims && !conditional(access, name) ? freeRead(trace, access, name) : undefined;
      if (!read) continue;
      const spot = together(read, access);
      collect({
        rule: 'MP-API-012',
        key: `MP-API-012|claim|${frameKey(access.frames.at(-1))}|${name}`,
        place: spot.place,
        message: {
          zh: `${access.table} 先查 ${name} 是否空闲再写入，没有事务或条件更新：并发请求会重复领取`,
          en: `${access.table} is found free by ${name} and taken in a second step without a transaction or a condition: parallel requests take it twice`,
        },
        steps: [
          entryStep(trace.entry),
          stepAt(read.place, `读取 ${name}`, `Reads ${name}`),
          stepAt(access.place, `写入 ${name}`, `Writes ${name}`),
        ],
        severity: 'medium',
        confidence: 'medium',
      });
      break;
    }
  }
}

/** A row of the same table, named by the caller, of which this column was asked for: empty, or not. */
function freeRead(trace: Trace, access: Access, name: string): Access | undefined {
  for (const { left, right } of access.guards) {
    if (!left.rows || left.field?.toLowerCase() !== name.toLowerCase() || (right && right.flags !== 0)) continue;
    for (const row of left.rows)
      if (
        row.table === access.table &&
        row.order < access.order &&
        trace.accesses.includes(row) &&
        row.conditions.some((one) => has(one.value, origin.client))
      )
        return row;
  }
  return undefined;
}

/** Where both happen: the innermost function that reads and writes, at what leads to the write. */
function together(read: Access, access: Access): Spot {
  const depth = access.frames.findLastIndex((frame) => read.frames.includes(frame));
  const frame = access.frames[depth];
  return frame ? { place: access.frames[depth + 1]?.call ?? access.place, frame } : spotOf(access, access.place);
}

function stockFields(access: Access): [string, Value][] {
  const shape = access.data?.shape;
  if (!shape) return [];
  if (shape.list) {
    const name = shape.props.get('0')?.literal;
    const value = shape.props.get('1');
    return typeof name === 'string' && isStockName(name) && value ? [[name, value]] : [];
  }
  return [...shape.props].filter(([name]) => isStockName(name));
}

/** A read of the same table on whose value the write depends. */
function checkedRead(trace: Trace, access: Access, name: string): Access | undefined {
  for (const check of access.guards) {
    for (const side of [check.left, check.right]) {
      if (!side?.rows || !check.right || side.field === undefined || side.field.toLowerCase() !== name.toLowerCase()) continue;
      for (const row of side.rows)
        if (row.table === access.table && row.order < access.order && trace.accesses.includes(row)) return row;
    }
  }
  return undefined;
}

/** The write itself repeats the condition. */
function conditional(access: Access, name: string): boolean {
  return access.conditions.some((one) => one.column.toLowerCase() === name.toLowerCase());
}
