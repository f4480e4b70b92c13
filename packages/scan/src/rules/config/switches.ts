import type { Detector, ScanContext } from '../../detector.ts';
import type { SourceFile } from '../../project/source-file.ts';
import { sourceOf } from '../patterns/lexical/of-file.ts';
import { milder, severityAt } from '../secrets/severity.ts';

const csrfOff = /\bcsrf\s{0,8}[:=]\s{0,8}(?:\{[^{}]{0,300}?\b(enable\s{0,8}:\s{0,8}(?:false\b|!1))|(?:false\b|!1))/g;
const debugOn =
  /(?:setEnableDebug\s{0,4}\(\s{0,8}\{\s{0,8}enableDebug\s{0,4}:\s{0,4}(?:true\b|!0)|new\s{1,4}VConsole\s{0,4}\(|\beruda\s{0,2}\.\s{0,2}init\s{0,2}\()/g;
const cookies =
  /cookies?\s{0,2}\.\s{0,2}set\s{0,2}\(|(?:ctx|req|request|this)\s{0,2}\.\s{0,2}session\b|cookie-?[pP]arser|\.cookie\s{0,2}\(|setCookie|egg-session|express-session/;

/** Protections switched off and aids of development switched on, in scripts. */
export const switches: Detector = {
  id: 'config/switches',
  rules: ['MP-CFG-001', 'MP-LOG-003'],
  run(context) {
    let usesCookies: boolean | undefined;
    for (const file of context.project.files) {
      if (file.language !== 'javascript' && file.language !== 'typescript' && file.language !== 'vue') continue;
      if (['vendored', 'minified', 'generated', 'test'].some((mark) => file.marks.has(mark as 'test'))) continue;
      if (/csrf/.test(file.text) && file.place !== 'mini-program') {
        usesCookies ??= context.project.files.some(
          (other) => other.place === 'backend' && /script$/.test(other.language) && cookies.test(other.text),
        );
        csrf(context, file, usesCookies);
      }
      if (/enableDebug|VConsole|eruda/.test(file.text)) debugging(context, file);
    }
  },
};

function csrf(context: ScanContext, file: SourceFile, usesCookies: boolean): void {
  const code = sourceOf(file)?.code ?? '';
  for (const match of code.matchAll(csrfOff)) {
    const inner = match[1];
    const start = inner === undefined ? match.index : match.index + match[0].length - inner.length;
    const severity = severityAt(file, 'medium');
    context.report({
      rule: 'MP-CFG-001',
      file: file.path,
      start,
      end: match.index + match[0].length,
      message: usesCookies
        ? {
            zh: '全局关闭了 CSRF 防护，而登录态来自 Cookie：别的网站可以代替用户提交请求',
            en: 'CSRF protection is off for everything while identity lives in cookies: other sites can submit for the user',
          }
        : {
            zh: '关闭了 CSRF 防护；目前未见 Cookie 登录态，若日后使用则有风险',
            en: 'CSRF protection is off; no cookie identity was seen, but one would be open',
          },
      severity: usesCookies ? severity : milder(severity, 2),
    });
  }
}

function debugging(context: ScanContext, file: SourceFile): void {
  const code = sourceOf(file)?.code ?? '';
  for (const match of code.matchAll(debugOn)) {
    const before = code.slice(Math.max(0, match.index - 160), match.index);
    if (/\bif\b[^\n]{0,100}(?:dev|debug|env|release|trial)|NODE_ENV|envVersion/i.test(before)) continue;
    context.report({
      rule: 'MP-LOG-003',
      file: file.path,
      start: match.index,
      end: match.index + match[0].length,
      message: {
        zh: '发布版也会打开调试面板，用户能看到日志与请求',
        en: 'The debug panel opens in releases too: users see logs and requests',
      },
      severity: severityAt(file, 'low'),
    });
  }
}
