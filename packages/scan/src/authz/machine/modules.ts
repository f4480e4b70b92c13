import type { ExportAllDeclaration, ExportNamedDeclaration, ImportDeclaration, Node } from '../../parse/ast.ts';
import { packageValue } from '../libraries/packages.ts';
import { firstExisting, folderOf, resolveImport } from '../sources.ts';
import { prisma, sequelizeInstance } from '../store/libraries.ts';
import { hoist, run } from './execute.ts';
import { currentFile, declare, lookup, type Machine, tolerant } from './machine.ts';
import { getMember } from './members.ts';
import { literal, native, object, type Scope, unknown, type Value } from './value.ts';

/** What a module exports; runs its top level once. */
export function loadModule(m: Machine, file: string): Value {
  const known = m.modules.get(file);
  if (known) return known.exports;
  if (file.endsWith('.json')) return loadJson(m, file);
  const program = m.sources.program(file);
  if (!program) return unknown;
  const exports = object();
  const moduleObject = object([['exports', exports]]);
  const scope: Scope = { names: new Map(), parent: m.globalScope, conditional: 0, module: file };
  const entry = { exports, done: false, scope };
  m.modules.set(file, entry);
  declare(scope, 'exports', exports);
  declare(scope, 'module', moduleObject);
  declare(scope, 'this', exports);
  declare(scope, '__dirname', literal(folderOf(file)));
  declare(scope, '__filename', literal(file));
  declare(scope, 'require', requireFrom(m, file));
  atLoad(m, file, () => {
    hoist(m, program.body, scope);
    for (const statement of program.body) run(m, statement, scope);
  });
  const assigned = moduleObject.shape?.props.get('exports') ?? exports;
  const alone = exports.shape?.props.get('=');
  entry.exports = alone ?? (assigned !== exports ? mergeExports(assigned, exports) : exports);
  entry.done = true;
  return entry.exports;
}

/** Runs a step in the time in which modules load, not in that of the request that happens to import them first. */
export function atLoad(m: Machine, file: string, step: () => void): void {
  const saved = {
    trace: m.trace,
    frames: m.frames,
    guards: m.guards,
    conditional: m.conditional,
    branch: m.branch,
    loops: m.loops,
    entrySteps: m.entrySteps,
  };
  Object.assign(m, {
    trace: undefined,
    frames: [
      {
        node: undefined,
        name: 'module',
        file,
        call: undefined,
        args: [],
        self: undefined,
        owner: undefined,
        identity: false,
        request: false,
        depth: 0,
      },
    ],
    guards: [],
    conditional: 0,
    branch: undefined,
    loops: 0,
    entrySteps: 0,
  });
  try {
    tolerant(step);
  } finally {
    Object.assign(m, saved);
  }
}

function mergeExports(assigned: Value, exports: Value): Value {
  if (!assigned.shape || !exports.shape || exports.shape.props.size === 0) return assigned;
  for (const [name, value] of exports.shape.props) if (!assigned.shape.props.has(name)) assigned.shape.props.set(name, value);
  return assigned;
}

function requireFrom(m: Machine, file: string): Value {
  const value = native('require', (args) => {
    const spec = args[0]?.literal;
    if (typeof spec !== 'string' || spec.includes('\u0000')) return unknown;
    return importModule(m, file, spec);
  });
  return value;
}

/** The exports of what an import names: a file of the project, a folder whose index collects files, or a package. */
export function importModule(m: Machine, from: string, specifier: string): Value {
  const file = resolveImport(m.sources, from, specifier);
  if (file) {
    const value = loadModule(m, file);
    const folder = folderOf(file);
    return /(^|\/)index\.[a-z]+$/.test(file) ? withFolder(m, value, folder) : value;
  }
  // Prisma writes its client into a folder that is left out of the repository.
  if (/(?:^|\/)(?:generated|prisma)\/(?:prisma\/)?client(?:\.[cm]?[jt]s)?$|(?:^|\/)generated\/prisma$/.test(specifier))
    return packageValue(m, '@prisma/client', from);
  if (specifier.startsWith('.') || specifier.startsWith('/')) {
    const folder = folderPath(from, specifier);
    const leftOut =
      folder && !m.sources.files.some((path) => path.startsWith(`${folder}/`)) ? connectionOf(m, folder) : undefined;
    return leftOut ?? (folder ? withFolder(m, object(), folder) : unknown);
  }
  return packageValue(m, specifier, from);
}

/** `require('../conf/mongoose')` of a file that is not in the repository, as files with passwords are: what its name says it hands out. */
function connectionOf(m: Machine, path: string): Value | undefined {
  switch (path.slice(path.lastIndexOf('/') + 1).replace(/\.[cm]?[jt]s$/, '')) {
    case 'mongoose':
      return packageValue(m, 'mongoose', path);
    case 'sequelize':
      return sequelizeInstance(m);
    case 'prisma':
      return prisma(m);
    default:
      return undefined;
  }
}

