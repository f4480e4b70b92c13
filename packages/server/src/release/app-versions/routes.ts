import * as contract from '@menshen/contract';
import { type Bound, bind } from '../../api/bind.ts';
import type { AppVersions } from './service.ts';

/** Versions of mini programs that ask, and which releases they are. */
export function appVersionHandlers(versions: AppVersions): readonly Bound[] {
  return [
    bind(contract.listAppVersions, async () => ({ apps: await versions.list() })),
    bind(contract.nameAppVersion, async ({ params, body, by }) => {
      await versions.name(params.app, params.number, body.version, by);
      return { ok: true as const };
    }),
  ];
}
