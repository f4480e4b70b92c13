import { csvSource, type Department, type SourceDepartment, type SourceImage, type SourcePerson, uidForm } from '../model.ts';
import { departmentColumns, kinds, peopleColumns, readHeader, statuses } from './columns.ts';
import { createDepartmentFinder, type DepartmentFinder } from './departments.ts';
import { type CsvEncoding, parseCsv } from './parse.ts';
import type { CsvProblem, CsvProblemCode } from './problems.ts';

/** Problems kept; beyond them only their number is of use. */
const mostProblems = 500;
const departmentIdForm = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const emailForm = /^[^\s@,;<>"']{1,64}@[A-Za-z0-9.-]{1,190}$/;
const phoneForm = /^(\+|00)?[0-9][0-9 ()-]{4,24}$/;
const numberForm = /^[A-Za-z0-9][A-Za-z0-9_./-]{0,63}$/;

export interface CsvFiles {
  readonly people: Uint8Array | null;
  readonly departments: Uint8Array | null;
  readonly encoding: CsvEncoding | 'auto';
}

export interface CsvReading {
  readonly image: SourceImage;
  readonly problems: readonly CsvProblem[];
  /** How many there are, of which `problems` are the first. */
  readonly problemCount: number;
  readonly encodings: readonly CsvEncoding[];
}

/** Reads people and departments from files; what is wrong is said by line, and a line with a mistake is not in the image. */
export function readCsvFiles(files: CsvFiles, known: ReadonlyMap<string, Department>): CsvReading {
  const problems: CsvProblem[] = [];
  let problemCount = 0;
  const encodings: CsvEncoding[] = [];
  const reporter =
    (file: CsvProblem['file']): Report =>
    (line, column, code) => {
      problemCount += 1;
      if (problems.length < mostProblems) problems.push({ file, line, column, code });
    };
  const departments =
    files.departments === null
      ? []
      : readDepartments(files.departments, files.encoding, known, reporter('departments'), encodings);
  const people =
    files.people === null
      ? []
      : readPeople(files.people, files.encoding, createDepartmentFinder(known, departments), reporter('people'), encodings);
  return { image: { departments, people }, problems, problemCount, encodings };
}

type Report = (line: number, column: string | null, code: CsvProblemCode) => void;

interface Cells {
  readonly line: number;
  /** The value of a column, cleaned; null when it is wrong, which has been reported. */
  text(column: string, limit: number, form?: RegExp): string | null;
}

/** Rows below the header, each with its columns by name. Nothing when the file as a whole is wrong. */
function* rowsOf<C extends string>(
  bytes: Uint8Array,
  encoding: CsvEncoding | 'auto',
  known: Readonly<Record<C, readonly string[]>>,
  required: readonly NoInfer<C>[],
  report: Report,
  encodings: CsvEncoding[],
): Iterable<Cells & { readonly has: (column: C) => boolean }> {
  const parsed = parseCsv(bytes, encoding);
  if (!parsed.ok) return report(parsed.line, null, parsed.code);
  encodings.push(parsed.encoding);
  const [head, ...rows] = parsed.rows;
  if (head === undefined) return report(1, null, 'file_empty');
  const header = readHeader(head.cells, known);
  if ('twice' in header) return report(head.line, header.twice, 'column_twice');
  const missing = required.filter((column) => !header.at.has(column));
  for (const column of missing) report(head.line, column, 'column_missing');
  if (missing.length > 0) return;
  for (const row of rows) {
    if (row.cells.length !== head.cells.length) {
      report(row.line, null, 'row_length');
      continue;
    }
    yield {
      line: row.line,
      has: (column) => header.at.has(column),
      text(column, limit, form) {
        const index = header.at.get(column as C);
        const value = index === undefined ? '' : clean(row.cells[index] ?? '');
        const code = wrong(value, limit, form);
        if (code === null) return value;
        report(row.line, column, code);
        return null;
      },
    };
  }
}

/** Without the marks by which spreadsheets keep a value text: `="007"` and a leading apostrophe. */
function clean(cell: string): string {
  const trimmed = cell.trim();
  return (/^="([^"]*)"$/.exec(trimmed)?.[1] ?? trimmed.replace(/^'/, '')).normalize('NFC').trim();
}

function wrong(value: string, limit: number, form: RegExp | undefined): CsvProblemCode | null {
  if (value.length > limit) return 'value_too_long';
  if (/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(value)) return 'control_character';
  if (value === '') return null;
  if (form !== undefined) return form.test(value) ? null : 'value_invalid';
  // Names come back in exports and reports, where a spreadsheet would run them.
  return /^[=+\-@＝＋－＠]/.test(value) ? 'formula' : null;
}

