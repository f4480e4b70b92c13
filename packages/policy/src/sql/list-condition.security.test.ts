import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { CompiledPolicies } from '../compiled-policies.ts';
import { EntityRef } from '../entity-ref.ts';
import { loadPolicies } from '../load-policies.ts';
import type { CedarRecord } from '../value.ts';
import type { SqlDialect } from './sql-text.ts';
import type { SqlMapping, TableMapping } from './table-mapping.ts';

function mapping(more: Partial<TableMapping> = {}, dialect: SqlDialect = 'sqlite'): SqlMapping {
  const table: TableMapping = {
    table: 'notes',
    id: { column: 'id' },
    attributes: {
      title: { type: 'string', column: 'title' },
      owner: { type: 'entity', entityType: 'Menshen::User', column: 'owner' },
    },
    parents: [],
    ...more,
  };
  return { dialect, resourceType: 'Portal::Note', tables: { 'Portal::Note': table } };
}

function load(text: string): CompiledPolicies {
  const result = loadPolicies({ files: [{ name: 'notes.cedar', text }], schema: null });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.policies;
}

const nothing = { get: () => undefined };

function ask(text: string, principal: string, context: CedarRecord = {}, used: SqlMapping = mapping()) {
  const request = {
    principal: new EntityRef('Menshen::User', principal),
    action: { type: 'Menshen::Action', id: 'read' },
    context,
  };
  return load(text).listCondition(request, nothing, used);
}

const OWN = 'permit(principal, action, resource) when { resource.owner == principal };';

describe('values from outside', () => {
  test.each(["x' OR '1'='1", 'x" OR 1=1 --', '?', '$1', '\\', "');DROP TABLE notes;--", '%', '\u2019 OR 1'])(
    '%j stays a value',
    (id) => {
      for (const dialect of ['sqlite', 'postgres', 'mysql'] as const) {
        const harmless = ask(OWN, 'zhang', {}, mapping({}, dialect));
        const hostile = ask(OWN, id, {}, mapping({}, dialect));
        if (!harmless.ok || !hostile.ok) throw new Error('refused');
        expect(hostile.where.text).toBe(harmless.where.text);
        expect(hostile.where.parameters).toEqual(harmless.where.parameters.map(() => id));
      }
      const database = new DatabaseSync(':memory:');
      database.exec(
        `CREATE TABLE notes (id TEXT, title TEXT, owner TEXT); INSERT INTO notes VALUES ('1', '', 'zhang'), ('2', '', 'li')`,
      );
      const own = ask(OWN, id);
      if (!own.ok) throw new Error('refused');
      expect(database.prepare(`SELECT id FROM notes WHERE ${own.where.text}`).all(...own.where.parameters)).toEqual([]);
    },
  );

  test.each(['half a pair \ud800', 'li\udc00'])('%j, which a database would change, is refused', (id) => {
    expect(ask(OWN, id)).toMatchObject({ ok: false, refusals: [{ code: 'unstorable_text' }] });
  });

  test('a NUL is refused where the database has none', () => {
    expect(ask(OWN, 'li\0', {}, mapping({}, 'postgres'))).toMatchObject({ ok: false, refusals: [{ code: 'unstorable_text' }] });
  });

  test('a NUL does not end a text before its pattern does', () => {
    const database = new DatabaseSync(':memory:');
    database.exec('CREATE TABLE notes (id TEXT, title TEXT, owner TEXT)');
    database.prepare("INSERT INTO notes VALUES ('1', ?, 'li'), ('2', 'open', 'li')").run('\0secret');
    const text =
      'permit(principal, action, resource); forbid(principal, action, resource) when { resource.title like "*secret*" };';
    const result = ask(text, 'li');
    if (!result.ok) throw new Error('refused');
    const rows = database.prepare(`SELECT id FROM notes WHERE ${result.where.text}`).all(...result.where.parameters);
    expect(rows.map((row) => row['id'])).toEqual(['2']);
  });
});

