import type { Confidence } from '../../finding.ts';
import type { Call } from '../../flow/client.ts';
import { functionOf, parentOf, unitOf } from '../../flow/links.ts';
import { flag, type Path, type State } from '../../flow/state.ts';
import { keyName, memberPath, type Node, propertyOf, stringValue, unwrap } from '../../parse/ast.ts';
import type { Bilingual, Severity } from '../../rule.ts';
import { type Analysis, methodOf, receiverOf } from './analysis.ts';
import type { Arrival } from './arrival.ts';
import { isInterpreter } from './interpreters.ts';
import { isRecordStore, recordWrites } from './records.ts';
import type { ServerLabel } from './server-sources.ts';
import { entryOf, spreadIn, statesOf, textPlace } from './trail.ts';
import { isClientWord, isFiltered } from './uploads.ts';

export interface ServerSink {
  readonly rule: string;
  readonly at: Node;
  readonly text: Bilingual;
  readonly severity?: Severity;
  readonly confidence?: Confidence;
}

const texts = {
  sql: { zh: ' SQL 语句', en: 'an SQL statement' },
  command: { zh: '系统命令', en: 'a shell command' },
  code: { zh: '代码解释器', en: 'an interpreter of code' },
  path: { zh: '文件路径', en: 'a file path' },
  upload: { zh: '保存文件的名称', en: 'the name under which a file is kept' },
  request: { zh: '服务端发出的请求地址', en: 'the address of a request that the server sends' },
  condition: { zh: '数据库查询条件', en: 'the condition of a query' },
  pattern: { zh: '正则表达式', en: 'a regular expression' },
  merge: { zh: '对象深合并', en: 'a deep merge' },
  redirect: { zh: '重定向地址', en: 'the target of a redirect' },
  html: { zh: ' HTML 响应', en: 'a response of HTML' },
  collection: { zh: '集合名', en: 'the name of a collection' },
  record: { zh: '整条数据库记录', en: 'a whole record' },
} satisfies Record<string, Bilingual>;

