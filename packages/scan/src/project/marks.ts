import type { Language, Mark } from './source-file.ts';

const testPath = /(?:^|\/)(?:__tests__|__mocks__|tests?|specs?|e2e|fixtures?|mocks?)\/|[._-](?:test|spec|mock)\.[a-z]+$/i;
const examplePath = /(?:^|\/)(?:examples?|demos?|samples?|playground)\//i;
const vendoredPath =
  /(?:^|\/)(?:miniprogram_npm|vendors?|third[-_]?party|wxParse|we-cropper|ec-canvas|weui|@?vant(?:-weapp)?|uview-ui|tdesign-miniprogram|iview|colorui|plugins?\/(?:jquery|layui|ueditor)|ueditor|layui|tinymce|kindeditor|wangeditor[\w.-]*|(?:static|public|assets|webapp|resources)\/(?:[^/]+\/){0,4}(?:plugins?|libs?|vendors?))\/|(?:^|\/)(?:jquery|vue|react|axios|lodash|underscore|moment|md5|base64|crypto-js|qqmap-wx-jssdk|amap-wx|bmap-wx|wxcharts|echarts|regenerator-runtime|runtime|polyfill)[\w.-]*\.js$/i;
/** Code that comes with a module of the DCloud market, such as uni-id or a set of components; its settings are the project's own. */
const marketModule = /(?:^|\/)uni_modules\/[^/]+\/.+\.(?:[jt]sx?|n?vue|uts|wxs)$/;
const generatedPath = /(?:^|\/)(?:dist|build|output|public\/static|_book)\//i;
const script = new Set<Language>(['javascript', 'typescript', 'wxs']);

/** What a path alone says about a file. */
export function marksOfPath(path: string, hasSources: boolean): Set<Mark> {
  const marks = new Set<Mark>();
  if (testPath.test(path)) marks.add('test');
  if (examplePath.test(path)) marks.add('example');
  if (vendoredPath.test(path) || marketModule.test(path)) marks.add('vendored');
  if (hasSources && generatedPath.test(path)) marks.add('generated');
  if (/[.-]min\.\w+$/.test(path)) marks.add('minified');
  return marks;
}

/** Minified or bundled: lines far longer than anyone writes them. Reads the text once. */
export function looksMinified(text: string, language: Language): boolean {
  if (!script.has(language) || text.length < 4_000) return false;
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return text.length / lines > 300;
}
