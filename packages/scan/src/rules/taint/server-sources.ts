import { isAppRoute } from '../../authz/entries/next.ts';
import { ownerOf, parentOf, type Unit, unitOf } from '../../flow/links.ts';
import { flag, type Source } from '../../flow/state.ts';
import { type FunctionNode, keyName, memberPath, type Node, unwrap } from '../../parse/ast.ts';
import type { Bilingual } from '../../rule.ts';
import { type Analysis, methodOf, parameterSources, receiverOf } from './analysis.ts';

export type ServerLabel = 'request' | 'event' | 'upload';

export const serverTexts: Readonly<Record<ServerLabel, Bilingual>> = {
  request: { zh: '请求中的数据', en: 'data of the request' },
  event: { zh: '云函数调用参数 event', en: 'the event that the caller of the cloud function made' },
  upload: { zh: '客户端给出的文件名或类型', en: 'the file name or type that the client gave' },
};

const contextPaths = [
  'query',
  'params',
  'queries',
  // What a client sends over a socket of Egg's.
  'args',
  'request.body',
  'request.query',
  'request.rawBody',
  'req.query',
  'req.body',
  'headers',
  'header',
  'request.header',
];
const requestPaths = ['query', 'body', 'params', 'headers', 'rawBody', 'url', 'originalUrl'];
const contextFiles = ['request.files', 'request.file', 'req.file', 'req.files', 'files', 'file'];
const requestFiles = ['file', 'files'];

/** Where data of callers enters cloud functions and Node backends. */
export function serverSources(analysis: Analysis): ReadonlyMap<ServerLabel, readonly Source[]> {
  const found = new Map<ServerLabel, Source[]>([
    ['request', []],
    ['event', []],
    ['upload', []],
  ]);
  const add = (label: ServerLabel, sources: readonly Source[]): void => void found.get(label)?.push(...sources);
  for (const unit of analysis.codebase.units) {
    const { place, language } = unit.file;
    if (language === 'vue' || language === 'wxml' || place === 'mini-program' || place === 'web' || place === 'tool') continue;
    for (const fn of cloudMains(analysis, unit)) add('event', parameterSources(analysis, fn, 0, 'event', serverTexts.event));
    if (place === 'cloud-function') continue;
    for (const fn of unit.functions) {
      if (!isAppRoute(unit.file.path)) ofParameters(analysis, fn, add);
      if (isUploadNaming(fn)) add('upload', parameterSources(analysis, fn, 1, 'upload', serverTexts.upload));
    }
    for (const [owner, uses] of unit.thisUses)
      if (owner.type === 'ClassDeclaration' || owner.type === 'ClassExpression') ofThis(uses, add);
    for (const call of unit.calls) if (call.type === 'CallExpression') ofCall(analysis, call, add);
    if (isAppRoute(unit.file.path)) ofNextRoute(analysis, unit, add);
  }
  return found;
}

/** Route handlers of Next.js read a web request: `await request.json()`, `searchParams.get('id')`, `{ params }`. */
function ofNextRoute(analysis: Analysis, unit: Unit, add: Add): void {
  const source = (node: Node, flags = 0): Source => ({
    label: 'request',
    node,
    origin: node,
    path: [],
    text: serverTexts.request,
    flags,
  });
  for (const call of unit.calls) {
    if (call.type !== 'CallExpression') continue;
    const method = methodOf(call);
    const holder = memberPath(receiverOf(call) ?? call)?.at(-1) ?? '';
    if (/^(?:json|text)$/.test(method ?? '') && /^(?:req|request|_?req\w*)$/.test(holder) && call.arguments.length === 0)
      add('request', [source(call)]);
    else if (method === 'get' && call.arguments.length === 1 && /^(?:searchParams|params|query|form|formData|body)$/.test(holder))
      add('request', [source(call, flag.field)]);
  }
  for (const fn of unit.functions) {
    const second = fn.params[1];
    if (second !== undefined) for (const path of [['params']]) add('request', positions(analysis, second, path, 'request'));
  }
}

type Add = (label: ServerLabel, sources: readonly Source[]) => void;

