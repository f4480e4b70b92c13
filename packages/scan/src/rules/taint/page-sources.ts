import { parentOf } from '../../flow/links.ts';
import type { Source } from '../../flow/state.ts';
import type { View } from '../../model/views.ts';
import { isFunction, memberPath, type Node, propertyOf, unwrap } from '../../parse/ast.ts';
import type { Bilingual } from '../../rule.ts';
import { type Analysis, parameterSources, platformApi, resultSources } from './analysis.ts';

export type PageLabel = 'page-parameter' | 'scan' | 'clipboard' | 'extra-data' | 'message' | 'network' | 'storage';

export const pageTexts: Readonly<Record<PageLabel, Bilingual>> = {
  'page-parameter': { zh: '页面参数，任何人都能构造', en: 'a page parameter that anybody can make up' },
  scan: { zh: '扫码结果', en: 'the result of a scanned code' },
  clipboard: { zh: '剪贴板内容', en: 'the text of the clipboard' },
  'extra-data': { zh: '其他小程序传来的 extraData', en: 'extraData from another mini program' },
  message: { zh: 'web-view 或 WebSocket 消息', en: 'a message of a web-view or a socket' },
  network: { zh: '网络响应', en: 'a response from the network' },
  storage: { zh: '本地缓存', en: 'a value of the local storage' },
};

const results: Readonly<Record<string, PageLabel>> = {
  scanCode: 'scan',
  getClipboardData: 'clipboard',
  request: 'network',
  downloadFile: 'network',
  'cloud.callFunction': 'network',
  'cloud.callContainer': 'network',
  getStorage: 'storage',
  getStorageSync: 'storage',
  getLaunchOptionsSync: 'page-parameter',
  getEnterOptionsSync: 'page-parameter',
  onSocketMessage: 'message',
  onAppShow: 'page-parameter',
};

/** Where data enters a mini program, by kind. */
export function pageSources(analysis: Analysis, views: readonly View[]): ReadonlyMap<PageLabel, readonly Source[]> {
  const found = new Map<PageLabel, Source[]>();
  const add = (label: PageLabel, sources: readonly Source[]): void => {
    found.set(label, [...(found.get(label) ?? []), ...sources]);
  };
  for (const view of views) {
    for (const fn of functionsNamed(view.owner, 'onLoad'))
      add('page-parameter', parameterSources(analysis, fn, 0, 'page-parameter', pageTexts['page-parameter']));
    if (view.kind === 'app' || view.kind === 'vue')
      for (const name of ['onLaunch', 'onShow'])
        for (const fn of functionsNamed(view.owner, name))
          add('page-parameter', parameterSources(analysis, fn, 0, 'page-parameter', pageTexts['page-parameter']));
    for (const { event, name } of view.handlers)
      if (event === 'message')
        for (const fn of functionsNamed(view.owner, name))
          add('message', parameterSources(analysis, fn, 0, 'message', pageTexts.message));
  }
  for (const unit of analysis.codebase.units) {
    if (unit.file.place !== 'mini-program' && unit.file.place !== 'unknown') continue;
    for (const call of unit.calls) {
      if (call.type !== 'CallExpression') continue;
      const callee = unwrap(call.callee);
      const last =
        callee.type === 'Identifier'
          ? callee.name
          : callee.type === 'MemberExpression' && callee.property.type === 'Identifier'
            ? callee.property.name
            : '';
      if (last === 'onLoad' && callee.type === 'Identifier' && call.arguments[0] !== undefined)
        add('page-parameter', parameterSources(analysis, call.arguments[0], 0, 'page-parameter', pageTexts['page-parameter']));
      if (last === 'useRouter' || last === 'useLoad' || last === 'getCurrentInstance') {
        const argument = call.arguments[0];
        if (argument !== undefined && isFunction(argument))
          add('page-parameter', parameterSources(analysis, argument, 0, 'page-parameter', pageTexts['page-parameter']));
        else
          add('page-parameter', [
            {
              label: 'page-parameter',
              node: call,
              origin: call,
              path: last === 'getCurrentInstance' ? ['router', 'params'] : ['params'],
              text: pageTexts['page-parameter'],
            },
          ]);
      }
      if (last === 'getCurrentPages')
        add('page-parameter', [
          { label: 'page-parameter', node: call, origin: call, path: ['options'], text: pageTexts['page-parameter'] },
        ]);
      if (!interesting.has(last)) continue;
      for (const name of analysis.names(call)) {
        const api = platformApi(name);
        const label = api === undefined ? undefined : results[api];
        if (label !== undefined) add(label, resultSources(analysis, call, label, pageTexts[label]));
      }
    }
    for (const nodes of unit.thisUses.values())
      for (const node of nodes) {
        const path = routerParameters(node);
        if (path !== undefined)
          add('page-parameter', [
            { label: 'page-parameter', node: path, origin: path, path: [], text: pageTexts['page-parameter'] },
          ]);
      }
  }
  return found;
}

const interesting = new Set(Object.keys(results).map((name) => name.slice(name.lastIndexOf('.') + 1)));

/** `this.$router.params` and `this.$route.query`: the member expression that yields the parameters. */
function routerParameters(node: Node): Node | undefined {
  let at: Node | undefined = node;
  for (let height = 0; height < 3 && at !== undefined; height += 1) {
    const up: Node | undefined = parentOf(at);
    if (up?.type !== 'MemberExpression' || up.object !== at) return undefined;
    const path = memberPath(up)?.join('.');
    if (path === 'this.$router.params' || path === 'this.$route.query' || path === 'this.$mp.query') return up;
    at = up;
  }
  return undefined;
}

/** The functions of a view under a name: at the top, in `methods`, in `lifetimes`, as a class's method or property. */
export function functionsNamed(owner: Node, name: string): readonly Node[] {
  const found: Node[] = [];
  if (owner.type === 'ObjectExpression') {
    for (const holder of [
      owner,
      ...['methods', 'lifetimes', 'pageLifetimes'].map((section) => propertyOf(owner, section)?.value),
    ]) {
      const value = propertyOf(holder, name)?.value;
      if (value !== undefined && isFunction(unwrap(value))) found.push(unwrap(value));
    }
  } else if (owner.type === 'ClassDeclaration' || owner.type === 'ClassExpression') {
    for (const item of owner.body.body)
      if (
        (item.type === 'MethodDefinition' || item.type === 'PropertyDefinition') &&
        item.key.type === 'Identifier' &&
        item.key.name === name &&
        item.value !== null
      )
        found.push(item.value);
  }
  return found;
}
