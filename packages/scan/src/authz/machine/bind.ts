import type { Node } from '../../parse/ast.ts';
import { choiceSince, memberAsked, membersAsked } from './choices.ts';
import { evaluate, memberName } from './evaluate.ts';
import { declare, functionScope, type Machine, ownerScope, placeOf } from './machine.ts';
import { getMember, setMember } from './members.ts';
import { noteSharedWrite } from './shared-state.ts';
import { compact, deepFlags, either, has, object, origin, type Scope, unknown, type Value } from './value.ts';

/** Declares the names of a pattern with the parts of a value. */
export function bind(m: Machine, pattern: Node | null | undefined, value: Value, scope: Scope): void {
  destructure(m, pattern, value, scope, (name, part) => declare(scope, name, part));
}

/** The same for `var`, whose names belong to the function: a branch may have given them another value before. */
export function bindVar(m: Machine, pattern: Node, value: Value, scope: Scope): void {
  const owner = functionScope(scope);
  destructure(m, pattern, value, scope, (name, part) => {
    const before = owner.names.get(name);
    declare(owner, name, before && m.conditional > owner.conditional ? either(before, part) : part);
  });
}

function destructure(
  m: Machine,
  pattern: Node | null | undefined,
  value: Value,
  scope: Scope,
  write: (name: string, value: Value) => void,
  depth = 0,
): void {
  if (!pattern || depth > 20) return;
  switch (pattern.type) {
    case 'Identifier':
      write(pattern.name, value);
      return;
    case 'AssignmentPattern': {
      const missing = value.flags === 0 && !value.shape && !value.handle && !value.callable && value.literal === undefined;
      const fallback = evaluate(m, pattern.right, scope);
      destructure(
        m,
        pattern.left,
        missing ? fallback : value.shape || value.handle ? value : either(value, fallback),
        scope,
        write,
        depth + 1,
      );
      return;
    }
    case 'ObjectPattern': {
      const taken = new Set<string>();
      for (const part of pattern.properties) {
        if (part.type === 'RestElement') {
          destructure(m, part.argument, without(value, taken), scope, write, depth + 1);
        } else if (part.type === 'Property') {
          const name = part.computed ? evaluate(m, part.key, scope).literal : keyName(part.key);
          if (typeof name === 'string') taken.add(name);
          destructure(
            m,
            part.value,
            typeof name === 'string' ? getMember(m, value, name, part) : unknown,
            scope,
            write,
            depth + 1,
          );
        }
      }
      return;
    }
    case 'ArrayPattern':
      pattern.elements.forEach((part, i) => {
        if (part)
          destructure(
            m,
            part.type === 'RestElement' ? part.argument : part,
            part.type === 'RestElement' ? value : getMember(m, value, String(i), part),
            scope,
            write,
            depth + 1,
          );
      });
      return;
    case 'TSParameterProperty':
      destructure(m, pattern.parameter, value, scope, write, depth + 1);
      return;
    case 'RestElement':
      destructure(m, pattern.argument, value, scope, write, depth + 1);
      return;
    case 'MemberExpression':
      assign(m, pattern, value, scope);
      return;
    default:
  }
}

function keyName(key: Node): string | undefined {
  if (key.type === 'Identifier') return key.name;
  return key.type === 'Literal' ? String(key.value) : undefined;
}

function without(value: Value, taken: ReadonlySet<string>): Value {
  if (!value.shape) return value;
  const copy = object(
    [...value.shape.props].filter(([name]) => !taken.has(name)),
    value.shape.rest,
  );
  return { ...value, shape: copy.shape as NonNullable<Value['shape']> };
}

/** What stands under keys that are not known one by one, and whether it is the program that has them. */
function underAnyKey(before: Value | undefined, value: Value, key: Value): Value {
  const both = before ? either(before, value) : value;
  const isListed = (deepFlags(key) & origin.client) === 0 && (before === undefined || before.listed === true);
  const { listed: _listed, ...plain } = both;
  return isListed ? { ...plain, listed: true } : plain;
}

