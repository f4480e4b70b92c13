import type { Access, Trace } from '../machine/trace.ts';
import { deepRows, type Value } from '../machine/value.ts';
import { isStockName } from '../names.ts';
import { frameKey, type Spot, spotOf } from './locate.ts';
import { type Collect, entryStep, stepAt } from './verdict.ts';

/** Stock, balance and quotas that are read, compared, and written in separate steps: two requests pass the comparison at once. */
export function judgeRaces(traces: readonly Trace[], collect: Collect): void {
  for (const trace of traces) {
    if (trace.entry.admin) continue;
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