describe('the mapping', () => {
  test.each(['title"; DROP TABLE notes; --', 'a b', '', 'a`b', 'é', '1a', 'x'.repeat(64)])(
    'takes no column named %j',
    (column) => {
      const used = mapping({ attributes: { owner: { type: 'entity', entityType: 'Menshen::User', column } } });
      expect(() => ask(OWN, 'li', {}, used)).toThrow(TypeError);
    },
  );

  test('must have a table for the listed type', () => {
    expect(() => ask(OWN, 'li', {}, { ...mapping(), resourceType: 'constructor' })).toThrow(TypeError);
  });

  test('that does not say what resources are in refuses to guess', () => {
    const { parents: _, ...table } = mapping().tables['Portal::Note'] as TableMapping;
    const used: SqlMapping = { ...mapping(), tables: { 'Portal::Note': table } };
    const result = ask('permit(principal, action, resource in Menshen::App::"portal");', 'li', {}, used);
    expect(result).toMatchObject({ ok: false, refusals: [{ code: 'unknown_hierarchy' }] });
  });

  test('an attribute that only objects inherit has no column', () => {
    const text = 'permit(principal, action, resource) when { resource.constructor == 1 };';
    expect(ask(text, 'li')).toMatchObject({ ok: false, refusals: [{ code: 'unmapped_attribute' }] });
  });
});

describe('hostile sizes', () => {
  test('a set of many ids is refused before the database would', () => {
    const text = 'permit(principal, action, resource) when { context.titles.contains(resource.title) };';
    const titles = Array.from({ length: 60_000 }, (_, index) => `t${index}`);
    expect(ask(text, 'li', { titles })).toMatchObject({ ok: false, refusals: [{ code: 'too_large' }] });
  });

  test('thousands of policies make no deep expression', () => {
    const texts = Array.from(
      { length: 3_000 },
      (_, index) => `permit(principal, action, resource) when { resource.title == "t${index}" };`,
    );
    const result = ask(texts.join('\n'), 'li');
    if (!result.ok) throw new Error('refused');
    const database = new DatabaseSync(':memory:');
    database.exec(
      "CREATE TABLE notes (id TEXT, title TEXT, owner TEXT); INSERT INTO notes VALUES ('1', 't2999', ''), ('2', 'x', '')",
    );
    const rows = database.prepare(`SELECT id FROM notes WHERE ${result.where.text}`).all(...result.where.parameters);
    expect(rows.map((row) => row['id'])).toEqual(['1']);
  });

  test('conditions in conditions do not double', () => {
    let body = 'resource.title == "a"';
    for (let depth = 0; depth < 15; depth++) body = `!(${body} || resource.title == "${depth}") && resource.title != "x"`;
    const result = ask(`permit(principal, action, resource) when { ${body} };`, 'li');
    if (!result.ok) throw new Error('refused');
    expect(result.where.text.length).toBeLessThan(10_000);
  });
});

describe('all policies together', () => {
  test('may be too large, which is refused, or left to the filter in process', () => {
    const texts = Array.from(
      { length: 6_000 },
      (_, index) => `permit(principal, action, resource) when { context.t${index}.contains(resource.title) };`,
    );
    const context = Object.fromEntries(
      texts.map((_, index) => [`t${index}`, [`a${index}`, `b${index}`, `c${index}`, `d${index}`]]),
    );
    const policies = load(texts.join('\n'));
    const request = { principal: new EntityRef('Menshen::User', 'li'), action: { type: 'Menshen::Action', id: 'read' }, context };
    expect(policies.listCondition(request, nothing, mapping())).toMatchObject({
      ok: false,
      refusals: [{ policy: null, code: 'too_large' }],
    });
    const wide = policies.listCondition(request, nothing, mapping(), { inexpressible: 'prefilter' });
    expect(wide).toMatchObject({ ok: true, rows: 'all', exact: false, where: { text: 'TRUE' } });
  });
});

describe('a principal of the listed type', () => {
  test('whom the source does not know may be a row, and is allowed nothing', () => {
    const used = {
      ...mapping(),
      resourceType: 'Menshen::User',
      tables: { 'Menshen::User': mapping().tables['Portal::Note'] as TableMapping },
    };
    expect(ask('permit(principal, action, resource);', 'li', {}, used)).toMatchObject({ rows: 'none' });
  });
});
