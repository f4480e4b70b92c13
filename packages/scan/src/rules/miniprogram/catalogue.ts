import type { Rule } from '../../rule.ts';

export const miniProgramRules: readonly Rule[] = [];
