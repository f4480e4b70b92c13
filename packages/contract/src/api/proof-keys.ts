import * as z from 'zod';
import { defineEndpoint, freshSeconds } from '../endpoint.ts';
import { time } from './common.ts';

/** What is signed as proof: reports and evidence packs, certificates of training, and what privacy duties give to people. */
export const proofPurposes = ['reports', 'certificates', 'privacy'] as const;
export const proofPurpose = z.enum(proofPurposes);
export type ProofPurpose = z.output<typeof proofPurpose>;

export const proofKeyView = z.object({
  /** The first 16 hexadecimal digits of SHA-256 over the SPKI. */
  id: z.string(),
  purpose: proofPurpose,
  /** SPKI in PEM. */
  publicKey: z.string(),
  created: time,
  createdBy: z.string(),
  /** Since when it signs nothing more; it goes on verifying. */
  retired: time.nullable(),
  /** Whether it should be rotated by now. */
  old: z.boolean(),
});
export type ProofKeyView = z.output<typeof proofKeyView>;

const onKeys = { group: 'keys', access: 'admin', scopes: ['keys'] } as const;

export const listProofKeys = defineEndpoint({
  ...onKeys,
  id: 'listProofKeys',
  method: 'GET',
  path: '/api/v1/keys/proofs',
  powers: ['system', 'security', 'audit'],
  summary: {
    zh: '签名密钥：报告、培训证书、隐私证明，含已退役的公钥',
    en: 'Signing keys of reports, certificates and privacy proofs, with the public keys of before',
  },
  response: z.object({ keys: z.array(proofKeyView), maxAgeDays: z.int() }),
  errors: [],
});

export const rotateProofKey = defineEndpoint({
  ...onKeys,
  id: 'rotateProofKey',
  method: 'POST',
  path: '/api/v1/keys/proofs/rotate',
  powers: ['system'],
  stepUpSeconds: freshSeconds,
  summary: {
    zh: '换用新的签名密钥；旧证明仍可验证',
    en: 'Sign with a new key from now on; old proofs go on verifying',
  },
  body: z.strictObject({ purpose: proofPurpose }),
  status: 201,
  response: proofKeyView,
  errors: ['step_up_required', 'conflict', 'validation_failed', 'audit_unwritable'],
});
