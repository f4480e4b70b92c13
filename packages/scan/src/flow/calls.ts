import { type FunctionNode, keyName, type Node, propertyOf, unwrap } from '../parse/ast.ts';
import type { Call } from './client.ts';
import type { Flow } from './flow.ts';
import { callbackMethods, type Effect, effectOf } from './library.ts';
import { bindingOf, parentOf } from './links.ts';
import { maxPath, type Path, type State } from './state.ts';
import { storageKey } from './stored.ts';
import type { Target } from './target.ts';

export const isCallee = (call: Node, node: Node): boolean =>
  (call.type === 'CallExpression' || call.type === 'NewExpression') && unwrap(call.callee) === unwrap(node);

/** Data is an argument of a call, or inside one. */
export function passArgument(flow: Flow, call: Call, index: number, state: State): void {
  const callee = unwrap(call.callee);
  const method = callee.type === 'MemberExpression' ? keyName(callee.property, callee.computed) : undefined;
  const targets = flow.resolver.targets(callee);
  flow.client.onArgument?.(call, index, state.path, state, targets);
  if (special(flow, call, callee, method, index, state)) return;
  let isKnown = false;
  for (const target of targets) {
    if (target.kind === 'function') {
      isKnown = true;
      enterFunction(flow, call, target.node, index, state);
    } else if (target.kind === 'class' && call.type === 'NewExpression') {
      const builder = constructorOf(target.node);
      if (builder !== undefined) enterFunction(flow, call, builder, index, state);
    } else if (target.kind === 'parameter') enterCallback(flow, target, index, state);
  }
  if (isKnown || (method === 'get' && callee.type === 'MemberExpression' && !takesApart(callee.object))) return;
  const name = targets.find((target) => target.kind === 'external');
  applyEffect(flow, call, effectOf(name?.kind === 'external' ? name.name : undefined, method), state, method);
}

/** `_.get(data, path)`: every other `get` answers a question, and its answer is not the question. */
const takesApart = (receiver: Node): boolean =>
  receiver.type === 'Identifier' && /^(?:_|lodash|R|ramda|fp|objectPath|dotProp)$/.test(receiver.name);

/** Data is what a method is called on. */
export function passReceiver(flow: Flow, call: Call, method: string | undefined, state: State): void {
  if (method === undefined) return;
  flow.client.onReceiver?.(call, method, state);
  const { path } = state;
  if (path[0] === method) return;
  if (callbackMethods.has(method)) {
    const index = method === 'reduce' ? 1 : 0;
    for (const argument of call.arguments.slice(0, method === 'then' ? 1 : 1))
      for (const target of flow.resolver.targets(argument)) {
        const parameter = target.kind === 'function' && method !== 'catch' ? target.node.params[index] : undefined;
        if (parameter !== undefined)
          for (const position of flow.heap.pattern(parameter, path)) flow.emit(position.node, position.path, state);
      }
    if (/^(?:filter|find|catch|finally|tap)$/.test(method)) flow.emit(call, path, state);
    if (method === 'then' && call.arguments.length === 0) flow.emit(call, path, state);
    return;
  }
  if (method === 'call' || method === 'apply' || method === 'bind') return;
  const effect = effectOf(undefined, method);
  if (
    path.length > 0 &&
    !/^(?:slice|concat|shift|pop|splice|reverse|sort|at|values|entries|flat|get|toJSON|toObject)$/.test(method)
  )
    return;
  applyEffect(flow, call, effect, state);
}

function applyEffect(flow: Flow, call: Call, effect: Effect, state: State, method?: string): void {
  const path = method !== undefined && /stringify|serialize|join|encode|format/i.test(method) ? [] : state.path;
  if (effect.kind === 'drop') {
    if (flow.policy.keepsNumbers === true) flow.emit(call, state.path, state);
  } else if (effect.kind === 'pass' && (effect.flags === 0 || flow.policy.wholeOnly !== true))
    flow.emit(call, path, state, { flags: effect.flags });
}

