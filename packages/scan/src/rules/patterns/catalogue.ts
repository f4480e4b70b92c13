import type { Rule } from '../../rule.ts';
import { cryptoRules } from './catalogue-crypto.ts';
import { networkRules } from './catalogue-network.ts';
import { tokenRuleFacts } from './catalogue-tokens.ts';

export const patternRules: readonly Rule[] = [...networkRules, ...cryptoRules, ...tokenRuleFacts];
