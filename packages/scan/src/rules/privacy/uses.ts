import type { ScanContext } from '../../detector.ts';
import { keyName, memberPath, type Node, type Program, unwrap } from '../../parse/ast.ts';
import { walk } from '../../parse/walk.ts';
import type { SourceFile } from '../../project/source-file.ts';
import { calleeName } from '../patterns/script/nodes.ts';

/** Interfaces that app.json must list in `requiredPrivateInfos` (mandatory since July 2022). */
export const declaredApis = new Set([
  'getLocation',
  'getFuzzyLocation',
  'onLocationChange',
  'startLocationUpdate',
  'startLocationUpdateBackground',
  'chooseLocation',
  'choosePoi',
  'chooseAddress',
]);
/** Interfaces under `scope.userLocation`, whose purpose app.json must state. */
export const locationApis = new Set(['getLocation', 'onLocationChange', 'startLocationUpdate', 'startLocationUpdateBackground']);
/** Interfaces that WeChat asks the user about by themselves where they are declared. */
export const askedApis = new Set([
  'getLocation',
  'getFuzzyLocation',
  'startLocationUpdate',
  'startLocationUpdateBackground',
  'getWeRunData',
  'openBluetoothAdapter',
  'startRecord',
]);
/** Interfaces that read personal data without a tap of the user on a system control. */
const sensitiveApis = new Set([...askedApis, 'getClipboardData', 'addPhoneContact', 'getUserInfo', 'getUserProfile']);
const wanted = new Set([...declaredApis, ...sensitiveApis]);
const hint =
  /getLocation|FuzzyLocation|LocationUpdate|onLocationChange|chooseLocation|choosePoi|chooseAddress|getWeRunData|openBluetoothAdapter|startRecord|getClipboardData|addPhoneContact|getUserInfo|getUserProfile/;
const platforms = new Set(['wx', 'uni', 'Taro', 'wxp', 'wxPromise', 'promisify', 'wepy', 'mpx', 'app']);

/** What an `App` has of this name is its own wrapper, where the real call stands. */
const asksProfile = /^getUser(?:Info|Profile)$/;

/** One call of a private interface. */
export interface PrivateUse {
  readonly api: string;
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
  /** Runs when a page or the app opens, without the user doing anything. */
  readonly onOpen: boolean;
}

const known = new WeakMap<ScanContext['project'], readonly PrivateUse[]>();

/** Every call of a private interface in mini program code that is not somebody else's library. */
export function privateUses(context: ScanContext): readonly PrivateUse[] {
  const before = known.get(context.project);
  if (before !== undefined) return before;
  const uses: PrivateUse[] = [];
  for (const file of context.project.files) {
    if (!['javascript', 'typescript', 'vue'].includes(file.language) || file.place !== 'mini-program') continue;
    if (file.marks.has('vendored') || file.marks.has('minified') || file.marks.has('test') || !hint.test(file.text)) continue;
    for (const { program } of context.scripts(file)) collect(file, program, uses);
  }
  known.set(context.project, uses);
  return uses;
}

function collect(file: SourceFile, program: Program, uses: PrivateUse[]): void {
  const opening = functionsOnOpen(program);
  walk(program, (node, ancestors) => {
    if (node.type !== 'CallExpression') return;
    const api = calleeName(node);
    if (!wanted.has(api)) return;
    const path = memberPath(node.callee);
    const holder = path?.at(-2) ?? '';
    if (path === undefined || !platforms.has(holder) || (holder === 'app' && asksProfile.test(api))) return;
    uses.push({ api, file, start: node.start, end: node.end, onOpen: isOnOpen(ancestors, opening) });
  });
}

const lifecycle =
  /^(?:onLoad|onShow|onLaunch|onReady|attached|ready|mounted|created|beforeMount|componentDidMount|componentDidShow|useLoad|useDidShow|useReady)$/;
/** A callback of these runs only after the user agreed or acted. */
const asksFirst =
  /^(?:showModal|showActionSheet|setClipboardData|authorize|requirePrivacyAuthorize|getPrivacySetting|openSetting|onNeedPrivacyAuthorization|getSetting|createSelectorQuery|confirm)$/;

/** Names of functions that a lifecycle method of the file calls, directly or through others, not from within a question to the user. */
function functionsOnOpen(program: Program): ReadonlySet<string> {
  const calls = new Map<string, Set<string>>();
  walk(program, (node, ancestors) => {
    if (node.type !== 'CallExpression') return;
    const callee = unwrap(node.callee);
    const own =
      callee.type === 'Identifier'
        ? callee.name
        : callee.type === 'MemberExpression' &&
            (callee.object.type === 'ThisExpression' ||
              (callee.object.type === 'Identifier' && /^(?:that|self|_this|vm|me|page)$/.test(callee.object.name)))
          ? (keyName(callee.property, callee.computed) ?? '')
          : '';
    if (own === '') return;
    const caller = enclosing(ancestors);
    if (caller === undefined || caller.asked) return;
    const set = calls.get(caller.name) ?? new Set();
    set.add(own);
    calls.set(caller.name, set);
  });
  const reached = new Set<string>();
  const queue = [...calls.keys()].filter((name) => lifecycle.test(name));
  for (let name = queue.pop(); name !== undefined; name = queue.pop())
    for (const next of calls.get(name) ?? [])
      if (!reached.has(next)) {
        reached.add(next);
        queue.push(next);
      }
  return reached;
}

/** The named function around a node, and whether a question to the user stands between. */
function enclosing(ancestors: readonly Node[]): { name: string; asked: boolean } | undefined {
  let asked = false;
  for (let at = ancestors.length - 1; at >= 0; at -= 1) {
    const node = ancestors[at];
    const parent = ancestors[at - 1];
    if (node === undefined) return undefined;
    if (node.type === 'CallExpression') {
      if (asksFirst.test(calleeName(node))) asked = true;
      if (lifecycle.test(calleeName(node))) return { name: calleeName(node), asked };
    }
    if (node.type === 'FunctionDeclaration' && node.id !== null) return { name: node.id.name, asked };
    if (!/Function/.test(node.type)) continue;
    if (parent?.type === 'MethodDefinition') return { name: keyName(parent.key, parent.computed) ?? '', asked };
    if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return { name: parent.id.name, asked };
    if (parent?.type === 'Property') {
      const name = keyName(parent.key, parent.computed) ?? '';
      // `success`, `fail` and the like are callbacks of a call, no methods of the page.
      const ofCall =
        ancestors[at - 3]?.type === 'CallExpression' &&
        !/^(?:Page|Component|App|defineComponent|Behavior)$/.test(calleeName(ancestors[at - 3] as Node)) &&
        !/^(?:extend|createPage|connect|ComponentWithStore|PageWithStore|create|observer)$/.test(
          calleeName(ancestors[at - 3] as Node),
        );
      if (!ofCall || lifecycle.test(name)) return { name, asked };
    }
  }
  return undefined;
}

function isOnOpen(ancestors: readonly Node[], opening: ReadonlySet<string>): boolean {
  const around = enclosing(ancestors);
  return around !== undefined && !around.asked && (lifecycle.test(around.name) || opening.has(around.name));
}
