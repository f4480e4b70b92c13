import type { EntityJson } from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, test } from 'vitest';
import { evaluateCondition } from './differential/evaluate-condition.ts';
import type { EvaluationErrorCode } from './evaluation-error.ts';

type Expected = boolean | EvaluationErrorCode;

const ENTITIES: EntityJson[] = [
  {
    uid: { type: 'Menshen::User', id: 'alice' },
    attrs: {
      level: 3,
      name: 'alice',
      dept: { __entity: { type: 'Menshen::Department', id: 'finance' } },
      ghost: { __entity: { type: 'Menshen::Department', id: 'closed' } },
      badges: ['blue', 'red'],
    },
    parents: [
      { type: 'Menshen::Role', id: 'accountant' },
      { type: 'Menshen::Department', id: 'finance' },
    ],
    tags: { grade: 'P7', floor: 3 },
  },
  { uid: { type: 'Menshen::Role', id: 'accountant' }, attrs: {}, parents: [] },
  {
    uid: { type: 'Menshen::Department', id: 'finance' },
    attrs: { head: { __entity: { type: 'Menshen::User', id: 'alice' } } },
    parents: [{ type: 'Menshen::Department', id: 'company' }],
  },
  { uid: { type: 'Menshen::Department', id: 'company' }, attrs: {}, parents: [] },
];

const CONTEXT = {
  yes: true,
  no: false,
  one: 1,
  largest: Number.MAX_SAFE_INTEGER,
  text: 'abc',
  items: [1, 2, 3],
  nested: { a: { b: { c: 1 } } },
  when: { __extn: { fn: 'datetime', arg: '2026-03-01T08:00:00Z' } },
  ip: { __extn: { fn: 'ip', arg: '10.1.2.3' } },
};

/** Each expectation is held by both engines, so that a row cannot pin a mistake of ours. */
function holds(rows: Readonly<Record<string, Expected>>): void {
  test.each(Object.entries(rows))('%s → %s', (condition, expected) => {
    const { ours, official } = evaluateCondition(condition, { context: CONTEXT, entities: ENTITIES });
    expect(ours).toBe(String(expected));
    expect(official).toBe(typeof expected === 'boolean' ? String(expected) : 'error');
  });
}

describe('logic', () => {
  holds({
    'context.yes && context.yes': true,
    'context.yes && context.no': false,
    'context.no && context.missing': false,
    'context.yes && context.missing': 'no_such_attribute',
    'context.yes && context.one': 'type_error',
    'context.one && context.yes': 'type_error',
    'context.no && context.one': false,
    'context.yes || context.missing': true,
    'context.no || context.yes': true,
    'context.no || context.one': 'type_error',
    'context.missing || context.yes': 'no_such_attribute',
    '!context.no': true,
    '!!context.no': false,
    '!context.one': 'type_error',
    'if context.yes then true else context.missing': true,
    'if context.no then context.missing else context.no': false,
    'if context.one then true else true': 'type_error',
    '(if true then 1 else 2) == 1': true,
    'false && 1': false,
    'true || 1': true,
    '1 && false': 'type_error',
    'context.one': 'type_error',
  });
});

describe('equality', () => {
  holds({
    '1 == 1': true,
    '1 == "1"': false,
    'true == 1': false,
    '1 != "1"': true,
    'context.one == 1': true,
    '[1, 2, 2] == [2, 1]': true,
    '[1, 2] == [1, 2, 3]': false,
    '[[1, 2], [3]] == [[3], [2, 1]]': true,
    '[{a: 1}] == [{a: 1}]': true,
    '{a: 1, b: 2} == {b: 2, a: 1}': true,
    '{a: 1} == {a: 1, b: 2}': false,
    'principal == Menshen::User::"alice"': true,
    'principal == resource': false,
    'principal.dept.head == principal': true,
    'principal == {type: "Menshen::User", id: "alice"}': false,
    'context.missing == 1': 'no_such_attribute',
    'ip("10.0.0.1") == ip("10.0.0.1/32")': true,
    'ip("10.0.0.1/8") == ip("10.0.0.0/8")': false,
    'decimal("1.5") == decimal("1.50")': true,
    'decimal("1.5") == "1.5"': false,
    'datetime("2026-03-01T08:00:00Z") == datetime("2026-03-01T16:00:00+0800")': true,
    'duration("1h") == duration("60m")': true,
    'duration("1ms") == datetime("1970-01-01T00:00:00.001Z")': false,
  });
});

