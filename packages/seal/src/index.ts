export { type AlgorithmName, algorithmNames } from './algorithm.ts';
export { type BlindIndex, type BlindIndexOptions, createBlindIndex } from './blind-index.ts';
export { SealError, type SealErrorCode } from './error.ts';
export { type IndexPlan, type IndexPlanInput, planBlindIndex } from './index-plan.ts';
export {
  createLocalKek,
  type KeyEncryptionKey,
  type KeyOwner,
  kekOf,
  keyCheckValue,
  rewrapDataKey,
  unwrapDataKey,
  type WrapContext,
  type WrappedKey,
  wrapDataKey,
} from './key-wrap.ts';
export { type Normaliser, normalisers } from './normalise.ts';
export { openKeyFile, PassphraseError, type PassphraseKeyFile, sealKeyFile } from './passphrase.ts';
export { type Field, fieldOf, type Place } from './place.ts';
export { createRandomPool } from './random-pool.ts';
export {
  type DataKey,
  type KeyRing,
  open,
  openField,
  type RandomBytes,
  type RecordFacts,
  recordFacts,
  seal,
  sealField,
} from './record.ts';
export { createSearchableField, type SearchableField, type SearchableFieldOptions } from './searchable.ts';
export {
  createSm2Signatures,
  defaultUserId,
  type Sm2PrivateKey,
  type Sm2PublicKey,
  type Sm2Signatures,
  sm2PrivateKey,
  sm2PublicKey,
} from './sm2-signature.ts';
