export type { SigmaEvent } from './match/event.ts';
export { fieldValue } from './match/event.ts';
export { type MatcherOptions, RuleMatcher, type RuleWithFilters } from './match/matcher.ts';
export type * from './model.ts';
export { type ParsedDocument, type ParseOptions, parseSigma } from './parse/document.ts';
export { SigmaError, type SigmaProblem, type SigmaProblemCode } from './problem.ts';
export type { Placeholders } from './values/modifiers.ts';
