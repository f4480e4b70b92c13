import type { Rule } from '../../rule.ts';

export const patternRules: readonly Rule[] = [];
