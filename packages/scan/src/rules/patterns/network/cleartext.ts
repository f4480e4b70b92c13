import type { Detector, ScanContext } from '../../../detector.ts';
import type { SourceFile } from '../../../project/source-file.ts';
import { severityAt } from '../../secrets/severity.ts';
import { type Literal, plainName, type SourceText } from '../lexical/model.ts';
import { sourceOf } from '../lexical/of-file.ts';
import { type Use, useOf } from './endpoint.ts';
import { demandsQueryToken, hostKind } from './hosts.ts';

const noCode = new Set(['markdown', 'html', 'style', 'wxml', 'sql', 'text', 'binary', 'xml']);
const buildFile =
  /(?:^|\/)(?:package|package-lock|tsconfig|jsconfig|composer|sitemap|theme)\.json$|(?:webpack|vite|vue|rollup|gulpfile|babel|jest|eslint|postcss|karma|taro)[\w.-]*\.[cm]?[jt]s$|\.map$|\.d\.ts$/i;
const resource =
  /\.(?:png|jpe?g|gif|webp|svg|ico|css|js|html?|md|pdf|zip|apk|ipa|ttf|woff2?|mp4|mp3|m3u8|xml|xsd|dtd|docx?|xlsx?|map|glb|gltf|obj)(?:[?#]|$)/i;
const cleartext = /^(?:http|ws):\/\//i;
const credentialWords = /authorization|access_?token|app_?code|secret|api_?key|app_?key|password|\btoken\b|session/i;
const credentialQuery = /[?&](?:token|access_token|key|appkey|app_key|secret|password|pwd|session(?:_?key|id)?|sign)=/i;
/** Longest object that is looked through for a credential. */
const longestOptions = 3000;
const notifyName = /notifyurl$|^notify$|paycallback|paynotify|callbackurl$|refundnotify/;
const foreignNotify =
  /^https?:\/\/(?:[\w-]+\.)*(?:qq\.com|baidu\.com|example\.(?:com|org)|google\.com|github\.com|taobao\.com|jd\.com|163\.com)(?:[/:?]|$)/i;

/** Addresses without TLS that data is sent to, and where payment notifications go. */
export const cleartextEndpoints: Detector = {
  id: 'patterns/cleartext',
  rules: ['MP-NET-001', 'MP-NET-002', 'MP-NET-005'],
  run(context) {
    for (const file of context.project.files) {
      if (noCode.has(file.language) || buildFile.test(file.path)) continue;
      if (['vendored', 'minified', 'generated', 'test'].some((mark) => file.marks.has(mark as 'test'))) continue;
      const source = /http|ws:\/\//i.test(file.text) ? sourceOf(file) : null;
      if (source === null) continue;
      for (const literal of source.literals) if (!literal.inComment) examine(context, file, source, literal);
    }
  },
};

function examine(context: ScanContext, file: SourceFile, source: SourceText, literal: Literal): void {
  const { value, start, end } = literal;
  if (!/^(?:https?|wss?):\/\//i.test(value) || resource.test(value)) return;
  const kind = hostKind(value);
  const name = plainName(literal.name);
  if (notifyName.test(name) && literal.relation !== 'compared') {
    if (foreignNotify.test(value) && !/example/i.test(value)) report(context, file, 'MP-NET-005', start, end, 'foreign');
    else if (cleartext.test(value) && kind === 'public') report(context, file, 'MP-NET-005', start, end, 'cleartext');
    return;
  }
  if (!cleartext.test(value) || kind !== 'public') return;
  const use = useOf(literal, file.path, source.code);
  if (use === null) return;
  if (carriesCredential(literal, source, use)) report(context, file, 'MP-NET-002', start, end, 'credential');
  else report(context, file, 'MP-NET-001', start, end, use);
}

function carriesCredential({ value, scope }: Literal, { code }: SourceText, use: Use): boolean {
  if (credentialQuery.test(value)) return true;
  if (use !== 'request') return false;
  for (let at = scope; at !== null; at = at.parent) {
    if (at.end - at.start > longestOptions) return false;
    if (at.open === '{' || at.open === '(') return credentialWords.test(code.slice(at.start, at.end));
  }
  return false;
}

const messages = {
  request: {
    zh: '请求以明文 http/ws 发出，途中任何人都能读取和篡改',
    en: 'The request goes out in cleartext: anyone on the way reads and changes it',
  },
  setting: {
    zh: '接口地址是明文 http/ws，经它的请求都可被窃听和篡改',
    en: 'The address of an interface is cleartext http/ws: its requests can be read and changed',
  },
  credential: { zh: '凭据经明文 http 发送', en: 'A credential is sent over cleartext http' },
  cleartext: { zh: '支付通知地址不是 https', en: 'The payment notification address is not https' },
  foreign: { zh: '支付通知发往别人的域名', en: 'Payment notifications go to somebody else’s host' },
} as const;

function report(
  context: ScanContext,
  file: SourceFile,
  rule: string,
  start: number,
  end: number,
  text: keyof typeof messages,
): void {
  context.report({
    rule,
    file: file.path,
    start,
    end,
    message: messages[text],
    severity: severityAt(file, rule === 'MP-NET-005' ? 'medium' : 'high'),
    confidence: text === 'setting' ? 'medium' : 'high',
  });
}

const tokenQuery =
  /[?&](token|user_?token|session(?:_?(?:key|id|token))?|access_token|phone|mobile|id_?card|password|pwd|passwd)=(?:$|\$\{|['"]?\s*\+)/i;
const navigation = /navigateTo|redirectTo|reLaunch|switchTab|navigateBack|navigateToMiniProgram|\.push$|\.replace$/;

/** Tokens and personal data in the query of an address, where logs, proxies and referrers keep them. */
export const queryCredentials: Detector = {
  id: 'patterns/query-credentials',
  rules: ['MP-NET-006'],
  run(context) {
    for (const file of context.project.files) {
      if (
        noCode.has(file.language) ||
        !/[?&](?:token|user_?token|session|access_token|phone|mobile|id_?card|password|pwd|passwd)/i.test(file.text)
      )
        continue;
      if (['vendored', 'minified', 'generated', 'test'].some((mark) => file.marks.has(mark as 'test'))) continue;
      for (const literal of sourceOf(file)?.literals ?? []) {
        const { value, start, end, partial, inComment, scope } = literal;
        if (inComment || value.length < 7 || !(partial || value.endsWith('='))) continue;
        const match = tokenQuery.exec(value);
        if (match === null || demandsQueryToken.test(value) || /^(?:\.{0,2}\/)?pages?\//.test(value) || /^\.\.\//.test(value))
          continue;
        const around = file.text.slice(Math.max(0, start - 160), start);
        const line = around.slice(around.lastIndexOf('\n') + 1);
        if (demandsQueryToken.test(line)) continue;
        if (/access_token/i.test(match[1] ?? '') && file.place !== 'mini-program') continue;
        if (navigation.test(line) || (scope?.open === '{' && navigation.test(scope.parent?.name ?? ''))) continue;
        context.report({
          rule: 'MP-NET-006',
          file: file.path,
          start: start + match.index,
          end,
          message: {
            zh: '令牌或个人信息写在 URL 查询串中，会留在日志、代理和历史记录里',
            en: 'A token or personal data stands in the query of an address, where logs, proxies and histories keep it',
          },
          severity: severityAt(file, 'medium'),
          confidence: 'medium',
        });
      }
    }
  },
};
