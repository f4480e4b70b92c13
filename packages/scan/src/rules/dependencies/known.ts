import type { Detector, ScanContext } from '../../detector.ts';
import type { Span } from '../../finding.ts';
import { type JsonMember, jsonAt } from '../../parse/json.ts';
import type { SourceFile } from '../../project/source-file.ts';
import { milder, severityAt } from '../secrets/severity.ts';
import { carriedAdvisories } from './advisories.ts';
import type { LockedPackage } from './locked.ts';
import { readComposerLock, readNpmLock, readPnpmLock, readPom, readYarnLock } from './lockfiles.ts';
import { type AdvisoryIndex, advisoriesFor } from './osv.ts';
import { lowestOf } from './semver.ts';
import { vendoredLibrary } from './vendored.ts';

export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
export const lockNames = ['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml'];

/** One version of one package, wherever the project has it. */
interface Found {
  readonly file: SourceFile;
  readonly locked: LockedPackage;
  readonly direct: boolean;
  /** No manifest asks for it by name: it came along. */
  readonly came: boolean;
  readonly others: Span[];
}

/** Packages with known vulnerabilities, from lockfiles, manifests and copies: one finding for each version of a package. */
export const knownVulnerabilities: Detector = {
  id: 'dependencies/known',
  rules: ['MP-DEP-001'],
  run(context) {
    const index = context.advisories ?? carriedAdvisories();
    const found = new Map<string, Found>();
    for (const file of context.project.files) {
      const packages = packagesOf(context, file);
      const asked = packages.length === 0 ? undefined : namesAsked(context, file);
      for (const { locked, direct } of packages) {
        const key = `${locked.ecosystem} ${locked.name}@${locked.version}`;
        const one: Found = { file, locked, direct, came: !(asked?.has(locked.name) ?? true), others: [] };
        const known = found.get(key);
        if (known === undefined) {
          found.set(key, one);
          continue;
        }
        const place = { file: file.path, start: locked.start, end: locked.end };
        if (known.file === file) continue;
        // The place that weighs most speaks for all.
        if (weight(one) > weight(known))
          found.set(key, {
            ...one,
            others: [...known.others, { file: known.file.path, start: known.locked.start, end: known.locked.end }],
          });
        else known.others.push(place);
      }
    }
    for (const one of found.values()) report(context, one, index);
  },
};

const weight = ({ locked, came, direct }: Found): number => (locked.dev === true ? 0 : 4) + (came ? 0 : 2) + (direct ? 0 : 1);

function packagesOf(context: ScanContext, file: SourceFile): { locked: LockedPackage; direct: boolean }[] {
  const { path } = file;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const all = (list: readonly LockedPackage[], direct = false) => list.map((locked) => ({ locked, direct }));
  if (name === 'package-lock.json' || name === 'npm-shrinkwrap.json' || name === 'composer.lock') {
    const root = context.json(file)?.root;
    return root === undefined ? [] : all(name === 'composer.lock' ? readComposerLock(root) : readNpmLock(root));
  }
  if (name === 'yarn.lock') return all(readYarnLock(file.text));
  if (name === 'pnpm-lock.yaml') return all(readPnpmLock(file.text));
  if (name === 'pom.xml') return all(readPom(file.text), true);
  if (name === 'package.json') return all(declared(context, file), true);
  if (file.language !== 'javascript' || !(file.marks.has('vendored') || file.marks.has('minified') || file.text.length > 20_000))
    return [];
  const library = vendoredLibrary(file);
  return library === undefined ? [] : [{ locked: library, direct: true }];
}

