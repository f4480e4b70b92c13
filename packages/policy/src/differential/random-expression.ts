import { formatEntityUid, quoteCedarString } from '../entity-uid-text.ts';
import type { Random } from './random.ts';
import {
  ACTIONS,
  ATTRIBUTES,
  anyUid,
  ENTITY_TYPES,
  extensionText,
  longText,
  patternText,
  stringText,
  TAGS,
  VALUE_TYPES,
  type ValueType,
} from './vocabulary.ts';

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Generates Cedar expressions as text: mostly well typed, so that they get far, with mistakes mixed in. */
export class ExpressionGenerator {
  readonly #random: Random;
  /** How often a part has another type than its place asks for. */
  readonly #mistakes: number;

  /** What attributes are mostly read of. */
  readonly #holders: readonly string[];

  constructor(random: Random, mistakes: number, holders: readonly string[] = ['principal', 'resource', 'context', 'context']) {
    this.#random = random;
    this.#mistakes = mistakes;
    this.#holders = holders;
  }

  /** An expression of a type, with operators nested at most `depth` deep. */
  expression(wanted: ValueType, depth: number): string {
    const random = this.#random;
    const type = random.chance(this.#mistakes) ? random.pick(VALUE_TYPES) : wanted;
    if (depth <= 0 || random.chance(0.15)) return this.#leaf(type);
    if (random.chance(0.06)) {
      return `(if ${this.expression('bool', depth - 1)} then ${this.expression(type, depth - 1)} else ${this.expression(type, depth - 1)})`;
    }
    if (type !== 'bool' && random.chance(0.4)) return this.#access(type, depth - 1);
    return this.#operation(type, depth - 1);
  }

  #leaf(type: ValueType): string {
    const random = this.#random;
    switch (type) {
      case 'bool':
        return random.chance(0.5) ? random.pick(['true', 'false']) : this.#access(type, 0);
      case 'long':
        return random.chance(0.6) ? longText(random) : this.#access(type, 0);
      case 'string':
        return random.chance(0.6) ? stringText(random) : this.#access(type, 0);
      case 'entity':
        return this.#entity();
      case 'set':
        return random.chance(0.3) ? '[]' : this.#access(type, 0);
      case 'record':
        return random.chance(0.3) ? 'context' : this.#access(type, 0);
      default:
        return random.chance(0.6) ? extensionText(random, type, random.chance(this.#mistakes)) : this.#access(type, 0);
    }
  }

  #entity(): string {
    const random = this.#random;
    if (random.chance(0.5)) return random.pick(['principal', 'resource', 'action']);
    if (random.chance(0.1)) return formatEntityUid({ type: 'Menshen::Action', id: random.pick(ACTIONS) });
    return formatEntityUid(anyUid(random));
  }

  #access(type: ValueType, depth: number): string {
    const random = this.#random;
    if (random.chance(0.06)) return `${this.#holder(depth)}.getTag(${this.#tag(depth)})`;
    const name = random.pick(ATTRIBUTES[random.chance(this.#mistakes) ? random.pick(VALUE_TYPES) : type]);
    const access = IDENTIFIER.test(name) && random.chance(0.8) ? `.${name}` : `[${quoteCedarString(name)}]`;
    return this.#holder(depth) + access;
  }

  #holder(depth: number): string {
    const random = this.#random;
    if (depth > 0 && random.chance(0.3)) return `(${this.expression(random.pick(['record', 'entity']), depth - 1)})`;
    return random.pick(this.#holders);
  }

  #tag(depth: number): string {
    return this.#random.chance(0.8) ? quoteCedarString(this.#random.pick(TAGS)) : this.expression('string', depth - 1);
  }

  #operation(type: ValueType, depth: number): string {
    const random = this.#random;
    switch (type) {
      case 'bool':
        return this.#booleanOperation(depth);
      case 'long':
        return random.pick([() => this.#arithmetic(depth), () => this.#arithmetic(depth), () => this.#durationPart(depth)])();
      case 'set': {
        const items = random.pick(VALUE_TYPES);
        return `[${random.list(0, 3, () => this.expression(items, depth)).join(', ')}]`;
      }
      case 'record': {
        const names = new Set(random.list(0, 3, () => random.pick(['name', 'level', 'a b', '__proto__', 'x'])));
        return `{${[...names].map((name) => `${quoteCedarString(name)}: ${this.expression(random.pick(VALUE_TYPES), depth)}`).join(', ')}}`;
      }
      case 'datetime': {
        const start = this.expression('datetime', depth);
        return random.chance(0.5) ? `(${start}).toDate()` : `(${start}).offset(${this.expression('duration', depth)})`;
      }
      case 'duration': {
        const end = this.expression('datetime', depth);
        return random.chance(0.5) ? `(${end}).toTime()` : `(${end}).durationSince(${this.expression('datetime', depth)})`;
      }
      default:
        return this.#leaf(type);
    }
  }

  #arithmetic(depth: number): string {
    const random = this.#random;
    const left = this.expression('long', depth);
    if (random.chance(0.15)) return `(-(${left}))`;
    return `(${left} ${random.pick(['+', '-', '*'])} ${this.expression('long', depth)})`;
  }

  #durationPart(depth: number): string {
    const unit = this.#random.pick(['toMilliseconds', 'toSeconds', 'toMinutes', 'toHours', 'toDays']);
    return `(${this.expression('duration', depth)}).${unit}()`;
  }

  #booleanOperation(depth: number): string {
    const random = this.#random;
    const operations: (() => string)[] = [
      () => `(${this.expression('bool', depth)} ${random.pick(['&&', '||'])} ${this.expression('bool', depth)})`,
      () => `(${this.expression('bool', depth)} ${random.pick(['&&', '||'])} ${this.expression('bool', depth)})`,
      () => `(!${this.expression('bool', 0)})`,
      () => this.#equality(depth),
      () => this.#comparison(depth),
      () => this.#membership(depth),
      () => this.#has(depth),
      () => `(${this.expression('string', depth)} like ${patternText(random)})`,
      () => this.#setTest(depth),
      () => `(${this.expression('entity', depth)}).hasTag(${this.#tag(depth)})`,
      () => this.#extensionTest(depth),
    ];
    return random.pick(operations)();
  }

