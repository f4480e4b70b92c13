import type { Detector, FeatureFacts, Signals, Subject } from '../model.ts';
import { foldCase, isSpace, isWordCode } from '../text/characters.ts';

const fact = (weight: number, zh: string, en: string): FeatureFacts => ({ class: 'prototype_pollution', weight, zh, en });

const features: Readonly<Record<string, FeatureFacts>> = {
  'prototype.key': fact(
    4.5,
    '字段名会改写所有对象共有的原型',
    "A field's name would change the prototype that all objects share",
  ),
  'prototype.member': fact(
    4.2,
    '值中的路径指向对象原型（__proto__）',
    "A path in the value leads to an object's prototype (__proto__)",
  ),
  'prototype.word': fact(1.5, '文字中出现 __proto__', 'The text holds __proto__'),
  'prototype.constructor': fact(
    4.2,
    '路径经 constructor.prototype 指向对象原型',
    "A path leads to an object's prototype by constructor.prototype",
  ),
};

/** Finds names and paths that reach the prototype of JavaScript's objects. */
export const prototypeDetector: Detector = {
  name: 'prototype',
  literals: ['__proto__', 'constructor', '__pro__proto__to__', '__definegetter__', '__lookupgetter__'],
  features,
  detect({ text, place }: Subject, signals: Signals): void {
    if (!signals.spend(text.length)) return;
    const folded = foldCase(text);
    for (let at = folded.indexOf('__proto__'); at >= 0; at = folded.indexOf('__proto__', at + 9)) {
      const end = at + 9;
      if (place === 'key') signals.report('prototype.key', at, end);
      else if (isMember(folded, at, end)) signals.report('prototype.member', at, end);
      else signals.report('prototype.word', at, end);
    }
    for (let at = folded.indexOf('constructor'); at >= 0; at = folded.indexOf('constructor', at + 11)) {
      const end = prototypeAfter(folded, at + 11);
      if (end > 0)
        signals.report(
          place === 'key' ? 'prototype.key' : leadsOn(folded, end) ? 'prototype.constructor' : 'prototype.word',
          at,
          end,
        );
    }
  },
};

/** Reached by a dot or bracket, or followed by one, or a member's name in JSON. */
function isMember(folded: string, start: number, end: number): boolean {
  let after = end;
  while (after < folded.length && (folded[after] === '"' || folded[after] === "'" || isSpace(folded.charCodeAt(after))))
    after += 1;
  const next = folded[after];
  const previous = folded[start - 1];
  if (next === '.' && !isWordCode(folded.charCodeAt(after + 1))) return false;
  if (next === '.' || next === '[') return true;
  if (next === ':' && (previous === '"' || previous === "'" || previous === '{' || previous === ',')) return true;
  if (next === ']' && (previous === '[' || previous === '"' || previous === "'")) {
    const open = folded[start - 2] === '[' ? start - 2 : start - 1;
    return isWordCode(folded.charCodeAt(open - 1)) || leadsOn(folded, after);
  }
  return previous === '.' && next === '=';
}

/** A further member, an index or an assignment follows. */
function leadsOn(folded: string, from: number): boolean {
  let at = from;
  while (
    at < folded.length &&
    at < from + 4 &&
    (folded[at] === ']' || folded[at] === '"' || folded[at] === "'" || folded[at] === ' ')
  )
    at += 1;
  if (folded[at] === '.') return isWordCode(folded.charCodeAt(at + 1)) || folded[at + 1] === ' ';
  return folded[at] === '[' || folded[at] === '=' || folded[at] === ':';
}

/** End of `.prototype`, `[prototype]`, `["prototype"]` or `":{"prototype` after `constructor`; -1 where it does not follow. */
function prototypeAfter(folded: string, from: number): number {
  let at = from;
  while (at < from + 12 && at < folded.length && '.[]"\':{ '.includes(folded[at]!)) at += 1;
  return at > from && folded.startsWith('prototype', at) ? at + 9 : -1;
}
