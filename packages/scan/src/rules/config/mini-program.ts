import type { Detector, ScanContext } from '../../detector.ts';
import { type JsonMember, type JsonNode, jsonAt } from '../../parse/json.ts';
import type { SourceFile } from '../../project/source-file.ts';
import type { Bilingual, Severity } from '../../rule.ts';
import { severityAt } from '../secrets/severity.ts';

const named = (path: string, name: string): boolean => path === name || path.endsWith(`/${name}`);

/** The settings of a mini program: project.config.json, app.json, sitemap.json. */
export const miniProgramSettings: Detector = {
  id: 'config/mini-program',
  rules: ['MP-NET-004', 'MP-LOG-003', 'MP-CFG-004', 'MP-CFG-005', 'MP-CFG-006'],
  run(context) {
    for (const file of context.project.files) {
      if (file.language !== 'json' || file.marks.has('vendored') || file.marks.has('test')) continue;
      const { path } = file;
      if (named(path, 'project.config.json') || named(path, 'project.private.config.json')) projectConfig(context, file);
      else if (named(path, 'app.json')) appConfig(context, file);
      else if (named(path, 'sitemap.json')) sitemap(context, file);
    }
  },
};

function projectConfig(context: ScanContext, file: SourceFile): void {
  const setting = jsonAt(context.json(file)?.root, 'setting');
  const isPrivate = file.path.endsWith('project.private.config.json');
  const urlCheck = memberOf(setting, 'urlCheck');
  if (isScalar(urlCheck?.value, false))
    report(context, file, 'MP-NET-004', urlCheck, isPrivate ? 'info' : 'low', {
      zh: '开发者工具不校验域名与 TLS（urlCheck: false）被提交：问题要到上线才暴露，也会掩盖 http 接口',
      en: 'Domain and TLS checks of the developer tools are off (urlCheck: false) in a committed file: faults show only after release, and http endpoints stay unseen',
    });
  const minified = memberOf(setting, 'minified');
  if (isScalar(minified?.value, false))
    report(context, file, 'MP-CFG-006', minified, 'info', {
      zh: '上传时不压缩代码，逆向更容易',
      en: 'Code is uploaded without minification and is easier to reverse',
    });
  const maps = memberOf(setting, 'uploadWithSourceMap');
  if (isScalar(maps?.value, true) && isScalar(memberOf(setting, 'minified')?.value, false))
    report(context, file, 'MP-CFG-006', maps, 'info', {
      zh: '上传源码映射，请限制后台下载权限',
      en: 'Source maps are uploaded: limit who may download them',
    });
}

function appConfig(context: ScanContext, file: SourceFile): void {
  const root = context.json(file)?.root;
  const debug = memberOf(root, 'debug');
  if (isScalar(debug?.value, true))
    report(context, file, 'MP-LOG-003', debug, 'low', {
      zh: 'app.json 打开了 debug，日志会显示给用户',
      en: 'app.json has debug on: logs are shown to users',
    });
  plugins(context, file, jsonAt(root, 'plugins'));
  for (const key of ['subPackages', 'subpackages']) {
    const packages = jsonAt(root, key);
    if (packages?.kind === 'array') for (const item of packages.items) plugins(context, file, jsonAt(item, 'plugins'));
  }
}

function plugins(context: ScanContext, file: SourceFile, node: JsonNode | undefined): void {
  if (node?.kind !== 'object') return;
  for (const plugin of node.members) {
    const version = memberOf(plugin.value, 'version');
    const text = version?.value.kind === 'scalar' ? String(version.value.value) : '';
    if (version !== undefined && !/^\d+\.\d+\.\d+/.test(text))
      report(context, file, 'MP-CFG-005', version, 'low', {
        zh: '插件版本不固定：插件更新后未经审查的代码会直接进入你的小程序',
        en: 'The plugin’s version floats: code that nobody reviewed enters your mini program with its next update',
      });
  }
}

const privatePage = /order|user|admin|address|pay|login|coupon|member|mine|account|profile|wallet|cart|auth|bind|message/i;

function sitemap(context: ScanContext, file: SourceFile): void {
  const rules = jsonAt(context.json(file)?.root, 'rules');
  if (rules?.kind !== 'array') return;
  const all = rules.items.find((rule) => isScalar(jsonAt(rule, 'page'), '*') && isScalar(jsonAt(rule, 'action'), 'allow'));
  const closed = rules.items.some((rule) => isScalar(jsonAt(rule, 'action'), 'disallow'));
  if (all === undefined || closed) return;
  const folder = file.path.slice(0, -'sitemap.json'.length);
  const app = context.project.file(`${folder}app.json`);
  const pages = app === undefined ? undefined : jsonAt(context.json(app)?.root, 'pages');
  const exposed =
    pages?.kind === 'array' && pages.items.some((page) => page.kind === 'scalar' && privatePage.test(String(page.value)));
  if (exposed)
    context.report({
      rule: 'MP-CFG-004',
      file: file.path,
      start: all.start,
      end: all.end,
      severity: 'info',
      message: {
        zh: '站点地图允许索引全部页面，订单、用户等页面会进入微信搜索',
        en: 'All pages may be indexed, those of orders and users too',
      },
    });
}

function memberOf(node: JsonNode | undefined, key: string): JsonMember | undefined {
  return node?.kind === 'object' ? node.members.findLast((member) => member.key === key) : undefined;
}

const isScalar = (node: JsonNode | undefined, value: string | boolean): boolean =>
  node?.kind === 'scalar' && node.value === value;

function report(
  context: ScanContext,
  file: SourceFile,
  rule: string,
  member: JsonMember | undefined,
  severity: Severity,
  message: Bilingual,
): void {
  if (member === undefined) return;
  context.report({
    rule,
    file: file.path,
    start: member.keyStart,
    end: member.value.end,
    message,
    severity: severityAt(file, severity),
  });
}
