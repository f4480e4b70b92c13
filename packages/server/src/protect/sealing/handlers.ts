import * as contract from '@menshen/contract';
import type { TokenPrincipal } from '../../administrators/tokens/service.ts';
import { type Bound, bind } from '../../api/bind.ts';
import { oldBecause } from '../../keys/ring/age-alarms.ts';
import type { KeyRing } from '../../keys/ring/service.ts';
import type { StoredKey } from '../../keys/ring/store.ts';
import type { SealedFields } from './fields.ts';
import type { Rewrapping } from './rewrapping.ts';
import type { SealCaller, SealingService } from './service.ts';

export interface SealHandlerParts {
  readonly sealing: SealingService;
  readonly ring: KeyRing;
  readonly rewrapping: Rewrapping;
  readonly fields: () => SealedFields;
  readonly apps: () => readonly string[];
  readonly rotation: { readonly maxAgeDays: number; readonly maxValues: number };
  readonly clock: () => number;
}

/** Field encryption for backends, and the key ring for the people who run it. No key material passes here. */
export function sealHandlers(parts: SealHandlerParts): readonly Bound[] {
  const { sealing, ring, rewrapping, fields, apps, rotation, clock } = parts;

  const view = ({ wrapped: _wrapped, subject: _subject, kek, ...key }: StoredKey): contract.DataKeyView => ({
    ...key,
    wrapping: kek,
    old: oldBecause(key, rotation, clock()),
  });

  return [
    bind(contract.sealEncrypt, async (call) => ({ items: await sealing.encrypt(callerOf(call), call.body, call.body.items) })),
    bind(contract.sealDecrypt, async (call) => ({ items: await sealing.decrypt(callerOf(call), call.body, call.body.items) })),
    bind(contract.sealIndex, async (call) => ({ items: await sealing.index(callerOf(call), call.body, call.body.items) })),
    bind(contract.sealReencrypt, async (call) => ({
      items: await sealing.reencrypt(callerOf(call), call.body, call.body.items),
    })),
    bind(contract.listKeys, async () => {
      const { keys, subjects, wrapping } = await ring.overview();
      return {
        keys: keys.map(view),
        persons: [...subjects],
        wrapping: [...wrapping],
        fields: [...fields().values()].map((field) => ({
          app: field.app,
          table: field.place.table,
          column: field.place.column,
          algorithm: field.algorithm,
          perPerson: field.perPerson,
          purposes: [...field.purposes],
          indexes: field.indexes.map(({ name, form, plan }) => ({
            name,
            form,
            bits: plan.bits,
            falseMatches: plan.falseMatches,
          })),
          leakedBits: field.leakedBits,
        })),
        rotation: { maxAgeDays: rotation.maxAgeDays, maxValues: rotation.maxValues },
        rewrapping: rewrapping.state(),
      };
    }),
    bind(contract.rotateKey, async (call) => {
      if (!apps().includes(call.body.app)) throw new contract.MenshenError('not_found');
      const { kid } = await ring.rotate(call.body.app, call.body.algorithm, call.by);
      return { kid };
    }),
    bind(contract.rewrapKeys, async (call) => {
      rewrapping.start(call.by);
      return { running: true };
    }),
    bind(contract.destroyKey, async (call) => {
      await ring.destroy(call.params.kid, call.by);
      return { ok: true as const };
    }),
    bind(contract.erasePerson, async (call) => ({ destroyed: await ring.erase(call.body.app, call.body.person, call.by) })),
  ];
}

function callerOf(call: { readonly token: TokenPrincipal | null; readonly address: string }): SealCaller {
  if (call.token === null) throw new contract.MenshenError('token_invalid');
  return { token: call.token, address: call.address };
}
