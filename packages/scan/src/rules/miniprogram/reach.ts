import type { Detector, ScanContext } from '../../detector.ts';
import type { JsonNode } from '../../parse/json.ts';
import { jsonAt } from '../../parse/json.ts';
import { problem } from '../../problem.ts';
import { folderOf, isWithin, joinPath } from '../../project/part.ts';
import type { SourceFile } from '../../project/source-file.ts';

/** Names the scripts of a mini program that no page, component or package of it leads to: they ship for nothing, or hide something. */
export const reach: Detector = {
  id: 'reach',
  rules: [],
  run(context) {
    for (const part of context.project.parts) {
      if (part.kind !== 'mini-program' || part.built) continue;
      const reached = reachedFrom(context, part.root);
      for (const file of context.project.files) {
        if (file.language !== 'javascript' && file.language !== 'typescript') continue;
        if (!isWithin(file.path, part.root) || context.project.partOf(file.path) !== part || reached.has(file.path)) continue;
        if (
          file.marks.has('vendored') ||
          file.marks.has('test') ||
          file.marks.has('minified') ||
          /\.d\.ts$|(?:^|\/)(?:node_modules|miniprogram_npm|workers?)\//.test(file.path)
        )
          continue;
        context.project.tell(problem('not-reached', file.path));
      }
    }
  },
};

function reachedFrom(context: ScanContext, root: string): ReadonlySet<string> {
  const { project } = context;
  const reached = new Set<string>();
  const queue: SourceFile[] = [];
  const add = (path: string | undefined): void => {
    if (path === undefined) return;
    for (const ending of ['', '.js', '.ts', '.json', '.wxml', '.wxs', '/index.js', '/index.ts', '/index.json', '/index.wxml']) {
      const file = project.file(path + ending);
      if (file === undefined || reached.has(file.path)) continue;
      reached.add(file.path);
      queue.push(file);
    }
  };
  const at = (path: string): string => (root === '' ? path : `${root}/${path}`);
  for (const name of ['app', 'app.js', 'app.ts', 'app.json', 'plugin', 'custom-tab-bar/index']) add(at(name));
  for (const page of pagesOf(context, at('app.json'))) add(at(page));
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (next.language === 'json')
      for (const target of componentsIn(context.json(next)?.root))
        add(target.startsWith('/') ? joinPath(root, target) : joinPath(folderOf(next.path), target));
    for (const specifier of specifiersIn(next.text)) add(context.model().resolve(next, specifier)?.path);
    const stem = next.path.replace(/\.\w+$/, '');
    add(stem);
  }
  return reached;
}

/** Pages of the main package and of every subpackage, independent ones too. */
export function pagesOf(context: ScanContext, appJson: string): readonly string[] {
  const file = context.project.file(appJson);
  const root = file === undefined ? undefined : context.json(file)?.root;
  const pages = strings(jsonAt(root, 'pages'));
  for (const name of ['subpackages', 'subPackages']) {
    const packages = jsonAt(root, name);
    for (const item of packages?.kind === 'array' ? packages.items : []) {
      const base = jsonAt(item, 'root');
      const folder = base?.kind === 'scalar' ? String(base.value) : '';
      for (const page of strings(jsonAt(item, 'pages'))) pages.push(joinPath(folder, page) ?? page);
    }
  }
  return pages;
}

const strings = (node: JsonNode | undefined): string[] =>
  node?.kind === 'array'
    ? node.items.flatMap((item) => (item.kind === 'scalar' && typeof item.value === 'string' ? [item.value] : []))
    : [];

function componentsIn(root: JsonNode | undefined): readonly string[] {
  return ['usingComponents', 'componentGenerics'].flatMap((name) => {
    const object = jsonAt(root, name);
    if (object?.kind !== 'object') return [];
    return object.members.flatMap(({ value }) => {
      const target = value.kind === 'object' ? jsonAt(value, 'default') : value;
      return target?.kind === 'scalar' && typeof target.value === 'string' && !target.value.startsWith('plugin://')
        ? [target.value]
        : [];
    });
  });
}

/** What a script, a template or a style names in `require`, `import`, `src`; bounded pieces, so linear. */
function specifiersIn(text: string): readonly string[] {
  return [...text.matchAll(/(?:require(?:\.async)?\(\s*|from\s+|import\s*\(?\s*|\ssrc=)['"]([^'"\n]{1,200})['"]/g)].map(
    (match) => match[1] ?? '',
  );
}
