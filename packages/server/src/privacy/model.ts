import { createHmac } from 'node:crypto';
import type { erasureCauses, erasureScopes, privacyApi, verificationMethods } from '@menshen/contract';
import type { Keys } from '../keys/master.ts';

export type ErasureScope = (typeof erasureScopes)[number];
export type ErasureCause = (typeof erasureCauses)[number];
export type RequestKind = privacyApi.RequestKind;
export type RequestState = privacyApi.RequestState;
export type ConsentState = (typeof privacyApi.consentStates)[number];
export type Verification = (typeof verificationMethods)[number];
export type RequestChannel = 'mini_program' | 'back_office' | 'wechat';
export type ConsentChannel = 'mini_program' | 'back_office' | 'wechat' | 'erasure';

/** Pseudonyms of people in registers that outlive them: the same for a uid always, and nothing to anybody without the master key. */
export type PseudonymOf = (uid: string) => string;

export function createPseudonyms(keys: Keys): PseudonymOf {
  const secret = keys.derive('pseudonyms of persons in privacy registers');
  return (uid) => `ps_${createHmac('sha256', secret).update(uid).digest('base64url')}`;
}

/** `pr_` and 16 characters, as the ids of all registers here. */
export function newId(prefix: 'pr' | 'er' | 'cs' | 'rr', random: (size: number) => Uint8Array): string {
  return `${prefix}_${Buffer.from(random(12)).toString('base64url')}`;
}

export const dayMs = 86_400_000;
