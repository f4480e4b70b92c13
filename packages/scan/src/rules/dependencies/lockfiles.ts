import { type JsonNode, jsonAt } from '../../parse/json.ts';
import { type LockedPackage, mostPackages } from './locked.ts';

const scalar = (node: JsonNode | undefined): string | undefined =>
  node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;

const isDev = (node: JsonNode): { dev?: true } => {
  const dev = jsonAt(node, 'dev');
  return dev?.kind === 'scalar' && dev.value === true ? { dev: true } : {};
};

/** package-lock.json and npm-shrinkwrap.json of npm, lockfileVersion 1 to 3. */
export function readNpmLock(root: JsonNode): LockedPackage[] {
  const found: LockedPackage[] = [];
  const packages = jsonAt(root, 'packages');
  if (packages?.kind === 'object') {
    for (const { key, keyStart, keyEnd, value } of packages.members) {
      const at = key.lastIndexOf('node_modules/');
      const version = scalar(jsonAt(value, 'version'));
      if (at < 0 || version === undefined || found.length >= mostPackages) continue;
      found.push({
        ecosystem: 'npm',
        name: scalar(jsonAt(value, 'name')) ?? key.slice(at + 'node_modules/'.length),
        version,
        ...isDev(value),
        start: keyStart,
        end: keyEnd,
      });
    }
    return found;
  }
  const visit = (dependencies: JsonNode | undefined, depth: number): void => {
    if (dependencies?.kind !== 'object' || depth > 40) return;
    for (const { key, keyStart, keyEnd, value } of dependencies.members) {
      const version = scalar(jsonAt(value, 'version'));
      if (found.length >= mostPackages) return;
      if (version !== undefined)
        found.push({ ecosystem: 'npm', name: key, version, ...isDev(value), start: keyStart, end: keyEnd });
      visit(jsonAt(value, 'dependencies'), depth + 1);
    }
  };
  visit(jsonAt(root, 'dependencies'), 0);
  return found;
}

/** composer.lock. */
export function readComposerLock(root: JsonNode): LockedPackage[] {
  const packages = jsonAt(root, 'packages');
  if (packages?.kind !== 'array') return [];
  return packages.items.slice(0, mostPackages).flatMap((item) => {
    const name = scalar(jsonAt(item, 'name'));
    const version = scalar(jsonAt(item, 'version'));
    return name === undefined || version === undefined
      ? []
      : [{ ecosystem: 'Packagist' as const, name, version: version.replace(/^v/, ''), start: item.start, end: item.start + 1 }];
  });
}

/** yarn.lock of yarn 1 and of the later ones. */
export function readYarnLock(text: string): LockedPackage[] {
  const found: LockedPackage[] = [];
  let head: { name: string; start: number; end: number } | undefined;
  for (const { line, start } of linesOf(text)) {
    if (line === '' || line.startsWith('#')) continue;
    if (!/^\s/.test(line)) {
      const name = /^"?(@?[^@\s",]{1,214})@/.exec(line)?.[1];
      head = name === undefined ? undefined : { name, start, end: start + line.length };
    } else if (head !== undefined) {
      const version = /^\s{1,4}version:?\s{1,4}"?([^"\s]{1,80})"?\s*$/.exec(line)?.[1];
      if (version === undefined) continue;
      found.push({ ecosystem: 'npm', ...head, version });
      head = undefined;
      if (found.length >= mostPackages) break;
    }
  }
  return found;
}

/** pnpm-lock.yaml, lockfileVersion 5 (`/name/1.0.0:`), 6 (`/name@1.0.0:`) and 9 (`name@1.0.0:`). */
export function readPnpmLock(text: string): LockedPackage[] {
  const found: LockedPackage[] = [];
  let inside = false;
  for (const { line, start } of linesOf(text)) {
    if (/^\S/.test(line)) inside = line.startsWith('packages:');
    if (!inside) continue;
    const match = /^ {2}['"]?\/?(@[^\s'"@/]{1,214}\/[^\s'"@/]{1,214}|[^\s'"@/]{1,214})[@/](\d[^\s'"(:_]{0,80})/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) continue;
    found.push({ ecosystem: 'npm', name: match[1], version: match[2], start: start + 2, end: start + line.length });
    if (found.length >= mostPackages) break;
  }
  return found;
}

/** The direct dependencies of a pom.xml whose version is written or a property of the same file. */
export function readPom(text: string): LockedPackage[] {
  const properties = new Map(
    [...text.matchAll(/<([\w.-]{1,80})>([\w.-]{1,60})<\/\1>/g)].slice(0, 5000).map(([, name = '', value = '']) => [name, value]),
  );
  return [...text.matchAll(/<dependency>([\s\S]{0,1500}?)<\/dependency>/g)].slice(0, mostPackages).flatMap((match) => {
    const part = (name: string): string | undefined =>
      new RegExp(`<${name}>\\s{0,20}([^<\\s]{1,120})\\s{0,20}</${name}>`).exec(match[1] ?? '')?.[1];
    const group = part('groupId');
    const artifact = part('artifactId');
    const written = part('version');
    const version = written?.startsWith('${') === true ? properties.get(written.slice(2, -1)) : written;
    if (group === undefined || artifact === undefined || version === undefined) return [];
    const start = match.index + (match[0].indexOf('<artifactId>') < 0 ? 0 : match[0].indexOf('<artifactId>'));
    return [
      {
        ecosystem: 'Maven' as const,
        name: `${group}:${artifact}`,
        version: version.replace(/\.(?:RELEASE|Final|GA)$/i, ''),
        start,
        end: start + artifact.length + 12,
      },
    ];
  });
}

function* linesOf(text: string): Generator<{ line: string; start: number }> {
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    yield { line: text.slice(start, Math.min(end, start + 2000)).replace(/\r$/, ''), start };
    start = end + 1;
  }
}
