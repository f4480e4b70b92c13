import { createReadStream } from 'node:fs';
import { type Command, type CommandInput, type ExitCode, textOption, UsageError } from './command.ts';
import { callServer, printRefusal, serverHelp, serverOptions } from './control-plane.ts';
import { readLines } from './lines.ts';

const maxLineBytes = 16 * 1_048_576;
const batchSize = 500;
const name = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

const options = {
  file: { type: 'string' as const },
  field: { type: 'string' as const },
  purpose: { type: 'string' as const },
  key: { type: 'string' as const },
  member: { type: 'string' as const },
  person: { type: 'string' as const },
  ...serverOptions,
};
const optionHelp = {
  file: { zh: 'JSON 行文件；- 表示标准输入（默认）', en: 'file of JSON lines; - for standard input (default)' },
  field: { zh: '字段，写作 应用/表/列', en: 'the field, as APP/TABLE/COLUMN' },
  purpose: { zh: '用途', en: 'what for' },
  key: { zh: '主键所在的成员（默认 id）', en: 'member with the primary key (id by default)' },
  member: { zh: '值所在的成员（默认与列同名）', en: 'member with the value (named as the column by default)' },
  person: {
    zh: '个人标识所在的成员（按人加密的字段）',
    en: 'member that says whose value it is, for fields with keys per person',
  },
  ...serverHelp('seal'),
};

interface Target {
  readonly app: string;
  readonly table: string;
  readonly column: string;
  readonly purpose: string;
}

interface Row {
  readonly object: Record<string, unknown>;
  readonly key: string;
  readonly value: string;
  readonly person: string | undefined;
}

type Answered = Readonly<Record<string, unknown>>;

export const seal: Command = {
  name: 'seal',
  usage: '--field APP/TABLE/COLUMN --purpose NAME [--file FILE]',
  summary: { zh: '加密 JSON 行文件中的一个字段', en: 'Seal one field of a file of JSON lines' },
  options,
  optionHelp,
  examples: ['menshen seal --field portal/people/phone --purpose support --file people.jsonl > sealed.jsonl'],
  run: (input) =>
    transform(
      input,
      'encrypt',
      ({ key, value, person }) => ({ key, value, ...(person === undefined ? {} : { person }) }),
      'record',
    ),
};

export const open: Command = {
  name: 'open',
  usage: '--field APP/TABLE/COLUMN --purpose NAME [--file FILE]',
  summary: { zh: '解密 JSON 行文件中的一个字段', en: 'Open one field of a file of JSON lines' },
  options,
  optionHelp,
  examples: ['menshen open --field portal/people/phone --purpose support --file sealed.jsonl'],
  run: (input) => transform(input, 'decrypt', ({ key, value }) => ({ key, record: value }), 'value'),
};

/** Lines go out in their order with the member replaced; a line that cannot be done is named on standard error and left as it was. */
async function transform(
  { values, terminal }: CommandInput,
  operation: 'encrypt' | 'decrypt',
  item: (row: Row) => object,
  result: 'record' | 'value',
): Promise<ExitCode> {
  const target = targetOf(values);
  const members = {
    key: textOption(values, 'key') ?? 'id',
    value: textOption(values, 'member') ?? target.column,
    person: textOption(values, 'person'),
  };
  const file = textOption(values, 'file') ?? '-';
  let failed = 0;
  let number = 0;
  let batch: { readonly row: Row; readonly line: number }[] = [];

  const flush = async (): Promise<ExitCode | null> => {
    if (batch.length === 0) return null;
    const rows = batch;
    batch = [];
    const answer = await callServer(values, `/api/v1/seal/${operation}`, { ...target, items: rows.map(({ row }) => item(row)) });
    if (!answer.ok) return printRefusal(terminal, answer.refused);
    const { items } = answer.body as { items: readonly Answered[] };
    rows.forEach(({ row, line }, at) => {
      const done = items[at];
      const value = done?.[result];
      if (typeof value === 'string') row.object[members.value] = value;
      else {
        failed += 1;
        terminal.err(`${line}: ${String(done?.['error'] ?? 'internal_error')}`);
      }
      terminal.out(JSON.stringify(row.object));
    });
    return null;
  };

  for await (const line of readLines(file === '-' ? process.stdin : createReadStream(file), maxLineBytes)) {
    number += 1;
    if (line === '') continue;
    const row = typeof line === 'string' ? readRow(line, members) : null;
    if (row === null)
      throw new UsageError({
        zh: `第 ${number} 行不是带有 ${members.key} 与 ${members.value} 的 JSON 对象。`,
        en: `Line ${number} is no JSON object with ${members.key} and ${members.value}.`,
      });
    batch.push({ row, line: number });
    if (batch.length === batchSize) {
      const ended = await flush();
      if (ended !== null) return ended;
    }
  }
  return (await flush()) ?? (failed > 0 ? 1 : 0);
}

function targetOf(values: CommandInput['values']): Target {
  const parts = (textOption(values, 'field') ?? '').split('/');
  const [app, table, column] = parts;
  const purpose = textOption(values, 'purpose');
  if (
    parts.length !== 3 ||
    app === undefined ||
    table === undefined ||
    column === undefined ||
    !name.test(table) ||
    !name.test(column)
  )
    throw new UsageError({ zh: '请用 --field 应用/表/列 给出字段。', en: 'Name the field with --field APP/TABLE/COLUMN.' });
  if (purpose === undefined) throw new UsageError({ zh: '请用 --purpose 给出用途。', en: 'Say what for with --purpose.' });
  return { app, table, column, purpose };
}

function readRow(
  line: string,
  members: { readonly key: string; readonly value: string; readonly person: string | undefined },
): Row | null {
  let object: unknown;
  try {
    object = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return null;
  const record = object as Record<string, unknown>;
  const text = (member: string): string | null => {
    const found = Object.hasOwn(record, member) ? record[member] : null;
    return typeof found === 'string' || typeof found === 'number' ? String(found) : null;
  };
  const [key, value] = [text(members.key), text(members.value)];
  if (key === null || value === null) return null;
  return { object: record, key, value, person: members.person === undefined ? undefined : (text(members.person) ?? undefined) };
}