function readDepartments(
  bytes: Uint8Array,
  encoding: CsvEncoding | 'auto',
  known: ReadonlyMap<string, Department>,
  report: Report,
  encodings: CsvEncoding[],
): SourceDepartment[] {
  const found = new Map<string, SourceDepartment & { readonly line: number }>();
  for (const row of rowsOf(bytes, encoding, departmentColumns, ['id', 'name'], report, encodings)) {
    const id = row.text('id', 64, departmentIdForm);
    const name = row.text('name', 64);
    const parent = row.text('parent', 64, departmentIdForm);
    const order = row.text('order', 10, /^\d{1,10}$/);
    if (id === null || name === null || parent === null || order === null) continue;
    if (id === '' || name === '') report(row.line, id === '' ? 'id' : 'name', 'value_missing');
    else if (found.has(id)) report(row.line, 'id', 'duplicate');
    else if ((known.get(id)?.source ?? csvSource) !== csvSource) report(row.line, 'id', 'department_foreign');
    else found.set(id, { id, name, parent: parent === '' ? null : parent, order: Number(order || 0), line: row.line });
  }
  const parentOf = (id: string): string | null => found.get(id)?.parent ?? known.get(id)?.parent ?? null;
  return [...found.values()].flatMap(({ line, ...department }) => {
    if (department.parent !== null && !found.has(department.parent) && !known.has(department.parent)) {
      report(line, 'parent', 'department_unknown');
      return [];
    }
    const seen = new Set<string>([department.id]);
    for (let at = department.parent; at !== null; at = parentOf(at)) {
      if (seen.has(at)) {
        report(line, 'parent', 'department_cycle');
        return [];
      }
      seen.add(at);
    }
    return [department];
  });
}

function readPeople(
  bytes: Uint8Array,
  encoding: CsvEncoding | 'auto',
  departments: DepartmentFinder,
  report: Report,
  encodings: CsvEncoding[],
): SourcePerson[] {
  const seen = new Set<string>();
  const people: SourcePerson[] = [];
  for (const row of rowsOf(bytes, encoding, peopleColumns, ['uid', 'name'], report, encodings)) {
    const uid = row.text('uid', 64, uidForm);
    const name = row.text('name', 64);
    const phone = row.text('phone', 32, phoneForm);
    const email = row.text('email', 254, emailForm);
    const number = row.text('number', 64, numberForm);
    const position = row.text('position', 128);
    const kind = row.text('kind', 20);
    const status = row.text('status', 20);
    const inside = departmentsOf(row, 'departments', departments, report);
    const leads = departmentsOf(row, 'leads', departments, report);
    if (kind !== null && !Object.hasOwn(kinds, kind.toLowerCase())) report(row.line, 'kind', 'value_invalid');
    if (status !== null && !Object.hasOwn(statuses, status.toLowerCase())) report(row.line, 'status', 'value_invalid');
    if (uid === '' || name === '') report(row.line, uid === '' ? 'uid' : 'name', 'value_missing');
    const personKind = Object.hasOwn(kinds, (kind ?? '').toLowerCase()) ? kinds[(kind ?? '').toLowerCase()] : undefined;
    const personStatus = Object.hasOwn(statuses, (status ?? '').toLowerCase())
      ? statuses[(status ?? '').toLowerCase()]
      : undefined;
    if (!uid || !name || phone === null || email === null || number === null || position === null) continue;
    if (
      kind === null ||
      status === null ||
      personKind === undefined ||
      personStatus === undefined ||
      inside === null ||
      leads === null
    )
      continue;
    if (seen.has(uid.toLowerCase())) {
      report(row.line, 'uid', 'duplicate');
      continue;
    }
    seen.add(uid.toLowerCase());
    // A column that the file does not have says nothing; an empty cell says that there is none.
    people.push({
      key: uid,
      uid,
      kind: personKind,
      name,
      departments: row.has('departments') ? inside : null,
      leads: row.has('leads') ? leads : null,
      position: row.has('position') ? position : null,
      phone: row.has('phone') ? phone : null,
      email: row.has('email') ? email : null,
      number: row.has('number') ? number : null,
      roles: [],
      status: personStatus,
    });
  }
  return people;
}

/** Departments of a cell, by id or by path of names, several with semicolons between them. */
function departmentsOf(row: Cells, column: string, find: DepartmentFinder, report: Report): string[] | null {
  const value = row.text(column, 2_000);
  if (value === null) return null;
  const ids: string[] = [];
  for (const part of value.split(/[;；|]/).map((one) => one.trim())) {
    if (part === '') continue;
    const found = find(part);
    if (typeof found !== 'string') {
      report(row.line, column, found.problem);
      return null;
    }
    if (!ids.includes(found)) ids.push(found);
  }
  return ids;
}
