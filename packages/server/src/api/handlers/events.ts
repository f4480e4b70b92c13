import * as contract from '@menshen/contract';
import { hasGrant } from '../../administrators/tokens/service.ts';
import { createReportedEvents } from '../../audit/reported-events.ts';
import type { Audit } from '../../audit/service.ts';
import type { Runtime } from '../../gateway/runtime.ts';
import { type Bound, bind } from '../bind.ts';

export interface EventHandlerParts {
  readonly audit: Audit;
  readonly runtime: () => Runtime;
  readonly clock: () => number;
}

/** What backends and cloud functions report of their people; each token reports for the apps that it was given. */
export function eventHandlers({ audit, runtime, clock }: EventHandlerParts): readonly Bound[] {
  const reported = createReportedEvents({ audit, clock });
  return [
    bind(contract.reportEvents, async ({ body, token, address }) => {
      // Before anything is said of what there is.
      if (token === null || !hasGrant(token, `events:${body.app}`)) throw new contract.MenshenError('token_scope');
      if (!runtime().apps.has(body.app)) throw new contract.MenshenError('not_found');
      return { indexes: await reported.report(body.events, { app: body.app, token: token.id, name: token.name, address }) };
    }),
  ];
}
