import { type Codebase, createCodebase } from '../flow/codebase.ts';
import type { FieldLinks } from '../flow/heap.ts';
import type { Node } from '../parse/ast.ts';
import type { Trees } from '../parse/cache.ts';
import type { Project } from '../project/project.ts';
import type { SourceFile } from '../project/source-file.ts';
import { createResolver } from './resolve.ts';
import { findViews, type View } from './views.ts';

/** What binds the files of a project to each other. Each part is worked out when it is first asked for. */
export interface ProjectModel {
  /** The file that a `require` or `import` names; undefined for installed packages and Node's own modules. */
  resolve(from: SourceFile, specifier: string): SourceFile | undefined;
  /** Every script, linked. */
  codebase(): Codebase;
  /** Pages, components and the app, with their markup. */
  views(): readonly View[];
  viewOf(owner: Node): View | undefined;
  /** From the data of a view to the properties of the components in its markup. */
  readonly links: FieldLinks;
}

export function createModel(project: Project, trees: Trees): ProjectModel {
  const resolve = createResolver(project);
  let codebase: Codebase | undefined;
  let views: readonly View[] | undefined;
  let byOwner: Map<Node, View> | undefined;
  let byStem: Map<string, View> | undefined;
  const allViews = (): readonly View[] => {
    views ??= findViews(project, model.codebase(), trees, resolve);
    return views;
  };
  const model: ProjectModel = {
    resolve,
    codebase() {
      codebase ??= createCodebase(project, trees.scripts, resolve);
      return codebase;
    },
    views: allViews,
    viewOf(owner) {
      byOwner ??= new Map(allViews().map((view) => [view.owner, view]));
      return byOwner.get(owner);
    },
    links(owner, path) {
      const view = model.viewOf(owner);
      if (view === undefined || view.components.size === 0) return [];
      const below = dataPath(view, path);
      if (below === undefined) return [];
      byStem ??= new Map(allViews().map((each) => [each.unit.file.path.replace(/\.\w+$/, ''), each]));
      const found: { owner: Node; path: readonly string[] }[] = [];
      for (const { element, name, values } of view.attributes) {
        const stem = view.components.get(element.name);
        const target = stem === undefined ? undefined : (byStem.get(stem) ?? byStem.get(`${stem}/index`));
        if (target === undefined) continue;
        for (const value of values) {
          const rest = remainder(below, value.path);
          if (rest === undefined || value.prefix !== '') continue;
          const key = name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
          if (target.kind === 'vue') found.push({ owner: target.owner, path: [key, ...rest] });
          else
            found.push(
              { owner: target.owner, path: ['data', key, ...rest] },
              { owner: target.owner, path: ['properties', key, ...rest] },
            );
        }
      }
      return found;
    },
  };
  return model;
}

/** What a field means to the markup: `this.data.x` in a mini program, `this.x` in Vue. Undefined when the markup cannot see it. */
export function dataPath(view: View, path: readonly string[]): readonly string[] | undefined {
  // A `ref` keeps its value in `.value`, which templates leave out.
  if (view.kind === 'vue') return path.filter((part) => part !== 'value');
  return path[0] === 'data' || path[0] === 'properties' || path[0] === 'state' ? path.slice(1) : undefined;
}

/** The part of stored data that a binding shows: undefined when it shows something else. */
export function remainder(stored: readonly string[], bound: readonly string[]): readonly string[] | undefined {
  const shorter = Math.min(stored.length, bound.length);
  for (let at = 0; at < shorter; at += 1) if (stored[at] !== bound[at]) return undefined;
  return stored.slice(bound.length);
}
