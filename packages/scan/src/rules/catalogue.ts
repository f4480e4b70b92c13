import type { Rule } from '../rule.ts';
import { authzRules } from './authz/catalogue.ts';
import { configRules } from './config/catalogue.ts';
import { dependencyRules } from './dependencies/catalogue.ts';
import { miniProgramRules } from './miniprogram/catalogue.ts';
import { patternRules } from './patterns/catalogue.ts';
import { privacyRules } from './privacy/catalogue.ts';
import { secretRules } from './secrets/catalogue.ts';
import { taintRules } from './taint/catalogue.ts';

/** Every rule, by id. */
export const catalogue: ReadonlyMap<string, Rule> = new Map(
  [
    ...secretRules,
    ...taintRules,
    ...miniProgramRules,
    ...authzRules,
    ...configRules,
    ...privacyRules,
    ...dependencyRules,
    ...patternRules,
  ]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((rule) => [rule.id, rule]),
);
