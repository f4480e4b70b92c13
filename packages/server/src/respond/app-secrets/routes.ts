import * as contract from '@menshen/contract';
import { type Bound, bind } from '../../api/bind.ts';
import type { AppSecretService } from './service.ts';

/** Secrets of apps for the console: never with a secret in an answer. */
export function appSecretHandlers({
  secrets,
  clock,
}: {
  readonly secrets: AppSecretService;
  readonly clock: () => number;
}): readonly Bound[] {
  return [
    bind(contract.listAppSecrets, async () => ({ secrets: await secrets.list(), now: clock() })),
    bind(contract.stageAppSecret, async ({ body, by }) => await secrets.stage(body, by)),
    bind(contract.discardAppSecret, async ({ params, by }) => {
      await secrets.discard(params.id, by);
      return { ok: true as const };
    }),
  ];
}
