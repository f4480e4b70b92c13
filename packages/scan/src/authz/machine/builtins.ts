import { elementOf } from './execute.ts';
import { callClosure } from './invoke.ts';
import type { Machine } from './machine.ts';
import { recordSpread } from './members.ts';
import { type CallSite, compact, either, list, literal, mixed, object, unknown, type Value } from './value.ts';

/** Methods of arrays, strings, objects and promises, by what they do to origins; undefined for other names. */
export function builtin(m: Machine, self: Value, name: string, args: readonly Value[], site: CallSite): Value | undefined {
  const first = args[0];
  // `Object.fromEntries(Object.entries(x).map(...))` renames or filters: what it holds stays what it was.
  if (self.handle?.kind === 'entries' && (name === 'map' || name === 'filter' || name === 'sort')) return self;
  switch (name) {
    case 'then':
    case 'finally':
    case 'tap': {
      if (first?.callable?.kind !== 'closure') return self;
      const value = callClosure(m, first.callable, [self], site, first.callable.self);
      return name === 'then' ? value : self;
    }
    case 'catch':
      if (first?.callable?.kind === 'closure') {
        m.conditional += 1;
        callClosure(m, first.callable, [{ flags: 0, handle: { kind: 'error' } }], site, first.callable.self);
        m.conditional -= 1;
      }
      return self;
    case 'map':
    case 'flatMap':
    case 'mapSeries':
      return overElements(m, self, args, site, true);
    case 'forEach':
    case 'each':
    case 'eachSeries':
      overElements(m, self, args, site, false);
      return self;
    case 'filter':
    case 'sort':
    case 'find':
    case 'findLast':
    case 'some':
    case 'every':
    case 'findIndex': {
      if (first?.callable?.kind !== 'closure') return name === 'filter' || name === 'sort' ? self : undefined;
      const inner = overElements(m, self, args, site, false);
      if (name === 'filter' || name === 'sort') return self;
      const element = elementOf(m, self, site.node);
      const checks = inner.checks ?? [];
      if (name === 'find' || name === 'findLast') return { ...element, checks };
      return { flags: 0, checks: checks.length > 0 ? checks : [{ left: self, place: site.place, name }] };
    }
    case 'reduce': {
      if (first?.callable?.kind !== 'closure') return undefined;
      const value = callClosure(
        m,
        first.callable,
        [args[1] ?? unknown, elementOf(m, self, site.node), unknown],
        site,
        first.callable.self,
      );
      return args[1]?.shape ? args[1] : either(args[1], value);
    }
    case 'has':
      if (self.handle) return undefined;
      return contains(self, 'includes', first, site);
    case 'includes':
    case 'indexOf':
    case 'startsWith':
    case 'endsWith':
    case 'equals':
    case 'localeCompare':
    case 'search':
      return contains(self, name, first, site);
    case 'push':
    case 'unshift':
      if (self.shape?.list) for (const arg of args) self.shape.props.set(String(self.shape.props.size), arg);
      else return mixed([self, ...args]);
      return unknown;
    case 'concat':
      return self.shape?.list ? either(self, mixed(args)) : mixed([self, ...args]);
    case 'slice':
    case 'reverse':
    case 'toArray':
    case 'toJSON':
    case 'toObject':
    case 'get':
      return name === 'get' ? undefined : self;
    case 'join': {
      const parts = self.shape?.list && !self.shape.rest ? [...self.shape.props.values()] : [];
      const between = first?.literal;
      if (parts.length > 0 && parts.every((part) => part.literal !== undefined && part.flags === 0 && !part.shape))
        return literal(parts.map((part) => String(part.literal)).join(typeof between === 'string' ? between : ','));
      return mixed([self]);
    }
    case 'split':
      return isConstant(self) && isConstant(first)
        ? list(self.literal.split(first.literal).slice(0, 40).map(literal))
        : mixed([self]);
    case 'match':
    case 'replace':
    case 'replaceAll':
    case 'trim':
    case 'toString':
    case 'toFixed':
    case 'toLowerCase':
    case 'toUpperCase':
    case 'substr':
    case 'substring':
    case 'padStart':
      return mixed([self, ...(name === 'replace' ? args.slice(1) : [])].filter((v) => v && !v.callable));
    case 'call':
      return self.callable?.kind === 'closure' ? callClosure(m, self.callable, args.slice(1), site, first) : undefined;
    case 'apply':
      return self.callable?.kind === 'closure'
        ? callClosure(m, self.callable, args[1]?.shape?.list ? [...args[1].shape.props.values()] : [], site, first)
        : undefined;
    case 'bind':
      return self.callable?.kind === 'closure' && first ? { ...self, callable: { ...self.callable, self: first } } : undefined;
    case 'hasOwnProperty':
      return { flags: 0, checks: [{ left: self, place: site.place, name }] };
    default:
      return undefined;
  }
}

const isConstant = (value: Value | undefined): value is Value & { readonly literal: string } =>
  typeof value?.literal === 'string' && value.flags === 0 && !value.shape && !value.literal.includes('\u0000');

/** `list.includes(x)`: decided when everything is constant, else a comparison of the two. */
function contains(self: Value, name: string, first: Value | undefined, site: CallSite): Value {
  const folded = fold(self, name, first);
  if (folded !== undefined) return literal(folded);
  return compact({ flags: 0, checks: [{ left: self, right: first ?? unknown, place: site.place, name }] });
}

function fold(self: Value, name: string, first: Value | undefined): boolean | number | undefined {
  if (first?.literal === undefined || first.flags !== 0 || first.shape) return undefined;
  if (self.shape?.list && !self.shape.rest) {
    const elements = [...self.shape.props.values()];
    if (elements.some((e) => e.literal === undefined || e.flags !== 0)) return undefined;
    const at = elements.findIndex((e) => e.literal === first.literal);
    return name === 'includes' ? at >= 0 : name === 'indexOf' ? at : undefined;
  }
  if (typeof self.literal !== 'string' || self.flags !== 0 || self.shape || typeof first.literal !== 'string') return undefined;
  if (name === 'includes') return self.literal.includes(first.literal);
  if (name === 'startsWith') return self.literal.startsWith(first.literal);
  if (name === 'endsWith') return self.literal.endsWith(first.literal);
  return name === 'indexOf' ? self.literal.indexOf(first.literal) : undefined;
}

function overElements(m: Machine, self: Value, args: readonly Value[], site: CallSite, collect: boolean): Value {
  const callback = args.find((arg) => arg.callable);
  if (callback?.callable?.kind !== 'closure') return collect ? self : unknown;
  const element = elementOf(m, self, site.node);
  m.loops += 1;
  m.conditional += 1;
  const value = callClosure(m, callback.callable, [element, unknown, self], site, callback.callable.self);
  m.conditional -= 1;
  m.loops -= 1;
  return collect ? { ...list([value]) } : value;
}

/** `Object.assign(target, ...sources)`. */
export function assignAll(m: Machine, args: readonly Value[], site: CallSite): Value {
  const target = args[0]?.shape ? args[0] : object([], args[0]);
  for (const source of args.slice(1)) recordSpread(m, target, source, site.node);
  return target;
}
