import type { Access, Trace } from '../machine/trace.ts';
import { deepRows, origin, type Place, type Value } from '../machine/value.ts';
import { isSecretColumn, tableKind } from '../names.ts';
import type { Sources } from '../sources.ts';
import { type Collect, entryStep, stepAt } from './verdict.ts';

/** Columns that nobody outside should see, in what is sent back. */
export function judgeExposure(traces: readonly Trace[], sources: Sources, collect: Collect): void {
  const withPassword = passwordTables(traces);
  for (const trace of traces) {
    for (const access of trace.accesses) {
      if (access.operation !== 'read') continue;
      const reply = trace.replies.find((one) => one.order > access.order && whole(one.value, access));
      if (!reply) continue;
      const secrets = (access.fields ?? []).filter((field) => isSecretColumn(field));
      if (secrets.length > 0) reportList(trace, access, secrets, reply.place, sources, collect);
      else if (trace.entry.admin && tableKind(access.table) !== 'admin') continue;
      else if (access.fields === undefined && withPassword.has(access.table) && !hides(access, trace, sources))
        reportRow(trace, access, reply.frames[1]?.call ?? reply.place, collect);
    }
  }
}

/** Tables whose rows hold a password: something searches by it, writes it or compares it. */
function passwordTables(traces: readonly Trace[]): ReadonlySet<string> {
  const tables = new Set<string>();
  for (const trace of traces) {
    for (const access of trace.accesses) {
      if (access.table === '') continue;
      if (
        access.conditions.some((one) => isPassword(one.column)) ||
        [...(access.data?.shape?.props ?? [])].some(
          ([name, value]) => isPassword(name) && (value.flags & (origin.client | origin.row)) !== 0,
        )
      )
        tables.add(access.table);
    }
    for (const decision of trace.decisions) {
      for (const check of decision.checks) {
        for (const side of [check.left, check.right])
          if (side?.field && isPassword(side.field)) for (const row of deepRows(side)) tables.add(row.table);
      }
    }
  }
  return new Set([...tables].filter((table) => /^(private|admin)$/.test(tableKind(table)) || tableKind(table) === 'other'));
}

function isPassword(name: string): boolean {
  return /^(password|passwd|pwd|user_?password|password_?salt)$/i.test(name);
}

/** The row itself goes out, not one of its members. */
function whole(value: Value, access: Access, depth = 4): boolean {
  if (value.rows?.has(access) && (value.field === undefined || /^(data|list|rows|result|\d+)$/.test(value.field))) return true;
  if (!value.shape || depth === 0) return false;
  for (const member of [...value.shape.props.values()].slice(0, 40)) if (whole(member, access, depth - 1)) return true;
  return value.shape.rest ? whole(value.shape.rest, access, depth - 1) : false;
}

/** The secret is blanked or left out before the reply. */
function hides(access: Access, trace: Trace, sources: Sources): boolean {
  if ((access.excluded ?? []).some(isPassword)) return true;
  const functions = access.frames.map((frame) =>
    frame.node ? sources.text(frame.file).slice(frame.node.start, frame.node.end) : '',
  );
  void trace;
  return functions.some((text) =>
    /(delete\s+[\w.[\]]*\.?(password|passwd|pwd))|((password|passwd|pwd)\s*=\s*(''|""|null|undefined))|omit\(|exclude|(password|passwd|pwd)\s*:\s*(0|false)|-password|toJSON|fieldReverse/i.test(
      text,
    ),
  );
}

function reportList(
  trace: Trace,
  access: Access,
  secrets: readonly string[],
  reply: Place,
  sources: Sources,
  collect: Collect,
): void {
  const first = secrets[0] ?? '';
  const listed = listPlace(access, first, sources) ?? access.place;
  const caller = access.frames[1]?.call;
  const message = {
    zh: `返回给客户端的字段包含 ${secrets.join(', ')}`,
    en: `What is sent to the client includes ${secrets.join(', ')}`,
  };
  const steps = [
    entryStep(trace.entry),
    stepAt(listed, `读取的列包含 ${secrets.join(', ')}`, `The columns read include ${secrets.join(', ')}`),
    stepAt(reply, '返回给客户端', 'Sent to the client'),
  ];
  collect({
    rule: 'MP-API-013',
    key: `MP-API-013|${listed.file}:${listed.start}`,
    place: listed,
    message,
    steps,
    severity: 'critical',
  });
  if (caller && (caller.file !== listed.file || trace.entry.file !== listed.file))
    collect({
      rule: 'MP-API-013',
      key: `MP-API-013|${caller.file}:${caller.start}`,
      place: caller,
      message,
      steps,
      severity: 'critical',
    });
}

/** The line of the column list, in one of the functions on the way. */
function listPlace(access: Access, column: string, sources: Sources): Place | undefined {
  for (const frame of [...access.frames].reverse()) {
    if (!frame.node) continue;
    const text = sources.text(frame.file).slice(frame.node.start, frame.node.end);
    const at = text.search(new RegExp(`['"\`]${column.replace(/[^\w]/g, '')}['"\`]`));
    if (at >= 0) return { file: frame.file, start: frame.node.start + at, end: frame.node.start + at + column.length + 2 };
  }
  return undefined;
}

function reportRow(trace: Trace, access: Access, reply: Place, collect: Collect): void {
  collect({
    rule: 'MP-API-013',
    key: `MP-API-013|${reply.file}:${reply.start}`,
    place: reply,
    message: {
      zh: `整行 ${access.table} 返回给客户端，包含密码摘要等敏感列`,
      en: `The whole row of ${access.table} is sent to the client, password hash included`,
    },
    steps: [
      entryStep(trace.entry),
      stepAt(access.place, `读取 ${access.table} 的全部列`, `Reads every column of ${access.table}`),
      stepAt(reply, '整行返回', 'The row is sent back as it is'),
    ],
    severity: 'medium',
  });
}
