export type { BodyFile, FileField } from './body/multipart.ts';
export { type Body, type BodyInput, createInspector, type Head, type HeadInput, type Inspector } from './inspector.ts';
export { forEachLeaf, type Leaf, type LeafLimits, type LeafPath, type LeafVisitor } from './leaves.ts';
export type { Parameters } from './pairs.ts';
export { type BodyKind, defaultLimits, type InspectionLimits, type InspectionProfile, type NormalProfile } from './profile.ts';
export { isRefusal, type Refusal, type RefusalCode, refusalStatus } from './refusal.ts';
