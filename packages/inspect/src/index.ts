export { multipartBoundary } from './body/media-type.ts';
export type { BodyFile, FileField } from './body/multipart.ts';
export { readPartHead } from './body/multipart-headers.ts';
export { detectors } from './detect/detectors.ts';
export {
  createDetection,
  type Detection,
  type DetectionOptions,
  type InspectOptions,
  type SettledFields,
  type TextFindings,
} from './detect/engine.ts';
export type { RawRequest } from './detect/lax-request.ts';
export { type AttackClass, attackClasses, type Detector, type FeatureFacts, type Place } from './detect/model.ts';
export { readRawRequest } from './detect/raw-request.ts';
export type { DetectionBody, DetectionRequest } from './detect/request.ts';
export { blockAt, type Finding, type FindingClass, passed, scoreOf, type Verdict } from './detect/verdict.ts';
export { expandJsonText } from './fields/expand-json-text.ts';
export { type FieldKind, fieldKinds, isSettled } from './fields/field-kind.ts';
export { compileFieldMap, type FieldMap, type FieldMapOptions } from './fields/field-map.ts';
export {
  bytesOf,
  defaultFileBounds,
  type FileAction,
  type FileBounds,
  type FileBytes,
  type FileFeature,
  type FileFinding,
  type FileFindingKind,
  type FileOptions,
  type FileReading,
  type FileType,
  fileFeatures,
  fileFindingKinds,
  filePosition,
  fileVerdictFindings,
  notedPoints,
  partOf,
  readFile,
  readRequestFiles,
  refusingPoints,
  typeOfBytes,
  withFileFindings,
} from './files/index.ts';
export { createHeaderMemo, type HeaderMemo } from './head/header-memo.ts';
export { isHostAndPort } from './head/headers.ts';
export {
  type Body,
  type BodyInput,
  bodyKindOf,
  createInspector,
  type Head,
  type HeadInput,
  type Inspector,
} from './inspector.ts';
export { type Observed, type Observer, observe } from './learn/observe.ts';
export { emptyProfile, mergeProfiles, type RouteProfile } from './learn/profile.ts';
export { type ProposedField, proposeSchema, type SchemaProposal } from './learn/propose.ts';
export { counts as isWitnessed } from './learn/witness.ts';
export { forEachLeaf, type Leaf, type LeafLimits, type LeafPath, type LeafVisitor } from './leaves.ts';
export { createNameCheck } from './names.ts';
export type { Parameters } from './pairs.ts';
export { type BodyKind, defaultLimits, type InspectionLimits, type InspectionProfile, type NormalProfile } from './profile.ts';
export { isRefusal, type Refusal, type RefusalCode, refusalStatus } from './refusal.ts';
export { LinearRegExp } from './regexp/linear-reg-exp.ts';
export { UnsupportedPattern } from './regexp/syntax.ts';
export { type Cleaned, cleanRichText, type Removed } from './rich-text/clean.ts';
export { type CleanedField, type CleanedValue, cleanRichFields, type RichFields } from './rich-text/clean-fields.ts';
export type { Dialect, JsonSchema } from './schema/bundle.ts';
export { type CompileOptions, compileSchema, type SchemaCheck, type SchemaMismatch } from './schema/compile.ts';
export { SchemaError, type SchemaErrorCode } from './schema/error.ts';
export { type OperationSchemas, openApiOperationSchemas } from './schema/openapi.ts';