describe('comparison and arithmetic', () => {
  holds({
    '1 < 2': true,
    '2 <= 2': true,
    '3 > 2': true,
    '2 >= 3': false,
    '1 < "2"': 'type_error',
    '"a" < "b"': 'type_error',
    'decimal("1.0") < decimal("2.0")': 'type_error',
    'context.when < datetime("2026-03-02")': true,
    'context.when >= datetime("2026-03-01T08:00:00Z")': true,
    'duration("59s") < duration("1m")': true,
    'duration("59s") < datetime("1970-01-01")': 'type_error',
    '1 + 2 * 3 == 7': true,
    '2 - 3 == -1': true,
    '-context.one == -1': true,
    '-"a" == 1': 'type_error',
    '1 + "a" == 1': 'type_error',
    '9223372036854775807 > 9223372036854775806': true,
    '9223372036854775807 + 0 == 9223372036854775807': true,
    '9223372036854775807 + 1 > 0': 'overflow',
    '-9223372036854775808 - 1 < 0': 'overflow',
    '-(-9223372036854775808) > 0': 'overflow',
    '-9223372036854775807 - 1 == -9223372036854775808': true,
    '3037000500 * 3037000500 > 0': 'overflow',
    '3037000499 * 3037000499 == 9223372030926249001': true,
    'context.largest + 2 - 2 == context.largest': true,
    'context.largest + 1 == 9007199254740992': true,
    'context.largest + 1 == context.largest + 2': false,
    'context.largest * 1024 - 9223372036854774784 == 0': true,
    '-9223372036854775808 < -9223372036854775807': true,
    '00009223372036854775807 == 9223372036854775807': true,
  });
});

describe('hierarchy and types', () => {
  holds({
    'principal in Menshen::Role::"accountant"': true,
    'principal in Menshen::Department::"company"': true,
    'principal in Menshen::Role::"auditor"': false,
    'principal in principal': true,
    'principal in [Menshen::Role::"auditor", Menshen::Role::"accountant"]': true,
    'principal in []': false,
    'principal in [principal, 1]': 'type_error',
    'principal in 1': 'type_error',
    '1 in principal': 'type_error',
    'Menshen::User::"nobody" in Menshen::User::"nobody"': true,
    'Menshen::User::"nobody" in Menshen::Department::"company"': false,
    'principal.dept in Menshen::Department::"company"': true,
    'action in Menshen::Action::"employee.read"': true,
    'principal is Menshen::User': true,
    'principal is User': false,
    'principal is Menshen::User in Menshen::Department::"company"': true,
    'principal is Menshen::App in principal': false,
    'principal is Menshen::User in 1': 'type_error',
    'principal is Menshen::App in 1': false,
    'context.one is Menshen::User': 'type_error',
    'resource is Portal::Record': true,
  });
});

describe('attributes and tags', () => {
  holds({
    'principal.level == 3': true,
    'principal["level"] == 3': true,
    'principal.missing == 3': 'no_such_attribute',
    'resource.level == 3': 'no_such_entity',
    'context.one.level == 3': 'type_error',
    'principal has level': true,
    'principal has "missing"': false,
    'resource has level': false,
    'context.one has level': 'type_error',
    'context has nested.a.b.c': true,
    'context has nested.x.b.c': false,
    'context has nested.a.b.c.d': 'type_error',
    'principal has dept.head.level': true,
    'principal has ghost.head': false,
    'principal.ghost.head == principal': 'no_such_entity',
    'context.nested.a.b.c == 1': true,
    '{a: {b: 1}}.a.b == 1': true,
    '{a: 1} has a': true,
    '{a: 1}.b == 1': 'no_such_attribute',
    'principal.hasTag("grade")': true,
    'principal.hasTag("missing")': false,
    'resource.hasTag("grade")': false,
    'principal.hasTag(1)': 'type_error',
    'context.hasTag("grade")': 'type_error',
    'principal.getTag("grade") == "P7"': true,
    'principal.getTag("floor") + 1 == 4': true,
    'principal.getTag("missing") == 1': 'no_such_tag',
    'resource.getTag("grade") == "P7"': 'no_such_entity',
    'principal.dept.getTag("grade") == "P7"': 'no_such_tag',
    'principal.getTag(1) == 1': 'type_error',
  });
});

describe('strings', () => {
  holds({
    'context.text like "abc"': true,
    'context.text like "a*"': true,
    'context.text like "*c"': true,
    'context.text like "*b*"': true,
    'context.text like "a*b*c"': true,
    'context.text like "a*bc*c"': false,
    'context.text like "*"': true,
    'context.text like ""': false,
    '"" like "*"': true,
    '"a*c" like "a\\*c"': true,
    '"abc" like "a\\*c"': false,
    '"aa" like "a*a"': true,
    '"a" like "a*a"': false,
    '"abab" like "*ab"': true,
    '"\u{1f600}" like "*\u{1f600}*"': true,
    '"部门/财务" like "部门/*"': true,
    'context.one like "1"': 'type_error',
  });
});