/** The sinks of one call for data in one of its arguments. */
export function serverSinksAt(arrival: Arrival): readonly ServerSink[] {
  const { analysis, call, index, path, state, label } = arrival;
  const has = (bit: number): boolean => (state.flags & bit) !== 0;
  const method = methodOf(call) ?? '';
  const names = analysis.names(call);
  const at = entryOf(state);
  const found: ServerSink[] = [];
  const add = (rule: string, text: Bilingual, more: Partial<ServerSink> = {}): void =>
    void found.push({ rule, at, text, ...more });
  if (label === 'upload') {
    if (isFileWrite(names, method, index) && !has(flag.guarded) && isClientWord(state) && !isFiltered(state.node))
      add('MP-FIL-001', texts.upload);
    return found;
  }
  // A pattern for the whole text (`/^data:image\\/(\\w+);/`) says nothing of which endings it lets through.
  if (path.length === 0 && isFileWrite(names, method, index) && namesEnding(state)) add('MP-FIL-001', texts.upload);
  if (has(flag.guarded)) return found;

  const query = has(flag.text) ? cloudQueryText(state) : undefined;
  if (query !== undefined) add('MP-INJ-003', texts.condition, { at: query });
  if (path.length === 0 && isSql(names, method, index) && !has(flag.escaped)) {
    const isRaw = /^(?:literal|raw|whereRaw|orderByRaw|havingRaw|groupByRaw|\$queryRawUnsafe|\$executeRawUnsafe)$/.test(method);
    if (has(flag.fixedStart) || (isRaw && !isFunctionParameterOnly(arrival)))
      add('MP-INJ-001', texts.sql, { at: textPlace(state) ?? at });
  }
  if (
    path.length === 0 &&
    names.some((name) =>
      /(?:child_process|shelljs|shell|mod:execa)(?:\(\))?\.(?:exec|execSync|command|commandSync)$/.test(name),
    ) &&
    index === 0 &&
    !has(flag.escaped)
  )
    add('MP-INJ-002', texts.command);
  if (names.some((name) => /child_process\.(?:spawn|spawnSync|execFile|execFileSync)$/.test(name))) {
    const isShell = call.arguments.some((argument) => propertyOf(unwrap(argument), 'shell') !== undefined);
    if ((index === 0 && path.length === 0 && !has(flag.fixedStart)) || (isShell && index < 2)) add('MP-INJ-002', texts.command);
  }
  if (path.length === 0 && isInterpreter(names, call, index)) add('MP-TNT-006', texts.code);
  if (path.length === 0 && index === 0 && names.includes('require') && !has(flag.baseName)) add('MP-TNT-006', texts.code);
  if (path.length === 0 && !has(flag.baseName) && isFilePath(names, method, index)) add('MP-FIL-002', texts.path);
  if (!has(flag.fixedHost) && isOutgoing(names, method, index, path, call)) add('MP-CLD-007', texts.request);
  // A method of the project's own takes the object apart as it likes: the statement inside is judged.
  const isOwnMethod = arrival.targets.some((target) => target.kind === 'function');
  if (!isOwnMethod && isCondition(analysis, names, method, call, index, path, state)) add('MP-INJ-003', texts.condition);
  if (!has(flag.escaped) && isPattern(names, method, call, index, path)) add('MP-INJ-004', texts.pattern);
  if (path.length === 0 && !has(flag.picked) && !has(flag.text) && isMerge(names, method, index, call))
    add('MP-INJ-006', texts.merge);
  if (path.length === 0 && method === 'redirect' && !has(flag.fixedHost) && !(has(flag.fixedStart) && has(flag.encoded)))
    add('MP-INJ-007', texts.redirect);
  if (
    path.length === 0 &&
    index === 0 &&
    /^(?:send|end|write)$/.test(method) &&
    /^(?:res|response|reply)$/.test(receiverName(call)) &&
    has(flag.fixedStart) &&
    !has(flag.escaped) &&
    looksHtml(call)
  )
    add('MP-INJ-008', texts.html);
  if (path.length === 0 && index === 0 && method === 'collection' && !has(flag.fixedStart)) add('MP-CLD-001', texts.collection);
  if (!has(flag.picked) && !has(flag.text)) {
    const write = recordWrites(arrival);
    if (write) {
      const isCloud = unitOf(call)?.file.place === 'cloud-function' || label === 'event';
      found.push({ rule: isCloud ? 'MP-CLD-005' : 'MP-API-014', at: spreadIn(state) ?? at, text: texts.record });
    }
  }
  return found;
}

/** Sinks of assignments: `ctx.body = '<p>' + x`, `location = x`. */
export function serverStoresAt(left: Node, path: Path, state: State, label: ServerLabel): readonly ServerSink[] {
  if (label === 'upload' || path.length > 0 || (state.flags & flag.guarded) !== 0) return [];
  const name = memberPath(left)?.join('.') ?? '';
  if (
    /(?:^|\.)(?:ctx|response)\.body$/.test(name) &&
    (state.flags & flag.fixedStart) !== 0 &&
    (state.flags & flag.escaped) === 0 &&
    isHtmlText(state.node)
  )
    return [{ rule: 'MP-INJ-008', at: entryOf(state), text: texts.html }];
  return [];
}

const isFunctionParameterOnly = ({ targets }: Arrival): boolean => targets.some((target) => target.kind === 'function');