/** Packages that the manifest beside a lockfile asks for by name; the others come along with them. Undefined where there is no manifest. */
function namesAsked(context: ScanContext, { path }: SourceFile): ReadonlySet<string> | undefined {
  const manifest = lockNames.includes(path.slice(folderOf(path).length))
    ? context.project.file(`${folderOf(path)}package.json`)
    : undefined;
  if (manifest === undefined) return undefined;
  const root = context.json(manifest)?.root;
  return new Set(
    ['dependencies', 'devDependencies'].flatMap((key) => {
      const node = jsonAt(root, key);
      return node?.kind === 'object' ? node.members.map((member) => member.key) : [];
    }),
  );
}

/** Run-time dependencies of a package.json that no lockfile beside or above pins. */
function declared(context: ScanContext, file: SourceFile): LockedPackage[] {
  if (hasLock(context, file) || file.marks.has('vendored')) return [];
  return dependencyMembers(context, file).flatMap(({ key, keyStart, value }) => {
    const version = value.kind === 'scalar' && typeof value.value === 'string' ? lowestOf(value.value) : undefined;
    return version === undefined ? [] : [{ ecosystem: 'npm' as const, name: key, version, start: keyStart, end: value.end }];
  });
}

export function dependencyMembers(context: ScanContext, file: SourceFile): readonly JsonMember[] {
  const dependencies = jsonAt(context.json(file)?.root, 'dependencies');
  return dependencies?.kind === 'object' ? dependencies.members : [];
}

/** Whether a lockfile lies beside a manifest or in a folder above it. */
export function hasLock({ project }: ScanContext, { path }: SourceFile): boolean {
  for (let folder = folderOf(path); ; folder = folderOf(folder.slice(0, -1))) {
    if (lockNames.some((name) => project.file(folder + name) !== undefined)) return true;
    if (folder === '') return false;
  }
}

function report(context: ScanContext, { file, locked, direct, came, others }: Found, index: AdvisoryIndex): void {
  const { ecosystem, name, version, dev, start, end } = locked;
  const found = advisoriesFor(index, ecosystem, name, version).toSorted(
    (a, b) => rank.indexOf(a.advisory.severity) - rank.indexOf(b.advisory.severity),
  );
  const worst = found[0];
  if (worst === undefined) return;
  const ids = found.map(({ advisory }) => advisory.aliases.find((alias) => alias.startsWith('CVE-')) ?? advisory.id);
  const more = ids.length - listed;
  const shown = ids.slice(0, listed).join(', ');
  const steps = (dev === true ? 1 : 0) + (came ? 1 : 0);
  const fixed = found.map((each) => each.fixed);
  const target = fixed.every((each) => each !== undefined)
    ? fixed.toSorted((a, b) => (a ?? '').localeCompare(b ?? '', 'en', { numeric: true })).at(-1)
    : undefined;
  context.report({
    rule: 'MP-DEP-001',
    file: file.path,
    start,
    end,
    message: {
      zh: `${name} ${version} 含 ${ids.length} 个已知漏洞，最严重的在前：${shown}${more > 0 ? ` 等，另有 ${more} 个` : ''}（${worst.advisory.summaryZh ?? worst.advisory.summary}）${target === undefined ? '，没有修复版本，请更换' : `，升级到 ${target} 或更高`}`,
      en: `${name} ${version} has ${ids.length} known ${ids.length === 1 ? 'vulnerability' : 'vulnerabilities, the worst first'}: ${shown}${more > 0 ? ` and ${more} more` : ''} (${worst.advisory.summary})${target === undefined ? '; no fixed version: replace it' : `; upgrade to ${target} or later`}`,
    },
    severity: severityAt(file, steps === 0 ? worst.advisory.severity : milder(worst.advisory.severity, steps)),
    confidence: direct ? 'medium' : 'high',
    ...(others.length === 0
      ? {}
      : {
          evidence: {
            text: { zh: `另有 ${others.length} 处锁定同一版本`, en: `${others.length} other places hold the same version` },
            places: others.slice(0, 10),
          },
        }),
  });
}

/** Advisories named in one message. */
const listed = 6;
const rank = ['critical', 'high', 'medium', 'low'];
