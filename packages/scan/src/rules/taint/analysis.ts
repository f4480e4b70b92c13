import type { ScanContext } from '../../detector.ts';
import type { Call } from '../../flow/client.ts';
import type { Codebase } from '../../flow/codebase.ts';
import { createEngine, type Engine } from '../../flow/engine.ts';
import { unitOf } from '../../flow/links.ts';
import type { Source } from '../../flow/state.ts';
import { keyName, type Node, propertyOf, unwrap } from '../../parse/ast.ts';
import type { Bilingual } from '../../rule.ts';

/** The engine and what it stands on, made once for a scan and shared by the detectors. */
export interface Analysis {
  readonly context: ScanContext;
  readonly codebase: Codebase;
  readonly engine: Engine;
  /** Steps of the flow analysis that are left for the project. */
  readonly budget: { readonly steps: number };
  /** Names under which a callee is known outside the project. */
  names(call: Call): readonly string[];
}

const known = new WeakMap<ScanContext, Analysis>();

export function analysisOf(context: ScanContext): Analysis {
  const existing = known.get(context);
  if (existing !== undefined) return existing;
  const model = context.model();
  const codebase = model.codebase();
  const budget = { steps: context.project.limits.maxFlowSteps };
  const engine = createEngine(codebase, budget, model.links);
  const analysis: Analysis = {
    context,
    budget,
    codebase,
    engine,
    names: (call) => engine.resolver.targets(call.callee).flatMap((target) => (target.kind === 'external' ? [target.name] : [])),
  };
  known.set(context, analysis);
  return analysis;
}

/** `wx.request`, `uni.request`, `Taro.request` → `request`; undefined for what is no call of the platform. */
export const platformApi = (name: string): string | undefined =>
  /^(?:wx|uni|my|qq|tt|swan|dd|Taro|wepy|mpx|mod:@tarojs\/taro(?:\.default)?|mod:wepy(?:\.default)?)\.(\w+(?:\.\w+)?)(?:\(\))?$/.exec(
    name,
  )?.[1];

/** `this.x`, `app.x.y` → the last part. */
export function methodOf(call: Call): string | undefined {
  const callee = unwrap(call.callee);
  if (callee.type === 'Identifier') return callee.name;
  return callee.type === 'MemberExpression' ? keyName(callee.property, callee.computed) : undefined;
}

export function receiverOf(call: Call): Node | undefined {
  const callee = unwrap(call.callee);
  return callee.type === 'MemberExpression' ? callee.object : undefined;
}

/** Reads of a parameter, as sources that begin at the parameter. */
export function parameterSources(analysis: Analysis, fn: Node, index: number, label: string, text: Bilingual): readonly Source[] {
  if (fn.type !== 'FunctionExpression' && fn.type !== 'ArrowFunctionExpression' && fn.type !== 'FunctionDeclaration') return [];
  const parameter = fn.params[index];
  if (parameter === undefined) return [];
  return analysis.engine.heap
    .pattern(parameter, [])
    .map((position) => ({ label, node: position.node, origin: parameter, path: position.path, text }));
}

/** Where the result of a call of the platform arrives: the call itself (promise), and its `success` or last callback. */
export function resultSources(analysis: Analysis, call: Call, label: string, text: Bilingual): readonly Source[] {
  const found: Source[] = [{ label, node: call, origin: call, path: [], text }];
  const [options] = call.arguments;
  for (const name of ['success', 'complete']) {
    const callback = propertyOf(options === undefined ? undefined : unwrap(options), name)?.value;
    for (const target of callback === undefined ? [] : analysis.engine.resolver.targets(callback))
      if (target.kind === 'function') found.push(...parameterSources(analysis, target.node, 0, label, text));
  }
  for (const argument of call.arguments)
    for (const target of argument.type === 'FunctionExpression' || argument.type === 'ArrowFunctionExpression'
      ? analysis.engine.resolver.targets(argument)
      : [])
      if (target.kind === 'function')
        found.push(...parameterSources(analysis, target.node, target.node.params.length > 1 ? 1 : 0, label, text));
  return found;
}

/** Whether a file is one whose faults are the team's: no tests, no libraries, no build scripts. */
export function isOwn(node: Node): boolean {
  const file = unitOf(node)?.file;
  return (
    file !== undefined &&
    !file.marks.has('test') &&
    !file.marks.has('vendored') &&
    !file.marks.has('generated') &&
    file.place !== 'tool'
  );
}
