import type { Rule } from '../../rule.ts';
import { credentialRules } from './catalogue-credentials.ts';
import { placeRules } from './catalogue-places.ts';

export const secretRules: readonly Rule[] = [...credentialRules, ...placeRules];
