import type { Detector } from '../../detector.ts';
import type { SourceFile } from '../../project/source-file.ts';
import { type Literal, plainName } from '../patterns/lexical/model.ts';
import { sourceOf } from '../patterns/lexical/of-file.ts';
import { factsOf, isPasswordName } from './names.ts';
import { isTemplate } from './placeholder.ts';

const administrator = /^(?:admin|administrator|root|superadmin|super_admin|sysadmin|system|superuser|manager|admin\d{1,4}|sa)$/i;
const userName = /^(?:user|username|account|login|loginname|loginid|name|adminname|nickname|uname|adminuser|adminusername)$/;
const seedPlace =
  /(?:^|\/)(?:migrations?|seeds?|seeders?|fixtures|initdb|init|sql|db|database|flyway|liquibase)(?:\/|[-_.])|\.sql$|(?:seed|init)[^/]*$|data[^/]*\.(?:json|js|ts)$/i;
const hash = /^(?:\$2[aby]\$\d\d\$.{40,60}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|\{(?:bcrypt|noop|MD5|SHA)\}.{3,})$/i;
/** A row of values, at most a few thousand characters from the word. */
const insertion = /insert\s{1,10}(?:ignore\s{1,10})?into\s{1,10}[`"[]?([\w.`"]{1,80})/gi;
const people = /admin|user|account|manager|operator|staff|member|sys_u|employee/i;

/** Accounts with a constant password that a migration, a seed or a configuration creates. */
export const seededAccounts: Detector = {
  id: 'secrets/seeded-accounts',
  rules: ['MP-SEC-012'],
  run(context) {
    for (const file of context.project.files) {
      if (file.marks.has('test') || file.marks.has('vendored') || file.marks.has('minified')) continue;
      const spans = file.language === 'sql' || /insert\s+into/i.test(file.text.slice(0, 200_000)) ? inSql(file) : [];
      for (const { start, end } of [...spans, ...inObjects(file)])
        context.report({
          rule: 'MP-SEC-012',
          file: file.path,
          start,
          end,
          message: {
            zh: '写入了带固定口令的管理员账号：每个安装都用同一个口令，任何读过代码的人都能登录',
            en: 'An administrator with a constant password is created: every installation has the same one, known to all who read the code',
          },
        });
    }
  },
};

interface Found {
  readonly start: number;
  readonly end: number;
}

function inObjects(file: SourceFile): Found[] {
  if (file.language === 'sql' || !/admin|root|system|manager/i.test(file.text) || !/pass|pwd/i.test(file.text)) return [];
  const source = sourceOf(file);
  if (source === null) return [];
  const groups = new Map<object, Literal[]>();
  for (const literal of source.literals) {
    if (literal.scope === null || literal.inComment || literal.relation !== 'assigned') continue;
    const group = groups.get(literal.scope);
    if (group === undefined) groups.set(literal.scope, [literal]);
    else group.push(literal);
  }
  const found: Found[] = [];
  for (const group of groups.values()) {
    const user = group.find(({ name, value }) => userName.test(plainName(name)) && administrator.test(value));
    const password = group.find((literal) => isPasswordName(factsOf(literal.name, literal.name)) && isConstantPassword(literal));
    if (user === undefined || password === undefined) continue;
    const keys = [...(user.scope?.keys ?? [])];
    const connection = keys.some((key) => /^(?:host|hostname|port|database|dialect|url|driver.*|service|server)$/.test(key));
    if (
      connection ||
      !(seedPlace.test(file.path) || keys.some((key) => /role|type|status|enable|level|nick|real|mobile|salt|is/.test(key)))
    )
      continue;
    found.push({ start: password.start, end: password.end });
  }
  return found;
}

const isConstantPassword = ({ value, partial }: Literal): boolean =>
  value.length >= 3 && value.length < 100 && !partial && !isTemplate(value) && !/\s/.test(value);

const endOfSql = /;\s*(?:\n|$)/;
/** In a script the text that holds the statement ends before the next function does. */
const endInScript = /;\s*(?:\n|$)|`|\n\s*\}/;

function inSql(file: SourceFile): Found[] {
  const found: Found[] = [];
  const text = file.text;
  for (const match of text.matchAll(insertion)) {
    if (!people.test(match[1] ?? '')) continue;
    const from = match.index;
    const statement = text.slice(from, Math.min(text.length, from + 20_000));
    const end = (file.language === 'sql' ? endOfSql : endInScript).exec(statement)?.index ?? statement.length;
    for (const row of rowsOf(statement.slice(0, end))) {
      const values = [...row.text.matchAll(/'((?:[^'\\\n]|\\.|''){0,200})'/g)].map((value) => value[1] ?? '');
      const at = values.findIndex((value) => administrator.test(value) || /^admin/i.test(value));
      if (at < 0) continue;
      const password =
        values.slice(at + 1, at + 12).find((value) => hash.test(value)) ??
        (/admin/i.test(match[1] ?? '') && (values[at + 1] ?? '').length >= 4 ? values[at + 1] : undefined);
      if (password === undefined || isTemplate(password)) continue;
      found.push({ start: from + row.start, end: from + row.start + Math.min(row.text.length, 200) });
      break;
    }
    if (found.length >= 50) break;
  }
  return found;
}

/** The bracketed rows of values, one level deep. */
function rowsOf(statement: string): { start: number; text: string }[] {
  const rows: { start: number; text: string }[] = [];
  let at = statement.search(/values?/i);
  if (at < 0) return rows;
  while (rows.length < 500) {
    const open = statement.indexOf('(', at);
    if (open < 0) break;
    let close = open + 1;
    let quoted = false;
    for (let depth = 1; close < statement.length && depth > 0; close += 1) {
      const char = statement[close];
      if (quoted) {
        if (char === '\\') close += 1;
        else if (char === "'") quoted = false;
      } else if (char === "'") quoted = true;
      else if (char === '(') depth += 1;
      else if (char === ')') depth -= 1;
    }
    rows.push({ start: open, text: statement.slice(open, close) });
    at = close;
  }
  return rows;
}
