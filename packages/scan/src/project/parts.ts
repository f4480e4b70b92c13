import { type JsonDocument, parseJson } from '../parse/json.ts';
import { type Backend, folderOf, isWithin, joinPath, type Part } from './part.ts';

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
const valuesOf = (document: JsonDocument | undefined): Readonly<Record<string, unknown>> => record(document?.value);

const backendPackages: readonly (readonly [string, Backend])[] = [
  ['@nestjs/core', 'nest'],
  ['@nestjs/common', 'nest'],
  ['egg', 'egg'],
  ['thinkjs', 'thinkjs'],
  ['fastify', 'fastify'],
  ['koa', 'koa'],
  ['express', 'express'],
  ['@midwayjs/web', 'egg'],
  ['midway', 'egg'],
  ['@midwayjs/core', 'koa'],
  ['@midwayjs/koa', 'koa'],
  ['next', 'next'],
  ['@hapi/hapi', 'node'],
  ['restify', 'node'],
  ['sails', 'node'],
];
const cloudPackages = ['wx-server-sdk', 'tcb-admin-node', '@cloudbase/node-sdk', 'wx-js-utils', 'tcb-router'];

/** Finds the parts of a project from its configuration files and the shape of its folders. Deepest roots come first. */
export function findParts(paths: ReadonlySet<string>, read: (path: string) => string): readonly Part[] {
  const parts = new Map<string, Part>();
  const add = (part: Part): void => {
    const key = `${part.kind} ${part.root}`;
    if (!parts.has(key)) parts.set(key, part);
  };
  const json = (path: string) => valuesOf(parseJson(read(path), 100));
  const cloudRoots = new Set<string>();
  const projectRoots = new Set<string>();
  for (const path of paths) {
    const root = folderOf(path);
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name === 'app.json' && Array.isArray(json(path).pages)) add({ kind: 'mini-program', root, appJson: path, built: false });
    else if (name === 'app-config.json') add({ kind: 'mini-program', root, appJson: path, built: true });
    else if (name === 'plugin.json' && (json(path).publicComponents !== undefined || json(path).main !== undefined))
      add({ kind: 'plugin', root, pluginJson: path });
    else if (name === 'project.config.json') {
      const folder = joinPath(root, String(json(path).cloudfunctionRoot ?? ''));
      if (folder !== undefined && folder !== root && json(path).cloudfunctionRoot !== undefined) {
        cloudRoots.add(folder);
        projectRoots.add(root);
      }
    } else if (name === 'pages.json' && paths.has(root === '' ? 'manifest.json' : `${root}/manifest.json`))
      add({ kind: 'uni-app', root });
    else if (name === 'package.json') ofPackage(root, json(path), add);
    else if (name === 'pom.xml' || name === 'build.gradle') add({ kind: 'backend', root, framework: 'java' });
    else if (name === 'composer.json') add({ kind: 'backend', root, framework: 'php' });
    else if (name === 'go.mod') add({ kind: 'backend', root, framework: 'go' });
  }
  for (const path of paths) {
    if (!/\.(?:js|ts|mjs|cjs)$/.test(path)) continue;
    const uni = uniCloudFunction.exec(path);
    if (uni?.[1] !== undefined && uni[2] !== undefined) add({ kind: 'cloud-function', root: uni[1], name: uni[2] });
    const owner = [...cloudRoots].find((root) => path.startsWith(`${root}/`));
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (owner !== undefined) {
      const inside = path.slice(owner.length + 1);
      const folder = inside.split('/')[0];
      if (folder !== undefined && inside.includes('/')) add({ kind: 'cloud-function', root: `${owner}/${folder}`, name: folder });
      else if (isCloudMain(read(path))) add({ kind: 'cloud-function', root: path, name: withoutEnding(name) });
    } else if (/^(?:index|main|app)\.[jt]s$/.test(name) && isCloudMain(read(path))) {
      const root = folderOf(path);
      add({ kind: 'cloud-function', root, name: root.slice(root.lastIndexOf('/') + 1) });
    } else if (isFlatFunction(read(path))) {
      // Beside the configuration that names another folder for functions it is run by hand; else one file for each function, in whatever folder.
      if (projectRoots.has(folderOf(path))) add({ kind: 'script', root: path });
      else if (!within(parts, path, 'cloud-function')) add({ kind: 'cloud-function', root: path, name: withoutEnding(name) });
    } else if (/^(?:app|server|index|main|www)\.[jt]s$/.test(name)) {
      const framework = serverIn(read(path));
      const root = folderOf(path);
      if (framework !== undefined && !within(parts, path, 'backend')) add({ kind: 'backend', root, framework });
    }
  }
  return [...parts.values()].sort((a, b) => b.root.length - a.root.length);
}

function ofPackage(root: string, manifest: Readonly<Record<string, unknown>>, add: (part: Part) => void): void {
  const runtime = record(manifest.dependencies);
  const all = { ...record(manifest.devDependencies), ...runtime };
  if ('@tarojs/taro' in all) add({ kind: 'taro', root });
  else if ('@dcloudio/uni-app' in all) add({ kind: 'uni-app', root });
  else if (cloudPackages.some((name) => name in runtime)) {
    add({ kind: 'cloud-function', root, name: root.slice(root.lastIndexOf('/') + 1) });
  } else {
    const found = backendPackages.find(([name]) => name in runtime);
    if (found !== undefined) add({ kind: 'backend', root, framework: found[1] });
    else if ('vue' in all || 'react' in all || '@angular/core' in all) add({ kind: 'web', root });
  }
  if (typeof manifest.miniprogram === 'string') add({ kind: 'component-library', root });
}

/** `uniCloud-aliyun/cloudfunctions/order/index.obj.js` lies inside the mini program and runs on the server. */
const uniCloudFunction = /^((?:.*\/)?uniCloud[\w-]*\/cloudfunctions\/(?:common\/)?([^/]+))\//;

const isCloudMain = (text: string): boolean =>
  /\bexports\.main\s*=|export\s+(?:const|async\s+function|function)\s+main\b/.test(text) &&
  /wx-server-sdk|tcb-admin-node|@cloudbase\/node-sdk|\bcloud\b|\bevent\b/.test(text);

/** `exports.main` together with a package that only cloud functions have. */
const isFlatFunction = (text: string): boolean =>
  /\bexports\.main\s*=/.test(text) && /['"](?:wx-server-sdk|tcb-admin-node|@cloudbase\/node-sdk)['"]/.test(text);

const withoutEnding = (name: string): string => name.replace(/\.[jt]s$/, '');

const within = (parts: ReadonlyMap<string, Part>, path: string, kind: Part['kind']): boolean =>
  [...parts.values()].some((part) => part.kind === kind && isWithin(path, part.root));

function serverIn(text: string): Backend | undefined {
  const found = /(?:require\(\s*|from\s+)['"](express|koa|fastify|thinkjs|egg|@nestjs\/core)['"]/.exec(text)?.[1];
  return found === '@nestjs/core' ? 'nest' : (found as Backend | undefined);
}
