import type { Rule } from '../../rule.ts';

export const privacyRules: readonly Rule[] = [];
