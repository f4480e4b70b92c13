import type { Rule } from '../../rule.ts';

export const configRules: readonly Rule[] = [];