function folderPath(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('/')) return undefined;
  const parts = folderOf(from).split('/');
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** An index that gathers the files beside it at run time (`fs.readdirSync`): a missing member is looked up as a file. */
function withFolder(m: Machine, value: Value, folder: string): Value {
  if (value.handle || value.callable) return value;
  const known = value.shape?.props.size ?? 0;
  if (known > 0 && value.shape && !value.shape.rest) return value;
  return {
    ...value,
    handle: {
      kind: 'folder',
      get: (name) => {
        if (!/^[\w$-]+$/.test(name)) return undefined;
        const file = firstExisting(m.sources, `${folder}/${name}`);
        if (file) return withIndex(loadModule(m, file), file);
        const prefix = `${folder}/${name}/`;
        return m.sources.files.some((path) => path.startsWith(prefix)) ? withFolder(m, object(), `${folder}/${name}`) : undefined;
      },
    },
  };
}

/** Who gathers folders by name asks for `orders.index.list`, who requires them for `orders.list`: a folder's index answers both. */
function withIndex(value: Value, file: string): Value {
  if (value.handle || !/\/index\.[a-z]+$/.test(file)) return value;
  return {
    ...value,
    handle: { kind: 'folder', get: (name) => (name === 'index' && !value.shape?.props.has(name) ? value : undefined) },
  };
}

function loadJson(m: Machine, file: string): Value {
  let value: Value = unknown;
  try {
    value = fromJson(JSON.parse(m.sources.text(file).slice(0, 400_000)), 0);
  } catch {
    value = unknown;
  }
  m.modules.set(file, { exports: value, done: true, scope: m.globalScope });
  return value;
}

function fromJson(data: unknown, depth: number): Value {
  if (typeof data === 'string' || typeof data === 'number' || typeof data === 'boolean' || data === null) return literal(data);
  if (typeof data !== 'object' || depth > 5) return unknown;
  if (Array.isArray(data))
    return {
      flags: 0,
      shape: {
        props: new Map(data.slice(0, 100).map((item, i) => [String(i), fromJson(item, depth + 1)])),
        rest: undefined,
        list: true,
      },
    };
  return object(
    Object.entries(data as Record<string, unknown>)
      .slice(0, 200)
      .map(([name, item]) => [name, fromJson(item, depth + 1)] as const),
  );
}

/** ESM and transpiled modules: `default` is the module itself where none was exported. */
function defaultOf(value: Value): Value {
  return value.shape?.props.get('default') ?? value;
}

export function bindImport(m: Machine, node: ImportDeclaration, scope: Scope): void {
  const spec = node.source.value;
  if (typeof spec !== 'string') return;
  const value = importModule(m, currentFile(m), spec);
  for (const part of node.specifiers) {
    if (part.type === 'ImportDefaultSpecifier') declare(scope, part.local.name, defaultOf(value));
    else if (part.type === 'ImportNamespaceSpecifier') declare(scope, part.local.name, value);
    else if (part.type === 'ImportSpecifier') {
      const name = part.imported.type === 'Identifier' ? part.imported.name : String(part.imported.value);
      declare(scope, part.local.name, name === 'default' ? defaultOf(value) : getMember(m, value, name, part));
    }
  }
}

function currentExports(m: Machine): Value | undefined {
  return m.modules.get(currentFile(m))?.exports;
}

export function setExport(m: Machine, name: string, value: Value): void {
  currentExports(m)?.shape?.props.set(name, value);
}

export function exportNamed(m: Machine, node: ExportNamedDeclaration, scope: Scope): void {
  const source =
    node.source && typeof node.source.value === 'string' ? importModule(m, currentFile(m), node.source.value) : undefined;
  for (const part of node.specifiers) {
    if (part.type !== 'ExportSpecifier') continue;
    const local = part.local.type === 'Identifier' ? part.local.name : String(part.local.value);
    const exported = part.exported.type === 'Identifier' ? part.exported.name : String(part.exported.value);
    setExport(
      m,
      exported,
      source ? (local === 'default' ? defaultOf(source) : getMember(m, source, local, part)) : (lookup(scope, local) ?? unknown),
    );
  }
  const inner = node.declaration;
  if (!inner) return;
  if ((inner.type === 'FunctionDeclaration' || inner.type === 'ClassDeclaration') && inner.id)
    setExport(m, inner.id.name, lookup(scope, inner.id.name) ?? unknown);
  if (inner.type === 'VariableDeclaration')
    for (const declarator of inner.declarations)
      for (const name of patternNames(declarator.id)) setExport(m, name, lookup(scope, name) ?? unknown);
}

function patternNames(node: Node): string[] {
  if (node.type === 'Identifier') return [node.name];
  if (node.type === 'ObjectPattern')
    return node.properties.flatMap((part) => (part.type === 'Property' ? patternNames(part.value) : []));
  return [];
}

export function exportAll(m: Machine, node: ExportAllDeclaration): void {
  const spec = node.source.value;
  if (typeof spec !== 'string') return;
  const value = importModule(m, currentFile(m), spec);
  if (!value.shape) return;
  if (node.exported) {
    setExport(m, node.exported.type === 'Identifier' ? node.exported.name : String(node.exported.value), value);
    return;
  }
  for (const [name, member] of value.shape.props) if (name !== 'default') setExport(m, name, member);
}
