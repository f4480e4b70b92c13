import type { Confidence } from '../../finding.ts';
import { flag } from '../../flow/state.ts';
import type { Bilingual, Severity } from '../../rule.ts';
import type { PageLabel } from './page-sources.ts';

export type PageSink =
  | 'web-view'
  | 'navigator'
  | 'rich-text'
  | 'request'
  | 'navigate'
  | 'mini-program'
  | 'interpreter'
  | 'file'
  | 'payment'
  | 'login-state'
  | 'forged-request';

export const sinkTexts: Readonly<Record<PageSink, Bilingual>> = {
  'web-view': { zh: ' web-view 的地址', en: 'the address of a web-view' },
  navigator: { zh: ' navigator 的跳转地址', en: 'the target of a navigator' },
  'rich-text': { zh: '富文本组件', en: 'a rich text component' },
  request: { zh: '网络请求的地址', en: 'the address of a request' },
  navigate: { zh: '页面跳转地址', en: 'the target of a page change' },
  'mini-program': { zh: '跳转其他小程序的目标', en: 'the choice of another mini program' },
  interpreter: { zh: '代码解释器', en: 'an interpreter of code' },
  file: { zh: '文件系统路径', en: 'a path of the file system' },
  'login-state': { zh: '缓存中的登录态', en: 'the sign-in kept in storage' },
  payment: { zh: '支付参数', en: 'the parameters of a payment' },
  'forged-request': { zh: '页面加载时自动发出的写操作', en: 'a change that is sent while the page loads' },
};

interface Choice {
  readonly rule: string;
  readonly severity?: Severity;
  readonly confidence?: Confidence;
}

/** Labels that anybody outside can fill. */
const foreign = new Set<PageLabel>(['page-parameter', 'scan', 'clipboard', 'extra-data', 'message']);

/** Which rule a flow breaks, if any: by where the data is from, where it goes and what was done to it. */
export function pageRuleFor(label: PageLabel, sink: PageSink, flags: number): Choice | undefined {
  const has = (bit: number): boolean => (flags & bit) !== 0;
  if (has(flag.guarded)) return undefined;
  const isForeign = foreign.has(label);
  if (label === 'message' && (sink === 'navigate' || sink === 'mini-program'))
    return has(flag.fixedStart) ? undefined : { rule: 'MP-TNT-014' };
  switch (sink) {
    case 'login-state':
      return label === 'message' || label === 'extra-data' ? { rule: 'MP-TNT-014' } : undefined;
    case 'web-view':
      if (has(flag.fixedHost) || has(flag.encoded)) return undefined;
      if (isForeign) return { rule: 'MP-TNT-001' };
      return { rule: 'MP-TNT-002', severity: 'low', confidence: 'low' };
    case 'navigator':
      if (has(flag.fixedStart)) return undefined;
      return isForeign ? { rule: 'MP-TNT-015' } : undefined;
    case 'rich-text':
      if (has(flag.escaped)) return undefined;
      return isForeign ? { rule: 'MP-TNT-008' } : { rule: 'MP-TNT-008', severity: 'info', confidence: 'low' };
    case 'request':
      if (has(flag.fixedHost) || !isForeign || (has(flag.fixedStart) && has(flag.encoded))) return undefined;
      return { rule: 'MP-TNT-003' };
    case 'navigate':
      if (has(flag.encoded)) return undefined;
      if (!has(flag.fixedStart)) {
        if (isForeign) return { rule: 'MP-TNT-004' };
        return { rule: 'MP-TNT-004', severity: 'info', confidence: 'low' };
      }
      return has(flag.inQuery) && (label === 'scan' || label === 'clipboard') ? { rule: 'MP-TNT-005' } : undefined;
    case 'mini-program':
      if (has(flag.fixedStart)) return undefined;
      return isForeign ? { rule: 'MP-TNT-011' } : { rule: 'MP-TNT-011', severity: 'info', confidence: 'low' };
    case 'interpreter':
      return label === 'network' || label === 'storage' ? { rule: 'MP-TNT-007' } : { rule: 'MP-TNT-006' };
    case 'file':
      if (has(flag.baseName)) return undefined;
      return isForeign ? { rule: 'MP-TNT-013' } : { rule: 'MP-TNT-013', severity: 'info', confidence: 'low' };
    case 'payment':
      return label === 'message' || label === 'page-parameter' ? { rule: 'MP-TNT-014' } : undefined;
    case 'forged-request':
      return { rule: 'MP-TNT-012', confidence: 'medium' };
  }
}
