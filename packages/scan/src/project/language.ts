import type { Language } from './source-file.ts';

const byExtension: Readonly<Record<string, Language>> = {
  js: 'javascript',
  cjs: 'javascript',
  mjs: 'javascript',
  jsx: 'javascript',
  es6: 'javascript',
  ts: 'typescript',
  cts: 'typescript',
  mts: 'typescript',
  tsx: 'typescript',
  wxs: 'wxs',
  sjs: 'wxs',
  wxml: 'wxml',
  vue: 'vue',
  nvue: 'vue',
  json: 'json',
  jsonc: 'json',
  json5: 'json',
  map: 'json',
  wxss: 'style',
  css: 'style',
  scss: 'style',
  less: 'style',
  sass: 'style',
  styl: 'style',
  html: 'html',
  htm: 'html',
  ejs: 'html',
  njk: 'html',
  tpl: 'html',
  java: 'java',
  kt: 'java',
  php: 'php',
  py: 'python',
  go: 'go',
  sql: 'sql',
  yml: 'yaml',
  yaml: 'yaml',
  lock: 'yaml',
  properties: 'properties',
  ini: 'properties',
  env: 'properties',
  conf: 'properties',
  toml: 'properties',
  cfg: 'properties',
  xml: 'xml',
  md: 'markdown',
  markdown: 'markdown',
  txt: 'text',
  pem: 'text',
  key: 'text',
  crt: 'text',
  cer: 'text',
  sh: 'text',
  bat: 'text',
  cs: 'text',
  rb: 'text',
  log: 'text',
};
const binary = new Set(
  'png jpg jpeg gif webp bmp ico svg mp3 mp4 wav mov avi pdf doc docx xls xlsx ppt pptx zip gz tgz rar 7z jar war class so dll exe ttf otf woff woff2 eot psd ai sketch p12 pfx keystore jks wasm bin db sqlite wxapkg'.split(
    ' ',
  ),
);
const byName: Readonly<Record<string, Language>> = {
  dockerfile: 'text',
  'yarn.lock': 'text',
  '.npmrc': 'properties',
  makefile: 'text',
};

export function languageOf(path: string): Language {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const known = byName[name];
  if (known !== undefined) return known;
  if (/^\.env(?:\.|$)/.test(name)) return 'properties';
  const extension = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1) : '';
  return byExtension[extension] ?? (binary.has(extension) ? 'binary' : 'text');
}

/** Folders that hold nothing of the project's own: dependencies as installed, histories, tools' output. */
const ignored = new Set(
  'node_modules bower_components .git .svn .hg .history .idea .vscode .nyc_output coverage unpackage .nuxt .next .cache .gradle target'.split(
    ' ',
  ),
);

/** For a listing that wants to skip whole folders; the scan skips them in any case. */
export const isIgnoredFolder = (name: string): boolean => ignored.has(name);