  #equality(depth: number): string {
    const type = this.#random.pick(VALUE_TYPES);
    return `(${this.expression(type, depth)} ${this.#random.pick(['==', '!='])} ${this.expression(type, depth)})`;
  }

  #comparison(depth: number): string {
    const type = this.#random.pick(['long', 'datetime', 'duration'] as const);
    return `(${this.expression(type, depth)} ${this.#random.pick(['<', '<=', '>', '>='])} ${this.expression(type, depth)})`;
  }

  #membership(depth: number): string {
    const random = this.#random;
    const entity = this.expression('entity', depth);
    const group = random.chance(0.5)
      ? this.expression('entity', depth)
      : `[${random.list(0, 3, () => this.expression('entity', depth)).join(', ')}]`;
    const type = random.pick(ENTITY_TYPES);
    return random.pick([
      `(${entity} in ${group})`,
      `(${entity} in ${group})`,
      `(${entity} is ${type})`,
      `(${entity} is ${type} in ${this.expression('entity', depth)})`,
    ]);
  }

  #has(depth: number): string {
    const random = this.#random;
    const name = random.pick(ATTRIBUTES[random.pick(VALUE_TYPES)]);
    if (random.chance(0.6)) return `(${this.#holder(depth)} has ${quoteCedarString(name)})`;
    const path = random.list(1, 3, () => random.pick(['profile', 'owner', 'level', 'dept', 'locked', 'name']));
    return `(${this.#holder(depth)} has ${path.join('.')})`;
  }

  #setTest(depth: number): string {
    const random = this.#random;
    const set = this.expression('set', depth);
    return random.pick([
      () => `(${set}).contains(${this.expression(random.pick(VALUE_TYPES), depth)})`,
      () => `(${set}).containsAll(${this.expression('set', depth)})`,
      () => `(${set}).containsAny(${this.expression('set', depth)})`,
      () => `(${set}).isEmpty()`,
    ])();
  }

  #extensionTest(depth: number): string {
    const random = this.#random;
    if (random.chance(0.4)) {
      const method = random.pick(['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual']);
      return `(${this.expression('decimal', depth)}).${method}(${this.expression('decimal', depth)})`;
    }
    const address = this.expression('ip', depth);
    if (random.chance(0.5)) return `(${address}).${random.pick(['isIpv4', 'isIpv6', 'isLoopback', 'isMulticast'])}()`;
    return `(${address}).isInRange(${this.expression('ip', depth)})`;
  }
}
