import type { Rule } from '../../rule.ts';
import { pageRules } from './catalogue-page.ts';
import { secretFlowRules } from './catalogue-secret.ts';
import { serverRules } from './catalogue-server.ts';

export const taintRules: readonly Rule[] = [...pageRules, ...serverRules, ...secretFlowRules];
