import type { Rule } from '../../rule.ts';

export const taintRules: readonly Rule[] = [];