/** The functions that a cloud function's module hands out as `main`. */
export function cloudMains(analysis: Analysis, unit: Unit): readonly FunctionNode[] {
  if (unit.file.place === 'backend') return [];
  const { values } = analysis.codebase.exportsOf(unit);
  const found: FunctionNode[] = [];
  for (const name of ['main', 'main_handler', 'handler'])
    for (const node of values.get(name) ?? [])
      for (const target of analysis.engine.resolver.targets(node)) if (target.kind === 'function') found.push(target.node);
  return found;
}

function ofParameters(analysis: Analysis, fn: FunctionNode, add: Add): void {
  for (const [index, parameter] of fn.params.slice(0, 3).entries()) {
    const paths = pathsOf(parameter, fn);
    if (paths !== undefined) {
      for (const path of paths.values) add('request', positions(analysis, parameter, path, 'request'));
      for (const path of paths.files) add('upload', positions(analysis, parameter, path, 'upload'));
    }
    ofDecorators(analysis, fn, parameter, index, add);
    if (index < 2 && isDispatched(fn)) add('request', parameterSources(analysis, fn, index, 'request', serverTexts.request));
  }
}

/** `async savePOST(query, body)` of a controller whose base class calls `this[action + method](this.get(), this.post())`. */
function isDispatched(fn: FunctionNode): boolean {
  const parent = parentOf(fn);
  return (
    parent?.type === 'MethodDefinition' &&
    /[a-z\d_](?:GET|POST|PUT|DELETE|PATCH)$/.test(keyName(parent.key, parent.computed) ?? '') &&
    /(?:^|\/)controllers?\//.test(unitOf(fn)?.file.path ?? '')
  );
}

/** `filename: (req, file, callback) => …` of multer's storages. */
function isUploadNaming(fn: FunctionNode): boolean {
  const parent = parentOf(fn);
  return (
    parent?.type === 'Property' &&
    fn.params.length === 3 &&
    /^(?:filename|destination|key)$/.test(keyName(parent.key, parent.computed) ?? '')
  );
}

function positions(analysis: Analysis, parameter: Node, path: readonly string[], label: ServerLabel): readonly Source[] {
  return analysis.engine.heap
    .pattern(parameter, path)
    .map((position) => ({ label, node: position.node, origin: position.node, path: position.path, text: serverTexts[label] }));
}

interface Paths {
  readonly values: readonly (readonly string[])[];
  readonly files: readonly (readonly string[])[];
}

const split = (paths: readonly string[], prefix: readonly string[] = []): readonly (readonly string[])[] =>
  paths.map((path) => [...prefix, ...path.split('.')]);

/** `request` alone is also what clients of other services call their options; an answer beside it, or the place, tells. */
function isHandler(fn: FunctionNode): boolean {
  return (
    fn.params.some((other) => other.type === 'Identifier' && /^(?:res|resp|response|reply|next|h)$/.test(other.name)) ||
    /(?:^|\/)(?:controllers?|routes?|routers?|handlers?|api|middlewares?)\//.test(unitOf(fn)?.file.path ?? '')
  );
}

function pathsOf(parameter: Node, fn: FunctionNode): Paths | undefined {
  if (parameter.type === 'Identifier') {
    if (/^(?:ctx|context)$/.test(parameter.name)) return { values: split(contextPaths), files: split(contextFiles) };
    if (parameter.name === 'req' || (parameter.name === 'request' && isHandler(fn)))
      return { values: split(requestPaths), files: split(requestFiles) };
    return undefined;
  }
  if (parameter.type !== 'ObjectPattern') return undefined;
  const keys = new Set(
    parameter.properties.flatMap((property) =>
      property.type === 'Property' ? [keyName(property.key, property.computed) ?? ''] : [],
    ),
  );
  if (keys.has('ctx')) return { values: split(contextPaths, ['ctx']), files: split(contextFiles, ['ctx']) };
  if (!keys.has('request') && !keys.has('req') && !(keys.has('response') && (keys.has('query') || keys.has('params'))))
    return undefined;
  return { values: split(contextPaths), files: split(contextFiles) };
}

const nestDecorators = new Set(['Body', 'Query', 'Param', 'Headers', 'RawBody']);

