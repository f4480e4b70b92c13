import { compare, numberIn } from '../match/compare.ts';
import { allScalars, fieldValue, type SigmaEvent, scalarsOf } from '../match/event.ts';
import type { Condition, Detection, DetectionItem, Matcher, SigmaRule } from '../model.ts';
import { namesOf } from '../parse/condition.ts';
import { inNetwork } from '../values/cidr.ts';
import type { Pattern } from '../values/pattern.ts';
import { timePart } from '../values/time-part.ts';

type Scalar = string | number | boolean;

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** A pattern as a regular expression of the engine's own, for tests and benchmarks only: it backtracks. */
function regExpOf(pattern: Pattern, cased: boolean, inside: boolean): RegExp {
  const source = pattern
    .map((part) => {
      if (typeof part === 'string') return escaped(part);
      if (part.kind === 'any') return '.*';
      return part.kind === 'one' ? '.' : '[\\x2d/\u2013\u2014\u2015]';
    })
    .join('');
  return new RegExp(inside ? source : `^${source}$`, cased ? 'su' : 'sui');
}

/**
 * Evaluates every rule of the list against every event, one value after the other, as a first implementation would: what the indexed matcher is held
 * against in tests, and measured against in the benchmark. Knows rules without filters.
 */
export function naiveMatcher(rules: readonly SigmaRule[], offsetMinutes = 0): (event: SigmaEvent) => number[] {
  const compiled = rules.map((rule) => ruleTest(rule, offsetMinutes));
  return (event) => compiled.flatMap((test, index) => (test(event) ? [index] : []));
}

type Test = (event: SigmaEvent) => boolean;

function ruleTest({ section }: SigmaRule, offsetMinutes: number): Test {
  const tests = new Map([...section.detections].map(([name, detection]) => [name, detectionTest(detection, offsetMinutes)]));
  const conditions = section.conditions.map((condition) => conditionTest(condition, tests)).filter((test) => test !== null);
  return (event) => conditions.some((test) => test(event));
}

function conditionTest(condition: Condition, tests: ReadonlyMap<string, Test>): Test | null {
  switch (condition.kind) {
    case 'name':
      return (event) => tests.get(condition.name)?.(event) ?? false;
    case 'not': {
      const inner = conditionTest(condition.of, tests);
      return inner === null ? null : (event) => !inner(event);
    }
    case 'some': {
      const names = namesOf(condition.pattern, tests.keys());
      if (names.length === 0) return null;
      const least = condition.least ?? names.length;
      return (event) => names.filter((name) => tests.get(name)?.(event)).length >= least;
    }
    default: {
      const inner = condition.of.map((one) => conditionTest(one, tests)).filter((test) => test !== null);
      if (inner.length === 0) return null;
      return condition.kind === 'and'
        ? (event) => inner.every((test) => test(event))
        : (event) => inner.some((test) => test(event));
    }
  }
}

function detectionTest(detection: Detection, offsetMinutes: number): Test {
  if (detection.kind === 'item') return itemTest(detection, offsetMinutes);
  const tests = detection.of.map((inner) => detectionTest(inner, offsetMinutes));
  return detection.kind === 'all' ? (event) => tests.every((test) => test(event)) : (event) => tests.some((test) => test(event));
}

function itemTest(item: DetectionItem, offsetMinutes: number): Test {
  const tests = item.matchers.map((matcher) => valueTest(matcher, item, offsetMinutes));
  return (event) => {
    const raw = item.field === null ? event : fieldValue(event, item.field);
    const scalars: Scalar[] = [];
    if (item.field === null) allScalars(event, scalars);
    else scalarsOf(raw, scalars);
    const holds = item.all ? tests.every((test) => test(raw, scalars, event)) : tests.some((test) => test(raw, scalars, event));
    return holds !== item.negated;
  };
}

type ValueTest = (raw: unknown, scalars: readonly Scalar[], event: SigmaEvent) => boolean;

function valueTest(matcher: Matcher, item: DetectionItem, offsetMinutes: number): ValueTest {
  const some =
    (test: (scalar: Scalar) => boolean): ValueTest =>
    (_, scalars) =>
      scalars.some(test);
  const inside = item.field === null && !item.anchored;
  switch (matcher.kind) {
    case 'any': {
      const tests = matcher.of.map((inner) => valueTest(inner, item, offsetMinutes));
      return (raw, scalars, event) => tests.some((test) => test(raw, scalars, event));
    }
    case 'unresolved':
      return () => false;
    case 'null':
      return (raw) => raw === undefined || raw === null;
    case 'exists':
      return (raw) => (raw !== undefined) === matcher.value;
    case 'pattern': {
      const regExp = regExpOf(matcher.pattern, matcher.cased, inside);
      return some((scalar) => regExp.test(String(scalar)));
    }
    case 'number': {
      const texts = [String(matcher.value), matcher.source.toLowerCase()];
      return some((scalar) =>
        texts.some((text) => (inside ? String(scalar).toLowerCase().includes(text) : String(scalar).toLowerCase() === text)),
      );
    }
    case 'boolean':
      return some((scalar) =>
        inside
          ? String(scalar).toLowerCase().includes(String(matcher.value))
          : String(scalar).toLowerCase() === String(matcher.value),
      );
    case 'regexp': {
      // Without Unicode mode: what PCRE allows to be escaped is more than that mode allows.
      const source = matcher.source.replace(/^\(\?i\)/, '');
      const ignoreCase = matcher.ignoreCase || source !== matcher.source;
      const regExp = new RegExp(source, `${ignoreCase ? 'i' : ''}${matcher.multiline ? 'm' : ''}${matcher.dotAll ? 's' : ''}`);
      return some((scalar) => regExp.test(String(scalar)));
    }
    case 'cidr':
      return some((scalar) => inNetwork(matcher.network, String(scalar)));
    case 'compare':
      return some((scalar) => {
        const number = numberIn(scalar);
        return number !== null && compare(number, matcher.comparison, matcher.value);
      });
    case 'timePart':
      return some((scalar) => {
        const number = timePart(scalar, matcher.part, offsetMinutes);
        return number !== null && compare(number, matcher.comparison, matcher.value);
      });
    case 'fieldRef':
      return (_, scalars, event) => {
        const others: Scalar[] = [];
        scalarsOf(fieldValue(event, matcher.field), others);
        const form = (value: Scalar): string => (matcher.cased ? String(value) : String(value).toLowerCase());
        return scalars.some((value) =>
          others.some((other) => {
            const [text, reference] = [form(value), form(other)];
            if (matcher.where === 'whole') return text === reference;
            if (matcher.where === 'start') return text.startsWith(reference);
            return matcher.where === 'end' ? text.endsWith(reference) : text.includes(reference);
          }),
        );
      };
  }
}
