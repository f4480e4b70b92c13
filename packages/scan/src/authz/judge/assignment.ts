import type { Access, Trace } from '../machine/trace.ts';
import { deepKeys, has, origin, type Place, type Value } from '../machine/value.ts';
import { isPrivilegedField, isRoleName, subject, tableKind } from '../names.ts';
import { guardFacts } from './facts.ts';
import { frameKey, spotOf } from './locate.ts';
import { accessStep, type Collect, entryStep, stepAt } from './verdict.ts';

/** Rows built from an object that the client sends: every column of the table is its choice. */
export function judgeAssignment(traces: readonly Trace[], collect: Collect): void {
  for (const trace of traces) {
    if (trace.entry.admin) continue;
    for (const access of trace.accesses) {
      if (access.operation !== 'create' && access.operation !== 'update') continue;
      if (guardFacts(access).role) continue;
      const kind = tableKind(access.table);
      if (kind === 'catalog' || (kind === 'other' && access.table !== '' && trace.entry.framework !== 'cloud')) continue;
      const open = openPart(access);
      if (open) reportOpen(trace, access, open, collect);
      else judgePrivilege(trace, access, collect);
    }
  }
}

function openPart(access: Access): { value: Value; place: Place } | undefined {
  const data = access.data;
  if (!data) return undefined;
  const place = access.dataPlace ?? access.place;
  // A single field of the request is a value; the body itself, or an object in it, is a set of columns.
  if (!data.shape)
    return has(data, origin.client) && !data.rows && data.literal === undefined && !has(data, origin.row)
      ? { value: data, place }
      : undefined;
  if (data.shape.list) {
    const first = data.shape.props.get('0');
    if (first?.shape?.rest && has(first.shape.rest, origin.client) && !has(first.shape.rest, origin.row))
      return { value: first.shape.rest, place };
    return undefined;
  }
  // `event.params || {}`: the caller's object, or none.
  const rest = data.shape.rest ?? (has(data, origin.client) && data.literal === undefined && !data.rows ? data : undefined);
  if (!rest || rest.listed || !has(rest, origin.client) || has(rest, origin.row)) return undefined;
  return { value: rest, place: data.shape.places?.get('...') ?? place };
}

function reportOpen(trace: Trace, access: Access, open: { value: Value; place: Place }, collect: Collect): void {
  const cloud = trace.entry.framework === 'cloud';
  const rule = cloud ? 'MP-CLD-005' : 'MP-API-014';
  const inside = innermost(access, open.place);
  const keys = [...deepKeys(open.value)].slice(0, 3).join(', ') || 'body';
  collect({
    rule,
    key: `${rule}|${frameKey(access.frames[0])}|${access.table}|${access.branch?.label ?? ''}`,
    place: inside.place,
    message: {
      zh: `把请求里的整个对象 ${keys} 写入 ${access.table || '数据库'}：用户可以设置任何字段，例如归属人、状态、金额`,
      en: `The whole object ${keys} of the request is written to ${access.table || 'the store'}: a user can set any column, such as owner, state or amount`,
    },
    steps: [
      entryStep(trace.entry),
      stepAt(open.place, '请求对象被整体放入', 'The object of the request goes in as a whole'),
      accessStep(access),
    ],
    severity: /order|pay|user|member|account/i.test(access.table) ? 'high' : 'medium',
    confidence:
      access.operation === 'create' && subject(access.table) === access.table.toLowerCase() && !cloud ? 'medium' : 'high',
  });
}

/** The place where the object was spread, when that lies in a function on the way; else where it was handed over. */
function innermost(access: Access, place: Place): { place: Place } {
  const spot = spotOf(access, place);
  const own = access.frames.at(-1);
  if (spot.frame === own) return { place };
  for (const frame of access.frames)
    if (
      frame !== own &&
      frame.node &&
      frame.file === place.file &&
      place.start >= frame.node.start &&
      place.end <= frame.node.end
    )
      return { place };
  return { place: spot.place };
}

/** `role: body.role`. */
function judgePrivilege(trace: Trace, access: Access, collect: Collect): void {
  if (!/user|member|account|customer|staff|admin/i.test(access.table)) return;
  for (const [name, value] of access.data?.shape?.props ?? []) {
    if (!isRoleName(name) || !isPrivilegedField(name) || /^(level|status)$/i.test(name)) continue;
    if (!has(value, origin.client) || value.rows) continue;
    const place = access.data?.shape?.places?.get(name) ?? access.place;
    const spot = spotOf(access, place);
    const rule = 'MP-API-015';
    collect({
      rule,
      key: `${rule}|${frameKey(spot.frame)}|${name}`,
      place: spot.place,
      message: {
        zh: `权限字段 ${name} 取自请求，用户可以给自己提权`,
        en: `The privilege ${name} is taken from the request: a user can promote himself`,
      },
      steps: [entryStep(trace.entry), accessStep(access)],
      severity: 'critical',
      confidence: 'medium',
    });
  }
}