/** `@Body() dto: T`: a declared class stands for a list of fields that the framework's pipe can hold the body to. */
function ofDecorators(analysis: Analysis, fn: FunctionNode, parameter: Node, index: number, add: Add): void {
  const inner = parameter.type === 'AssignmentPattern' ? parameter.left : parameter;
  for (const source of [parameter, inner]) {
    const { decorators } = source as { decorators?: readonly Node[] };
    for (const decorator of decorators ?? []) {
      if (decorator.type !== 'Decorator' || decorator.expression.type !== 'CallExpression') continue;
      const name = methodOf(decorator.expression) ?? '';
      if (name === 'UploadedFile' || name === 'UploadedFiles')
        add('upload', parameterSources(analysis, fn, index, 'upload', serverTexts.upload));
      if (!nestDecorators.has(name)) continue;
      const flags =
        (decorator.expression.arguments.length > 0 ? flag.field : 0) |
        (isDeclaredClass(inner) && pipesValidate(analysis) ? flag.picked : 0);
      add(
        'request',
        parameterSources(analysis, fn, index, 'request', serverTexts.request).map((each) => ({ ...each, flags })),
      );
    }
  }
}

const validating = new WeakMap<Analysis, boolean>();

/** Types are gone when the program runs; only a pipe of Nest's holds a body to them. */
function pipesValidate(analysis: Analysis): boolean {
  const known = validating.get(analysis);
  if (known !== undefined) return known;
  const found = analysis.context.project.files.some(
    (file) => file.language === 'typescript' && /\bValidationPipe\b/.test(file.text),
  );
  validating.set(analysis, found);
  return found;
}

function isDeclaredClass(parameter: Node): boolean {
  const { typeAnnotation } = parameter as {
    typeAnnotation?: { typeAnnotation?: { type?: unknown; typeName?: { name?: unknown } } };
  };
  const name = typeAnnotation?.typeAnnotation?.typeName?.name;
  return typeof name === 'string' && !/^(?:any|object|Record|Partial|Object)$/.test(name);
}

function ofThis(uses: readonly Node[], add: Add): void {
  for (const node of uses) {
    const of = (label: ServerLabel, path: readonly string[]): Source => ({
      label,
      node,
      origin: node,
      path,
      text: serverTexts[label],
    });
    add(
      'request',
      split(contextPaths, ['ctx']).map((path) => of('request', path)),
    );
    add(
      'upload',
      split(contextFiles, ['ctx']).map((path) => of('upload', path)),
    );
  }
}

const thinkGetters = new Set(['get', 'post', 'query', 'param', 'json', 'header']);
const uploadGetters = new Set(['file', 'getFileStream', 'multipart', 'getFileStreams', 'saveRequestFiles']);

/** ThinkJS's `this.post('name')` and Egg's uploaded streams. */
function ofCall(analysis: Analysis, call: Node, add: Add): void {
  if (call.type !== 'CallExpression') return;
  const method = methodOf(call);
  const receiver = receiverOf(call);
  if (method === undefined || receiver === undefined) return;
  const isThis = isControllerThis(receiver);
  if (isThis && thinkGetters.has(method) && call.arguments.length <= 1) {
    const flags = call.arguments.length > 0 ? flag.field : 0;
    if (method !== 'header' || call.arguments.length > 0)
      add('request', [{ label: 'request', node: call, origin: call, path: [], text: serverTexts.request, flags }]);
    return;
  }
  const path = memberPath(receiver);
  if (!uploadGetters.has(method) || (!isThis && path?.at(-1) !== 'ctx' && path?.at(-1) !== 'req')) return;
  // `parts()` of Egg's `ctx.multipart()` yields each part.
  const nodes = method === 'multipart' ? calledLater(analysis, call) : [call];
  for (const node of nodes) add('upload', [{ label: 'upload', node, origin: node, path: [], text: serverTexts.upload }]);
}

function isControllerThis(receiver: Node): boolean {
  const node = unwrap(receiver);
  if (node.type !== 'ThisExpression') {
    const path = memberPath(node)?.join('.');
    return path === 'this.ctx' || path === 'that' || path === 'self';
  }
  const owner = ownerOf(node);
  return (owner?.type === 'ClassDeclaration' || owner?.type === 'ClassExpression') && owner.superClass !== null;
}

function calledLater(analysis: Analysis, call: Node): readonly Node[] {
  const parent = parentOf(call);
  if (parent?.type !== 'VariableDeclarator' || parent.id.type !== 'Identifier') return [];
  return analysis.engine.heap.pattern(parent.id, []).flatMap(({ node }) => {
    const up = parentOf(node);
    return up?.type === 'CallExpression' && up.callee === node ? [up] : [];
  });
}
