import * as contract from '@menshen/contract';
import { type Bound, bind } from '../api/bind.ts';
import type { DetectService } from './service.ts';

export interface DetectHandlerParts {
  readonly detect: DetectService;
  readonly watching: () => boolean;
  readonly sigma: () => contract.SigmaStanding | null;
  readonly clock: () => number;
  readonly incidents: { readonly service: { ofAlert(alert: string): Promise<contract.AlertDetail['incident']> } };
}

/** Alerts, the rules that raise them, and how these are tuned. */
export function detectHandlers({ detect, watching, sigma, clock, incidents }: DetectHandlerParts): readonly Bound[] {
  return [
    bind(
      contract.listAlerts,
      async ({ query: { limit, cursor, ...filter } }) => await detect.list(filter, limit, cursor ?? null),
    ),
    bind(contract.getAlert, async ({ params: { id } }) => ({
      ...(await detect.alert(id)),
      incident: await incidents.service.ofAlert(id),
    })),
    bind(contract.judgeAlert, async ({ params, body, by }) => await detect.judge(params.id, body.verdict, body.note, by)),
    bind(contract.getDetections, async () => ({
      rules: await detect.rules(),
      tunings: detect.tunings(),
      watching: watching(),
      sigma: sigma(),
      now: clock(),
    })),
    bind(contract.tuneDetection, async ({ body, by }) => await detect.tune(body, by)),
    bind(contract.revokeTuning, async ({ params, body, by }) => await detect.revoke(params.id, body.reason, by)),
  ];
}
