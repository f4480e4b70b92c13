import { keyName, type Node, unwrap } from '../parse/ast.ts';
import type { ParsedScript } from '../parse/script.ts';
import { problem } from '../problem.ts';
import type { Project } from '../project/project.ts';
import type { SourceFile } from '../project/source-file.ts';
import { type Apps, createApps } from './apps.ts';
import { type Exports, exportsOf } from './exports.ts';
import { linkScript } from './link.ts';
import type { Unit } from './links.ts';
import { textsOf } from './texts.ts';

/** Every script of a project, linked, with indexes that lead from names to places. */
export interface Codebase extends Apps {
  readonly project: Project;
  readonly units: readonly Unit[];
  /** The scripts of one file. */
  unitsOf(file: SourceFile): readonly Unit[];
  exportsOf(unit: Unit): Exports;
  resolve(from: SourceFile, specifier: string): SourceFile | undefined;
  /** Calls whose callee ends with a name: `name()`, `a.b.name()`, `new Name()`. */
  callsNamed(name: string): readonly Node[];
  /** Files that import a file. */
  importersOf(file: SourceFile): readonly ImportSite[];
}

/** An import declaration or a `require` call, with its file. */
export interface ImportSite {
  readonly unit: Unit;
  readonly node: Node;
}

export function createCodebase(
  project: Project,
  scripts: (file: SourceFile) => readonly ParsedScript[],
  resolve: (from: SourceFile, specifier: string) => SourceFile | undefined,
): Codebase {
  const byFile = new Map<string, readonly Unit[]>();
  const units: Unit[] = [];
  for (const file of project.files) {
    if (!isAnalysed(file)) continue;
    let linked: readonly Unit[];
    try {
      linked = scripts(file).map((script) => linkScript(file, script.program));
    } catch {
      // A tree that is odd in a way nobody foresaw costs its own file, not the flows of all the others.
      project.tell(problem('failed', file.path));
      continue;
    }
    if (linked.length === 0) continue;
    byFile.set(file.path, linked);
    units.push(...linked);
  }
  const calls = new Map<string, Node[]>();
  const importers = new Map<string, ImportSite[]>();
  const exported = new Map<Unit, Exports>();
  const addImporter = (unit: Unit, specifier: string, node: Node): void => {
    const target = resolve(unit.file, specifier);
    if (target !== undefined) append(importers, target.path, { unit, node });
  };
  for (const unit of units) {
    for (const call of unit.calls) {
      const name = calledName(call);
      if (name === undefined) continue;
      append(calls, name, call);
      if (name === 'require' && call.type === 'CallExpression') {
        for (const specifier of textsOf(call.arguments[0])) addImporter(unit, specifier, call);
      }
    }
    for (const statement of unit.program.body) {
      if (
        (statement.type === 'ImportDeclaration' ||
          statement.type === 'ExportNamedDeclaration' ||
          statement.type === 'ExportAllDeclaration') &&
        statement.source !== null
      )
        addImporter(unit, String(statement.source.value), statement);
    }
  }
  const callsNamed = (name: string): readonly Node[] => calls.get(name) ?? [];
  return {
    project,
    units,
    ...createApps(project, callsNamed),
    resolve,
    unitsOf: (file) => byFile.get(file.path) ?? [],
    callsNamed,
    importersOf: (file) => importers.get(file.path) ?? [],
    exportsOf(unit) {
      const known = exported.get(unit);
      if (known !== undefined) return known;
      const found = exportsOf(unit);
      exported.set(unit, found);
      return found;
    },
  };
}

/**
 * Somebody else's code, what tools wrote and unit tests are not followed: nothing in them is reached by a user or this team's to
 * mend, and they are most of the bytes.
 */
const isAnalysed = (file: SourceFile): boolean =>
  (file.language === 'javascript' || file.language === 'typescript' || file.language === 'vue' || file.language === 'wxml') &&
  !file.marks.has('vendored') &&
  !file.marks.has('generated') &&
  !file.marks.has('test') &&
  !/\.d\.ts$/.test(file.path);

function calledName(call: Node): string | undefined {
  if (call.type !== 'CallExpression' && call.type !== 'NewExpression') return undefined;
  const callee = unwrap(call.callee);
  if (callee.type === 'Identifier') return callee.name;
  return callee.type === 'MemberExpression' ? keyName(callee.property, callee.computed) : undefined;
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