/** `setData` under the names that wrappers of pages give it. */
const wrappedSetData = /^(?:\$setData|setDataAsync|setDataSync|setPageData|setPageState|superSetData)$/;

/** Calls whose meaning the language or the platform fixes. Returns whether nothing else is to be done. */
function special(flow: Flow, call: Call, callee: Node, method: string | undefined, index: number, state: State): boolean {
  const { path } = state;
  const receiver = callee.type === 'MemberExpression' ? callee.object : undefined;
  if (method !== undefined && (method === 'setData' || wrappedSetData.test(method)) && index === 0 && receiver !== undefined) {
    setData(flow, receiver, 'data', state);
    return method === 'setData';
  }
  if (method === 'setState' && index === 0 && receiver !== undefined) {
    setData(flow, receiver, 'state', state);
    return true;
  }
  if (method === 'setStorageSync' || method === 'setStorage') {
    intoStorage(flow, call, method, index, state);
    return true;
  }
  if (
    (method === 'push' || method === 'unshift' || method === 'add' || method === 'set' || method === 'append') &&
    receiver !== undefined
  ) {
    if (method !== 'set' || index > 0) storeIn(flow, receiver, path, state);
    return method === 'push' || method === 'unshift';
  }
  if ((method === 'assign' || method === 'extend' || method === 'merge') && index > 0) {
    const first = call.arguments[0];
    if (first !== undefined) storeIn(flow, first, path, state);
    return false;
  }
  if (call.type === 'NewExpression' && callee.type === 'Identifier') {
    if (callee.name === 'Promise') return true;
    if (callee.name === 'URL' || callee.name === 'String' || callee.name === 'Buffer') flow.emit(call, path, state);
    return false;
  }
  if (callee.type === 'Identifier') {
    const resolved = promiseOf(callee);
    if (resolved !== undefined) {
      flow.emit(resolved, path, state);
      return true;
    }
    const variable = hookVariable(callee);
    if (variable !== undefined) {
      for (const position of flow.heap.pattern(variable, path)) flow.emit(position.node, position.path, state);
      return true;
    }
  }
  if ((method === 'call' || method === 'bind') && receiver !== undefined && index > 0) {
    for (const target of flow.resolver.targets(receiver))
      if (target.kind === 'function') enterFunction(flow, call, target.node, index - 1, state);
    return true;
  }
  return false;
}

/** `setData({ 'list[0].url': x })` writes `data.list.url`. */
function setData(flow: Flow, receiver: Node, slot: string, state: State): void {
  const root = flow.heap.rootOf(receiver);
  if (root === undefined) return;
  const [key, ...rest] = state.path;
  const keys = key === undefined ? [] : key.split(/[.[\]]+/).filter((part) => part !== '' && !/^\d+$/.test(part));
  for (const position of flow.heap.field(root.owner, [slot, ...keys, ...rest].slice(0, maxPath)))
    flow.emit(position.node, position.path, state);
}

/** Under a constant key: every read of the same key carries the data on. */
function intoStorage(flow: Flow, call: Call, method: string, index: number, state: State): void {
  const isObject = method === 'setStorage';
  if (isObject ? state.path[0] !== 'data' : index !== 1) return;
  const key = storageKey(flow.resolver, call.arguments[0]);
  if (key === undefined) return;
  const path = isObject ? state.path.slice(1) : state.path;
  for (const { call: read, wrapped } of flow.stored.of(call, key)) {
    flow.emit(read, wrapped ? ['data', ...path] : path, state, { frame: undefined });
    const callback = wrapped ? propertyOf(read.arguments[0], 'success')?.value : undefined;
    for (const target of callback === undefined ? [] : flow.resolver.targets(callback))
      if (target.kind === 'function' && target.node.params[0] !== undefined)
        for (const position of flow.heap.pattern(target.node.params[0], ['data', ...path]))
          flow.emit(position.node, position.path, state, { frame: undefined });
  }
}

