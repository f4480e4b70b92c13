import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import type { World } from './world.ts';

const day = 86_400_000;

const key = (kid: number, change: Partial<contract.DataKeyView>): contract.DataKeyView => ({
  kid,
  app: 'portal',
  algorithm: 'aes-256-gcm',
  state: 'active',
  wrapping: 2,
  created: now - 30 * day,
  createdBy: 'admin',
  retiredAt: null,
  destroyedAt: null,
  sealed: 184_302,
  opened: 2_410_881,
  old: null,
  ...change,
});

const proofKey = (id: string, change: Partial<contract.ProofKeyView>): contract.ProofKeyView => ({
  ...{ id, purpose: 'reports', publicKey: '-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n' },
  ...{ created: now - 20 * day, createdBy: 'admin', retired: null, old: false },
  ...change,
});

/** The key ring: an old key, one that only opens, and a wrapping key that is to go. */
export function keyHandlers(world: () => World): readonly FakeHandler[] {
  const busy = (): boolean => world().company.people.length > 0;
  return [
    bind(contract.listProofKeys, () => ({
      maxAgeDays: 365,
      keys: [
        proofKey('5f3a9c0d17e2b468', {}),
        proofKey('90ab12cd34ef5678', { created: now - 700 * day, retired: now - 20 * day }),
        proofKey('1122334455667788', { purpose: 'certificates', created: now - 380 * day, old: true }),
        proofKey('aabbccddeeff0011', { purpose: 'privacy' }),
      ],
    })),
    bind(contract.rotateProofKey, ({ body }) => proofKey('0f1e2d3c4b5a6978', { purpose: body.purpose, created: now })),
    bind(contract.listKeys, () => ({
      keys: busy()
        ? [
            key(2_913_004_551, {}),
            key(871_220_913, { state: 'retired', retiredAt: now - 30 * day, created: now - 300 * day, wrapping: 1 }),
            key(1_405_337_209, { app: 'coupon', created: now - 401 * day, old: 'age', algorithm: 'sm4-ctr-hmac-sm3' }),
          ]
        : [],
      persons: busy()
        ? [
            { app: 'portal', state: 'active' as const, keys: 212 },
            { app: 'portal', state: 'destroyed' as const, keys: 3 },
          ]
        : [],
      wrapping: [
        { id: 1, kind: 'master' as const, current: !busy(), keys: busy() ? 41 : 0 },
        ...(busy() ? [{ id: 2, kind: 'command' as const, current: true, keys: 177 }] : []),
      ],
      fields: busy()
        ? [
            {
              app: 'portal',
              table: 'people',
              column: 'phone',
              algorithm: 'aes-256-gcm' as const,
              perPerson: false,
              purposes: ['support', 'export'],
              indexes: [{ name: 'whole', form: 'phone', bits: 9, falseMatches: 1_953 }],
              leakedBits: 9,
            },
            {
              app: 'portal',
              table: 'people',
              column: 'id_card',
              algorithm: 'sm4-ctr-hmac-sm3' as const,
              perPerson: true,
              purposes: ['hr'],
              indexes: [],
              leakedBits: 0,
            },
          ]
        : [],
      rotation: { maxAgeDays: 365, maxValues: 1_000_000_000 },
      rewrapping: { running: false, moved: 0 },
    })),
    bind(contract.rotateKey, () => ({ kid: 77 })),
    bind(contract.rewrapKeys, () => ({ running: true })),
    bind(contract.destroyKey, () => ({ ok: true as const })),
    bind(contract.erasePerson, () => ({ destroyed: 1 })),
  ];
}
