import * as contract from '@menshen/contract';
import type { Administrators } from '../../administrators/service.ts';
import { type Bound, bind } from '../bind.ts';

/** API tokens of machines. */
export function tokenHandlers({ tokens }: Administrators): readonly Bound[] {
  return [
    bind(contract.listApiTokens, async () => ({ tokens: await tokens.list() })),
    bind(contract.createApiToken, async (call) => tokens.create(call.body, call.by)),
    bind(contract.revokeApiToken, async (call) => {
      await tokens.revoke(call.params.id, call.by);
      return { ok: true as const };
    }),
  ];
}
