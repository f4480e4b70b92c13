import type { Codebase } from '../flow/codebase.ts';
import type { Unit } from '../flow/links.ts';
import type { Node } from '../parse/ast.ts';
import type { Trees } from '../parse/cache.ts';
import { elementsOf, type MarkupNode } from '../parse/markup.ts';
import { folderOf, isWithin, joinPath } from '../project/part.ts';
import type { Project } from '../project/project.ts';
import type { SourceFile } from '../project/source-file.ts';
import { type BoundAttribute, boundAttributes } from './attributes.ts';
import { optionsOf, type ViewKind } from './options.ts';

/** A page or a component: its script, its options and what its markup takes from them. */
export interface View {
  readonly kind: ViewKind;
  readonly unit: Unit;
  /** The object literal or class of the options. */
  readonly owner: Node;
  readonly markup: SourceFile | undefined;
  readonly attributes: readonly (BoundAttribute & { readonly file: SourceFile })[];
  /** Custom components by tag: the view of each. */
  readonly components: ReadonlyMap<string, string>;
  /** Names of handlers by event, as the markup binds them. */
  readonly handlers: readonly { readonly event: string; readonly name: string }[];
}

/** Joins scripts to markup by their common stem, and Vue scripts to the template of their file. */
export function findViews(
  project: Project,
  codebase: Codebase,
  trees: Trees,
  resolve: (from: SourceFile, specifier: string) => SourceFile | undefined,
): readonly View[] {
  const views: View[] = [];
  for (const unit of codebase.units) {
    const { file } = unit;
    const stem = file.path.replace(/\.\w+$/, '');
    const markup = file.language === 'vue' ? file : project.file(`${stem}.wxml`);
    for (const { kind, node } of optionsOf(unit)) {
      const nodes = markup === undefined || kind === 'app' ? [] : contentOf(markup, trees, project, new Set());
      views.push({
        kind: file.language === 'vue' ? 'vue' : kind,
        unit,
        owner: node,
        markup,
        attributes: nodes.flatMap(({ file: home, nodes: own }) =>
          boundAttributes(own).map((bound) => ({ ...bound, file: home })),
        ),
        components: file.language === 'vue' ? importedComponents(unit, resolve) : declaredComponents(project, trees, file, stem),
        handlers: nodes.flatMap(({ nodes: own }) => handlersIn(own)),
      });
    }
  }
  return views;
}

/** The markup of a view with what it includes. */
function contentOf(
  file: SourceFile,
  trees: Trees,
  project: Project,
  seen: Set<string>,
): readonly { readonly file: SourceFile; readonly nodes: readonly MarkupNode[] }[] {
  if (seen.has(file.path) || seen.size > 20) return [];
  seen.add(file.path);
  const tree = trees.markup(file);
  if (tree === undefined) return [];
  const nodes =
    file.language === 'vue' ? tree.children.filter((node) => node.kind === 'element' && node.name === 'template') : tree.children;
  const included = [...elementsOf(nodes)]
    .filter((element) => element.name === 'include')
    .flatMap((element) => {
      const from = element.attributes.find(({ name }) => name === 'src')?.value ?? '';
      const path = from.startsWith('/')
        ? joinPath(project.partOf(file.path)?.root ?? '', from)
        : joinPath(folderOf(file.path), from);
      const target = path === undefined ? undefined : (project.file(path) ?? project.file(`${path}.wxml`));
      return target === undefined ? [] : contentOf(target, trees, project, seen);
    });
  return [{ file, nodes }, ...included];
}

function declaredComponents(project: Project, trees: Trees, file: SourceFile, stem: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const root = project.parts.find((part) => part.kind === 'mini-program' && isWithin(file.path, part.root))?.root ?? '';
  for (const path of [root === '' ? 'app.json' : `${root}/app.json`, `${stem}.json`]) {
    const json = project.file(path);
    const value = json === undefined ? undefined : (trees.json(json)?.value as { usingComponents?: unknown } | null | undefined);
    if (typeof value?.usingComponents !== 'object' || value.usingComponents === null) continue;
    for (const [tag, target] of Object.entries(value.usingComponents as Record<string, unknown>)) {
      if (typeof target !== 'string') continue;
      const home = target.startsWith('/') ? joinPath(root, target) : joinPath(folderOf(path), target);
      if (home !== undefined) found.set(tag, home);
    }
  }
  return found;
}

function importedComponents(
  unit: Unit,
  resolve: (from: SourceFile, specifier: string) => SourceFile | undefined,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const statement of unit.program.body) {
    if (statement.type !== 'ImportDeclaration') continue;
    const specifier = statement.specifiers.find((each) => each.type === 'ImportDefaultSpecifier');
    const target = specifier === undefined ? undefined : resolve(unit.file, String(statement.source.value));
    if (target?.language !== 'vue' || specifier?.type !== 'ImportDefaultSpecifier') continue;
    found.set(specifier.local.name, target.path.replace(/\.\w+$/, ''));
    found.set(
      specifier.local.name.replaceAll(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase(),
      target.path.replace(/\.\w+$/, ''),
    );
  }
  return found;
}

function handlersIn(nodes: readonly MarkupNode[]): readonly { readonly event: string; readonly name: string }[] {
  const found: { event: string; name: string }[] = [];
  for (const element of elementsOf(nodes))
    for (const { name, value } of element.attributes) {
      const event = /^(?:bind:?|catch:?|mut-bind:|capture-bind:|@|v-on:)([\w-]+)/.exec(name)?.[1];
      const handler = value === undefined ? undefined : /^\s*([\w$]+)/.exec(value)?.[1];
      if (event !== undefined && handler !== undefined) found.push({ event, name: handler });
    }
  return found;
}