/** `Op.or`, `Sequelize.Op.and`, `_.or`: an operator of a library stands for its name, as in object literals. */
const operatorName = (key: Node): string | undefined =>
  key.type === 'MemberExpression' &&
  !key.computed &&
  key.property.type === 'Identifier' &&
  /^(?:or|and|not|eq|ne|in|notIn|like|between|gt|gte|lt|lte)$/.test(key.property.name)
    ? `$${key.property.name}`
    : undefined;

/** Assigns to a name, a member or a pattern. */
export function assign(m: Machine, target: Node, value: Value, scope: Scope, statement?: Node): void {
  switch (target.type) {
    case 'Identifier': {
      assignName(m, target.name, value, scope, target);
      return;
    }
    case 'MemberExpression': {
      const name = memberName(m, target, scope);
      const holder = evaluate(m, target.object, scope);
      if (name === undefined) {
        const operator = operatorName(target.property);
        // `where[Op.or] = [...]`: a member of its own, and nothing that the caller names.
        if (holder.shape && operator !== undefined) setMember(m, holder, operator, value, statement ?? target);
        else if (holder.shape) holder.shape.rest = underAnyKey(holder.shape.rest, value, evaluate(m, target.property, scope));
        return;
      }
      if (holder.shape || (holder.handle && holder.handle.kind !== 'row') || holder.callable) {
        setMember(m, holder, name, memberAsked(m, target, value, scope), statement ?? target);
        return;
      }
      // A row or a request value receives a member: from now on it has a structure of its own.
      if (target.object.type === 'Identifier') {
        const fresh = object([[name, value]], holder);
        const shaped = compact({
          flags: holder.flags,
          shape: fresh.shape,
          handle: holder.handle,
          rows: holder.rows,
          keys: holder.keys,
          field: holder.field,
          from: holder.from,
        });
        const owner = ownerScope(scope, target.object.name);
        if (owner) owner.names.set(target.object.name, shaped);
        shaped.shape?.places?.set(name, placeOf(m, statement ?? target));
      }
      return;
    }
    case 'ObjectPattern':
    case 'ArrayPattern':
    case 'AssignmentPattern':
      destructure(m, target, value, scope, (name, part) => assignName(m, name, part, scope, target));
      return;
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'TSNonNullExpression':
      assign(m, target.expression, value, scope, statement);
      return;
    default:
  }
}

/** `let failed = 0; if (!row.admin) failed = 2`: the constant holds on one of the ways only, and says what the branch asked for. */
function branchConstant(m: Machine, before: Value, value: Value): Value {
  const isConstant = value.literal !== undefined && value.flags === 0 && !value.shape && !value.callable && !value.handle;
  if (!isConstant || value.literal === before.literal) return value;
  const asked = m.guards.slice(m.results.at(-1)?.guardBase ?? 0).slice(-12);
  return asked.length > 0 ? { ...value, checks: [...(value.checks ?? []), ...asked] } : { flags: 0 };
}

function assignName(m: Machine, name: string, value: Value, scope: Scope, node: Node): void {
  const owner = ownerScope(scope, name);
  if (!owner) {
    declare(m.globalScope, name, value);
    noteSharedWrite(m, `global#${name}`, value, node);
    return;
  }
  if (owner.module !== undefined) noteSharedWrite(m, `${owner.module}#${name}`, value, node);
  const before = owner.names.get(name);
  const weak = m.conditional > owner.conditional && before !== undefined;
  const choice = weak ? choiceSince(m, owner) : undefined;
  const given = weak && before ? branchConstant(m, before, value) : value;
  const kept = weak && before ? either(before, choice ? membersAsked(given, choice) : given) : value;
  // A caller-chosen value that replaces a verified identity in some branch leaves the caller's choice.
  owner.names.set(
    name,
    has(value, origin.client) && before && has(before, origin.identity) && weak
      ? { ...kept, from: value.from ?? placeOf(m, node) }
      : kept,
  );
}