describe('sets', () => {
  holds({
    'context.items.contains(2)': true,
    'context.items.contains("2")': false,
    'context.one.contains(1)': 'type_error',
    '[[1, 2], 3].contains([2, 1])': true,
    '[{a: 1}].contains({a: 1})': true,
    '[principal].contains(principal)': true,
    '[ip("10.0.0.1")].contains(ip("10.0.0.1/32"))': true,
    'principal.badges.contains("red")': true,
    'context.items.containsAll([1, 3])': true,
    'context.items.containsAll([1, 4])': false,
    'context.items.containsAll([])': true,
    'context.items.containsAll(1)': 'type_error',
    'context.items.containsAny([4, 3])': true,
    'context.items.containsAny([4, 5])': false,
    'context.items.containsAny([])': false,
    '[].containsAny([1])': false,
    '[1].containsAny(1)': 'type_error',
    '[].isEmpty()': true,
    'context.items.isEmpty()': false,
    '"".isEmpty()': 'type_error',
    '[1,2,3,4,5,6,7,8,9,"a",[1],{b:2}].contains({b:2})': true,
    '[1,2,3,4,5,6,7,8,9,"a",[1],{b:2}].contains("1")': false,
    '[1,2,3,4,5,6,7,8,9,10] == [10,9,8,7,6,5,4,3,2,1,1]': true,
  });
});

describe('ipaddr', () => {
  holds({
    'ip("10.0.0.1").isIpv4()': true,
    'ip("10.0.0.1").isIpv6()': false,
    'ip("2001:db8::1").isIpv6()': true,
    'ip("127.0.0.1").isLoopback()': true,
    'ip("127.0.0.0/7").isLoopback()': false,
    'ip("::1").isLoopback()': true,
    'ip("::1/127").isLoopback()': false,
    'ip("224.1.2.3").isMulticast()': true,
    'ip("224.0.0.0/3").isMulticast()': false,
    'ip("ff02::1").isMulticast()': true,
    'context.ip.isInRange(ip("10.0.0.0/8"))': true,
    'context.ip.isInRange(ip("10.1.2.3"))': true,
    'ip("10.0.0.0/8").isInRange(ip("10.0.0.0/16"))': false,
    'ip("::1").isInRange(ip("0.0.0.0/0"))': false,
    'ip("2001:db8::1").isInRange(ip("2001:db8::/32"))': true,
    'ip("1.2.3").isIpv4()': 'extension_error',
    'ip("::ffff:1.2.3.4").isIpv6()': 'extension_error',
    'ip(context.one).isIpv4()': 'type_error',
    '"10.0.0.1".isIpv4()': 'type_error',
    'context.ip.isInRange("10.0.0.0/8")': 'type_error',
  });
});

describe('decimal', () => {
  holds({
    'decimal("1.1").lessThan(decimal("1.2"))': true,
    'decimal("1.2").lessThanOrEqual(decimal("1.2"))': true,
    'decimal("-1.2").greaterThan(decimal("-1.3"))': true,
    'decimal("1.2").greaterThanOrEqual(decimal("1.2001"))': false,
    'decimal("922337203685477.5807").greaterThan(decimal("922337203685477.5806"))': true,
    'decimal("922337203685477.5808") == decimal("0.0")': 'extension_error',
    'decimal("1.23456") == decimal("0.0")': 'extension_error',
    'decimal("-0.0") == decimal("0.0")': true,
    'decimal("1.1").lessThan(1)': 'type_error',
    'context.one.lessThan(decimal("1.1"))': 'type_error',
  });
});

describe('datetime and duration', () => {
  holds({
    'datetime("2026-03-01").offset(duration("1d")) == datetime("2026-03-02")': true,
    'datetime("2026-03-01").offset(1) == datetime("2026-03-02")': 'type_error',
    'datetime("2026-03-02").durationSince(datetime("2026-03-01")) == duration("1d")': true,
    'datetime("1969-12-31T23:00:00Z").toDate() == datetime("1969-12-31")': true,
    'datetime("1969-12-31T23:00:00Z").toTime() == duration("23h")': true,
    'context.when.toTime() == duration("8h")': true,
    'context.when.toDate() == datetime("2026-03-01")': true,
    'duration("-1h").toMilliseconds() == -3600000': true,
    'duration("-1500ms").toSeconds() == -1': true,
    'duration("119s").toMinutes() == 1': true,
    'duration("47h").toHours() == 47': true,
    'duration("47h").toDays() == 1': true,
    'duration("9223372036854775807ms").toSeconds() == 9223372036854775': true,
    'duration("9223372036854775808ms").toSeconds() == 0': 'extension_error',
    'datetime("2026-03-01").offset(duration("9223372036854775807ms")) > context.when': 'overflow',
    'datetime("1970-01-01").offset(duration("-9223372036854775808ms")).toDate() < context.when': 'overflow',
    'datetime("0000-02-29") < datetime("0001-01-01")': true,
    'datetime("2026-02-29") == context.when': 'extension_error',
    'datetime("2026-03-01T24:00:00Z") == context.when': 'extension_error',
    'datetime("2026-03-01T08:00:00") == context.when': 'extension_error',
    'duration("1h1d") == duration("1d")': 'extension_error',
    'duration("") == duration("1d")': 'extension_error',
    'context.one.toTime() == duration("8h")': 'type_error',
    'context.one.toDays() == 1': 'type_error',
  });
});