function storeIn(flow: Flow, receiver: Node, path: Path, state: State): void {
  const target = unwrap(receiver);
  if (target.type === 'Identifier') {
    const binding = bindingOf(target);
    const root = flow.heap.rootOf(target);
    if (binding !== undefined)
      for (const position of flow.heap.variable(binding, path))
        if (position.node !== target) flow.emit(position.node, position.path, state);
    if (root !== undefined)
      for (const position of flow.heap.field(root.owner, [...root.path, ...path])) flow.emit(position.node, position.path, state);
  } else if (target.type === 'MemberExpression') {
    flow.client.onStore?.(target, path, state);
    for (const position of flow.heap.store(target, path)) flow.emit(position.node, position.path, state);
  }
}

/** `resolve(x)` inside `new Promise((resolve) => …)`: the promise. */
function promiseOf(callee: Node): Node | undefined {
  const parameter = bindingOf(callee);
  if (parameter?.kind !== 'parameter') return undefined;
  const fn = parentOf(parameter.declaration);
  if (fn?.type !== 'ArrowFunctionExpression' && fn?.type !== 'FunctionExpression') return undefined;
  const promise = parentOf(fn);
  if (fn.params[0] !== parameter.declaration || promise?.type !== 'NewExpression') return undefined;
  return promise.callee.type === 'Identifier' && promise.callee.name === 'Promise' ? promise : undefined;
}

/** `setUrl(x)` of `const [url, setUrl] = useState()`: the pattern of `url`. */
function hookVariable(callee: Node): Node | undefined {
  const pattern = bindingOf(callee) && parentOf(bindingOf(callee)?.declaration ?? callee);
  if (pattern?.type !== 'ArrayPattern' || pattern.elements[1] !== bindingOf(callee)?.declaration) return undefined;
  const declarator = parentOf(pattern);
  if (declarator?.type !== 'VariableDeclarator' || declarator.init?.type !== 'CallExpression') return undefined;
  const hook = unwrap(declarator.init.callee);
  const name =
    hook.type === 'Identifier' ? hook.name : hook.type === 'MemberExpression' ? keyName(hook.property, hook.computed) : undefined;
  return name === 'useState' ? (pattern.elements[0] ?? undefined) : undefined;
}

function enterFunction(flow: Flow, call: Call, fn: FunctionNode, index: number, state: State): void {
  const parameter = fn.params[Math.min(index, fn.params.length - 1)];
  if (parameter === undefined || (index >= fn.params.length && parameter.type !== 'RestElement')) return;
  const frame = flow.enter(call, fn, state.frame);
  for (const position of flow.heap.pattern(parameter, state.path)) flow.emit(position.node, position.path, state, { frame });
}

/** `callback(x)` where the callback came in as a parameter: on into what each caller handed over. */
function enterCallback(flow: Flow, target: Extract<Target, { kind: 'parameter' }>, index: number, state: State): void {
  const { frame } = state;
  const calls = frame?.fn === target.fn ? [frame.call] : flow.callers(target.fn).slice(0, 40);
  for (const call of calls) {
    if (call.type !== 'CallExpression' && call.type !== 'NewExpression') continue;
    const argument = call.arguments[target.index];
    if (argument === undefined) continue;
    let handed = flow.resolver.targets(argument);
    for (const name of target.path) handed = handed.flatMap((each) => flow.resolver.member(each, name));
    for (const each of handed) {
      if (each.kind !== 'function') continue;
      const parameter = each.node.params[index];
      if (parameter === undefined) continue;
      for (const position of flow.heap.pattern(parameter, state.path))
        flow.emit(position.node, position.path, state, { frame: frame?.fn === target.fn ? frame.up : undefined });
    }
  }
}

function constructorOf(node: Node): FunctionNode | undefined {
  if (node.type !== 'ClassDeclaration' && node.type !== 'ClassExpression') return undefined;
  for (const item of node.body.body) if (item.type === 'MethodDefinition' && item.kind === 'constructor') return item.value;
  return undefined;
}
