import type { Detector } from '../../detector.ts';
import type { Call, FlowClient } from '../../flow/client.ts';
import { functionOf, parentOf, unitOf } from '../../flow/links.ts';
import type { Path, State } from '../../flow/state.ts';
import { dataPath, remainder } from '../../model/model.ts';
import { keyName, memberPath, type Node, propertyOf } from '../../parse/ast.ts';
import { type Analysis, analysisOf, platformApi } from './analysis.ts';
import { isInterpreter } from './interpreters.ts';
import { markupSinks } from './markup-sinks.ts';
import { type PageSink, pageRuleFor, sinkTexts } from './page-rules.ts';
import { type PageLabel, pageSources, pageTexts } from './page-sources.ts';
import { reportHit } from './report.ts';
import { isStateChanging } from './state-changing.ts';
import { entryOf, statesOf } from './trail.ts';

/** Flows that begin in a mini program: page parameters, scanned codes, messages, what the network says. */
export const pageFlows: Detector = {
  id: 'page-flows',
  rules: [
    'MP-TNT-001',
    'MP-TNT-002',
    'MP-TNT-003',
    'MP-TNT-004',
    'MP-TNT-005',
    'MP-TNT-006',
    'MP-TNT-007',
    'MP-TNT-008',
    'MP-TNT-011',
    'MP-TNT-012',
    'MP-TNT-013',
    'MP-TNT-014',
    'MP-TNT-015',
  ],
  run(context) {
    const analysis = analysisOf(context);
    const sources = pageSources(analysis, context.model().views());
    for (const [label, list] of sources) {
      const finished = analysis.engine.run(list, pageClient(analysis, label));
      if (!finished)
        context.project.tell({
          code: 'out-of-time',
          file: '',
          message: { zh: '数据流分析预算用尽', en: 'The budget of the flow analysis was spent' },
        });
    }
  },
};

/** Where a page of the stack of pages stands in the package: its own name, not what it was opened with. */
const ownPath = new Set(['route', '__route__', 'is']);

function pageClient(analysis: Analysis, label: PageLabel): FlowClient {
  const hit = (sink: PageSink, state: State, at: Node, flags = state.flags): void => {
    const choice = pageRuleFor(label, sink, flags);
    if (choice === undefined) return;
    reportHit(analysis, {
      rule: choice.rule,
      state,
      at,
      message: {
        zh: `${pageTexts[label].zh}到达${sinkTexts[sink].zh}，途中没有按白名单检查`,
        en: `${pageTexts[label].en} reaches ${sinkTexts[sink].en} without a check against a list`,
      },
      sinkText: sinkTexts[sink],
      ...(choice.severity === undefined ? {} : { severity: choice.severity }),
      ...(choice.confidence === undefined ? {} : { confidence: choice.confidence }),
    });
  };
  const atField = (owner: Node, path: Path, state: State): void => {
    const view = analysis.context.model().viewOf(owner);
    const data = view === undefined ? undefined : dataPath(view, path);
    if (view === undefined || data === undefined) return;
    for (const bound of markupSinks(view)) {
      for (const value of bound.values) {
        const rest = remainder(data, value.path);
        if (rest === undefined || rest.length > 0) continue;
        if (bound.sink === 'web-view' || bound.sink === 'navigator')
          hit(bound.sink, state, state.node, state.flags | bound.flagsOf(value));
        else hit(bound.sink, state, state.node);
      }
    }
  };
  return {
    policy: () => ({
      load: (name, { source }) =>
        !(ownPath.has(name) && source.origin.type === 'CallExpression') &&
        !(label === 'scan' && (name === 'path' || name === 'scanType' || name === 'charSet')) &&
        !(label === 'network' && name === 'tempFilePath'),
    }),
    onField: atField,
    onStore(left, path, state) {
      const unit = unitOf(left);
      const keys = unit?.file.language === 'vue' ? memberPath(left) : undefined;
      const [name] = keys ?? [];
      if (unit !== undefined && keys !== undefined && name !== undefined && unit.top.has(name))
        atField(unit.program, [...keys, ...path], state);
    },
    onAttribute(attribute, path, state) {
      if (attribute.type !== 'JSXAttribute' || path.length > 0) return;
      const element = parentElementName(attribute);
      const name = keyName(attribute.name, false) ?? '';
      if (/^(?:WebView|web-view|iframe)$/.test(element) && name === 'src') hit('web-view', state, attribute);
      if (name === 'dangerouslySetInnerHTML' || (element === 'RichText' && name === 'nodes')) hit('rich-text', state, attribute);
    },
    onArgument(call, index, path, state) {
      const names = analysis.names(call);
      const [first] = path;
      if (isInterpreter(names, call, index) && path.length === 0) hit('interpreter', state, call);
      for (const name of names) {
        const api = platformApi(name);
        if (api === undefined) {
          if (
            /(?:getFileSystemManager\(\))\.(?:readFile|writeFile|unlink|unzip|copyFile|saveFile|rmdir|appendFile)(?:Sync)?$/.test(
              name,
            ) &&
            (path.length === 0 || /^(?:filePath|srcPath|destPath|targetPath|dirPath|zipFilePath)$/.test(first ?? ''))
          )
            hit('file', state, entryOf(state));
          continue;
        }
        if (/^setStorage(?:Sync)?$/.test(api) && isLoginKey(analysis, call, index, path)) hit('login-state', state, call);
        if (index !== 0) continue;
        if (/^(?:navigateTo|redirectTo|reLaunch|switchTab)$/.test(api) && (first === 'url' || path.length === 0))
          hit('navigate', state, entryOf(state));
        else if (/^(?:request|downloadFile|uploadFile|connectSocket)$/.test(api) && first === 'url')
          hit('request', state, entryOf(state));
        else if (/^navigateToMiniProgram$/.test(api) && /^(?:appId|path|shortLink)$/.test(first ?? ''))
          hit('mini-program', state, entryOf(state));
        else if (/^(?:requestPayment|requestOrderPayment)$/.test(api)) hit('payment', state, call);
        if (label === 'page-parameter' && isForged(analysis, call, state, api)) hit('forged-request', state, call);
      }
    },
  };
}

function isLoginKey(analysis: Analysis, call: Call, index: number, path: Path): boolean {
  const first = call.arguments[0];
  const isObject = first?.type === 'ObjectExpression';
  if (isObject ? path[0] !== 'data' : index !== 1) return false;
  const key = isObject ? propertyOf(first, 'key')?.value : first;
  return key !== undefined && /token|session|login|user|openid/i.test(analysis.engine.resolver.constant(key) ?? '');
}

function parentElementName(attribute: Node): string {
  const opening = parentOf(attribute);
  return opening?.type === 'JSXOpeningElement' && opening.name.type === 'JSXIdentifier' ? opening.name.name : '';
}

/** A request that changes something, sent while the page loads, with what the page was opened with. */
function isForged(analysis: Analysis, call: Call, state: State, api: string): boolean {
  if (!/^(?:request|cloud\.callFunction)$/.test(api) || state.path[0] === 'url' || !isStateChanging(analysis, call, state))
    return false;
  // What went through the page's data waits for the user's tap as a rule.
  if (statesOf(state).some(({ node }) => node.type === 'ThisExpression')) return false;
  let outer = functionOf(call);
  for (let at = outer; at !== undefined; at = functionOf(at)) outer = at;
  const begin = functionOf(state.source.node);
  let beginOuter = begin;
  for (let at = begin; at !== undefined; at = functionOf(at)) beginOuter = at;
  return state.frame !== undefined || outer === beginOuter;
}