function isSql(names: readonly string[], method: string, index: number): boolean {
  if (index !== 0) return false;
  if (
    /^(?:query|execute|raw|literal|whereRaw|orderByRaw|havingRaw|groupByRaw|execSql|querySql|\$queryRawUnsafe|\$executeRawUnsafe|queryRaw|rawQuery)$/.test(
      method,
    )
  )
    return !names.some((name) => /^(?:mod:axios|wx\.|uni\.)/.test(name));
  return /^(?:where|having|order|field|join|andWhere|orWhere)$/.test(method) && names.every((name) => !/collection\(/.test(name));
}

function isFilePath(names: readonly string[], method: string, index: number): boolean {
  if (
    index === 0 &&
    names.some((name) =>
      /(?:^|[.:])(?:node:)?(?:fs|fs-extra|fs\/promises|graceful-fs)(?:\.promises|\.default)?\.(?:readFile|writeFile|createReadStream|createWriteStream|unlink|readdir|rmdir|rm|mkdir|stat|access|open|appendFile|remove|outputFile|readJson|copyFile|rename|lstat)(?:Sync)?$/.test(
        name,
      ),
    )
  )
    return true;
  if (index === 1 && names.some((name) => /(?:fs|fs-extra)\.(?:rename|copyFile|copy|move)(?:Sync)?$/.test(name))) return true;
  if (method === 'sendFile' || method === 'sendfile') return index === 0;
  return (
    (method === 'download' && index === 0 && names.some((name) => /^(?:res|response|this|ctx)\./.test(name))) ||
    (names.some((name) => /^mod:koa-send(?:\.default)?$/.test(name)) && index === 1)
  );
}

function isFileWrite(names: readonly string[], method: string, index: number): boolean {
  if (
    names.some((name) =>
      /(?:fs|fs-extra|fs\/promises)(?:\.promises)?\.(?:createWriteStream|writeFile|appendFile|outputFile|open)(?:Sync)?$/.test(
        name,
      ),
    )
  )
    return index === 0;
  if (
    names.some((name) =>
      /(?:fs|fs-extra|fs\/promises|think)(?:\.promises)?\.(?:rename|copyFile|copy|move|link)(?:Sync)?$/.test(name),
    )
  )
    return index === 1;
  if (/^(?:rename|copyFile|move)Async$/.test(method)) return index === 1;
  if (method === 'mv' || /^(?:writeFile|outputFile)Async$/.test(method)) return index === 0;
  return /^(?:cb|callback)$/.test(method) && index === 1;
}

/** `db.collection('x').doc('${id}')` as text: what WeChat's HTTP interface of the cloud database runs as a query. */
function cloudQueryText(state: State): Node | undefined {
  return statesOf(state).find(
    ({ node }) =>
      node.type === 'TemplateLiteral' && node.quasis.some((quasi) => /\bdb\s*\.\s*collection\s*\(/.test(quasi.value.raw)),
  )?.node;
}

const imageEndings = /\bpng\b[\s\S]{0,200}\bjpe?g\b|\bjpe?g\b[\s\S]{0,200}\bpng\b/i;

/** Whether the caller's text stands behind the dot of a file's name, in a function that knows no list of endings. */
function namesEnding(state: State): boolean {
  return statesOf(state).some(({ node }) => {
    const parent = parentOf(node);
    const before =
      parent?.type === 'TemplateLiteral'
        ? parent.quasis[parent.expressions.indexOf(node)]?.value.cooked
        : parent?.type === 'BinaryExpression' && parent.operator === '+' && parent.right === node
          ? endOf(parent.left)
          : undefined;
    if (before === undefined || before === null || !before.endsWith('.')) return false;
    const fn = functionOf(node);
    const text = unitOf(node)?.file.text.slice(fn?.start ?? 0, fn?.end ?? 0) ?? '';
    return !imageEndings.test(text);
  });
}

const endOf = (node: Node): string | undefined =>
  node.type === 'BinaryExpression'
    ? endOf(node.right)
    : node.type === 'TemplateLiteral'
      ? (node.quasis.at(-1)?.value.cooked ?? undefined)
      : stringValue(node);

const clients =
  /^(?:mod:)?(?:axios|got|node-fetch|request|request-promise|request-promise-native|superagent|needle|urllib|undici|undici\.request|bent|flyio|ky|http|https|node:http|node:https|fetch)(?:\.default|\.create\(\)|\.defaults\(\))?(?:\.(?:get|post|put|delete|patch|head|request|curl|fetch|stream|all))?$/;

function isOutgoing(names: readonly string[], method: string, index: number, path: Path, call: Call): boolean {
  const isClient =
    names.some((name) => clients.test(name)) ||
    (/^(?:curl|httpclient)$/.test(method) && /ctx|app|this/.test(receiverName(call))) ||
    (method === 'fetch' && names.some((name) => /^(?:this|fetch|ctx)(?:\.fetch)?$/.test(name))) ||
    names.some((name) => /cloud\.(?:openapi\.)?downloadUrl$/.test(name));
  if (!isClient || index > 0) return false;
  return path.length === 0 || /^(?:url|uri|baseURL|baseUrl|host|hostname|href)$/.test(path[0] ?? '');
}

/** A whole object of the caller's as a condition, or a field of it in a store where a field may be an operator. */
function isCondition(
  analysis: Analysis,
  names: readonly string[],
  method: string,
  call: Call,
  index: number,
  path: Path,
  state: State,
): boolean {
  const has = (bit: number): boolean => (state.flags & bit) !== 0;
  if (has(flag.text) || has(flag.picked) || index !== 0) return false;
  if (
    !/^(?:find|findOne|findAll|where|count|countDocuments|deleteOne|deleteMany|remove|updateOne|updateMany|findOneAndUpdate|findOneAndDelete|aggregate|match)$/.test(
      method,
    )
  )
    return false;
  if (!isRecordStore(call, names)) return false;
  const last = lastField(state);
  if (path.length === 0)
    return (
      !has(flag.field) || /^(?:where|filter|query|condition|conditions|search|criteria|match|data|params)$/i.test(last ?? '')
    );
  return (
    path.length === 1 &&
    /^(?:password|passwd|pwd|username|email|phone|mobile|token|account|\w*(?:sms|verif\w*|captcha)_?(?:key|code)|secret|ticket|session_?id)$/i.test(
      path[0] ?? '',
    ) &&
    isMongo(analysis) &&
    method !== 'where'
  );
}

const isMongo = (analysis: Analysis): boolean =>
  analysis.context.project.files.some(
    (file) => file.path.endsWith('package.json') && /"(?:mongodb|mongoose|egg-mongoose|think-mongo)"/.test(file.text),
  );

function lastField(state: State): string | undefined {
  for (let at: State | undefined = state; at !== undefined; at = at.previous)
    if (at.node.type === 'MemberExpression') return keyName(at.node.property, at.node.computed);
    else if (at.node.type === 'Identifier') return at.node.name;
  return undefined;
}

function isPattern(names: readonly string[], method: string, call: Call, index: number, path: Path): boolean {
  if (index !== 0) return false;
  if (path.length === 0) return (call.type === 'NewExpression' || call.type === 'CallExpression') && names.includes('RegExp');
  return method === 'RegExp' && path[0] === 'regexp';
}

function isMerge(names: readonly string[], method: string, index: number, call: Call): boolean {
  if (
    names.some((name) =>
      /^(?:mod:)?(?:lodash|_|lodash\.merge|deepmerge|merge-deep|deep-extend|defaults-deep|lodash\/merge|lodash\.defaultsdeep)(?:\.default)?(?:\.(?:merge|mergeWith|defaultsDeep|set|setWith))?$/.test(
        name,
      ),
    ) &&
    /^(?:merge|mergeWith|defaultsDeep|deepmerge|mergeDeep|deepExtend)$/.test(method)
  )
    return index > 0 || method === 'deepmerge';
  const first = call.arguments[0];
  return method === 'extend' && index > 1 && first?.type === 'Literal' && first.value === true;
}

const receiverName = (call: Call): string => {
  const receiver = receiverOf(call);
  return (receiver === undefined ? undefined : memberPath(receiver)?.at(-1)) ?? '';
};

const looksHtml = (call: Call): boolean => call.arguments.some((argument) => isHtmlText(argument));

/** Whether a text has markup written into it. */
function isHtmlText(node: Node): boolean {
  if (node.type === 'Literal') return typeof node.value === 'string' && /<[a-z!/]/i.test(node.value);
  if (node.type === 'TemplateLiteral') return node.quasis.some((quasi) => /<[a-z!/]/i.test(quasi.value.raw));
  return node.type === 'BinaryExpression' && (isHtmlText(node.left) || isHtmlText(node.right));
}
