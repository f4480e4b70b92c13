import type { Rule } from '../../rule.ts';
import { backendAuthzRules } from './catalogue-backend.ts';
import { cloudAuthzRules } from './catalogue-cloud.ts';
import { contentRules } from './catalogue-content.ts';
import { paymentRules } from './catalogue-payment.ts';

/** Authorization, business logic and payment. */
export const authzRules: readonly Rule[] = [...cloudAuthzRules, ...backendAuthzRules, ...paymentRules, ...contentRules];
