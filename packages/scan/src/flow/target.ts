import type { ClassNode, FunctionNode, Node, ObjectExpression } from '../parse/ast.ts';
import type { Unit } from './links.ts';

/** What an expression may stand for, found by going back from it. */
export type Target =
  | { readonly kind: 'function'; readonly node: FunctionNode }
  | { readonly kind: 'class'; readonly node: ClassNode }
  | { readonly kind: 'object'; readonly node: ObjectExpression }
  /** `this`, `new X()`, `getApp()`: what runs inside the options object or the class. */
  | { readonly kind: 'instance'; readonly owner: Node }
  | { readonly kind: 'module'; readonly unit: Unit }
  /** A value that enters by a parameter, and the fields that lead to it. */
  | { readonly kind: 'parameter'; readonly fn: FunctionNode; readonly index: number; readonly path: readonly string[] }
  | { readonly kind: 'constant'; readonly value: string }
  /** Anything from outside the project, by the name under which it is reached: `wx.request`, `mod:axios.get`, `ctx.request.body`. */
  | { readonly kind: 'external'; readonly name: string };
