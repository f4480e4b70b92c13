import * as contract from '@menshen/contract';
import { type Bound, bind } from '../../api/bind.ts';
import type { ProofKeys } from './service.ts';

/** Signing keys of proofs, for the people who run the platform. No private key passes here. */
export function proofKeyHandlers(proofs: ProofKeys, maxAgeDays: () => number): readonly Bound[] {
  return [
    bind(contract.listProofKeys, async () => ({ keys: [...proofs.list()], maxAgeDays: maxAgeDays() })),
    bind(contract.rotateProofKey, async ({ body, by }) => await proofs.rotate(body.purpose, by)),
  ];
}
