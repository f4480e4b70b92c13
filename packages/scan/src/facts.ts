/** The rules as facts, and what a report may show: for programs that keep findings, without parsers and detectors. */
export { masked, safeText } from './report/excerpt.ts';
export { weightOf } from './report/order.ts';
export type { Example, Family, Framework, Rule, Severity } from './rule.ts';
export { catalogue } from './rules/catalogue.ts';
