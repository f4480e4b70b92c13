import type { Detector } from '../../detector.ts';
import type { Unit } from '../../flow/links.ts';
import { parentOf } from '../../flow/links.ts';
import { type FunctionNode, keyName, type Node, propertyOf, unwrap } from '../../parse/ast.ts';
import { walk } from '../../parse/walk.ts';
import { type Analysis, analysisOf, methodOf } from '../taint/analysis.ts';

const signOut = /^(?:on|do|handle|user|bind)?_?(?:log|sign)_?out\w*$|^(?:exit|quit)Login\w*$|^(?:loginOut|exitLogin)$/i;
const personal = /user_?info|^(?:user|member|customer|profile|nick|avatar)\w{0,8}$|phone|mobile|openid|id_?card|real_?name/i;

/** A sign-out that removes the token and leaves what sign-in kept of the person. */
export const leftAtSignOut: Detector = {
  id: 'left-at-sign-out',
  rules: ['MP-STO-003'],
  run(context) {
    const analysis = analysisOf(context);
    const units = analysis.codebase.units.filter((unit) => unit.file.place === 'mini-program' && /Storage/.test(unit.file.text));
    const kept = new Set(
      units.flatMap((unit) => keysOf(analysis, unit, /^setStorage(?:Sync)?$/)).filter((key) => personal.test(key)),
    );
    if (kept.size === 0) return;
    for (const unit of units) {
      for (const fn of unit.functions) {
        const name = nameOf(fn);
        if (name === undefined || !signOut.test(name)) continue;
        const { removed, clears } = removals(analysis, fn);
        if (clears || !removed.some((key) => /token|session/i.test(key))) continue;
        const left = [...kept].filter((key) => !removed.includes(key));
        if (left.length === 0) continue;
        context.report({
          rule: 'MP-STO-003',
          file: unit.file.path,
          start: fn.start,
          end: Math.min(fn.end, fn.start + 200),
          message: {
            zh: `退出登录后仍留有 ${left.slice(0, 3).join('、')}`,
            en: `${left.slice(0, 3).join(', ')} stays after sign-out`,
          },
          confidence: 'medium',
        });
      }
    }
  },
};

function keysOf(analysis: Analysis, unit: Unit, methods: RegExp): readonly string[] {
  return unit.calls.flatMap((call) =>
    call.type === 'CallExpression' && methods.test(methodOf(call) ?? '') ? (keyOf(analysis, call.arguments[0]) ?? []) : [],
  );
}

function keyOf(analysis: Analysis, argument: Node | undefined): string | undefined {
  const node = argument === undefined ? undefined : unwrap(argument);
  const key = node?.type === 'ObjectExpression' ? propertyOf(node, 'key')?.value : node;
  return key === undefined ? undefined : analysis.engine.resolver.constant(key);
}

function removals(analysis: Analysis, fn: FunctionNode): { readonly removed: readonly string[]; readonly clears: boolean } {
  const removed: string[] = [];
  let clears = false;
  walk(fn, (node) => {
    if (node.type !== 'CallExpression') return true;
    const method = methodOf(node) ?? '';
    if (/^clearStorage(?:Sync)?$/.test(method)) clears = true;
    if (/^removeStorage(?:Sync)?$/.test(method) || /^setStorage(?:Sync)?$/.test(method)) {
      const key = keyOf(analysis, node.arguments[0]);
      // A key that is not constant may be any of them, as in a loop over a list.
      if (key === undefined) clears = true;
      else removed.push(key);
    }
    return true;
  });
  return { removed, clears };
}

function nameOf(fn: FunctionNode): string | undefined {
  if (fn.type !== 'ArrowFunctionExpression' && fn.id !== null) return fn.id.name;
  const parent = parentOf(fn);
  if (parent?.type === 'Property' || parent?.type === 'MethodDefinition' || parent?.type === 'PropertyDefinition')
    return keyName(parent.key, parent.computed);
  return parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier' ? parent.id.name : undefined;
}
