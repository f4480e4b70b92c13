import type { Rule } from '../../rule.ts';

export const authzRules: readonly Rule[] = [];
