import * as contract from '@menshen/contract';
import { hasGrant } from '../administrators/tokens/service.ts';
import { type Bound, bind } from '../api/bind.ts';
import { readReport } from './read/read-report.ts';
import type { ScanRunner } from './run/runner.ts';
import type { ScanService } from './service.ts';

export interface ScanHandlerParts {
  readonly scans: ScanService;
  readonly runner: ScanRunner;
  readonly apps: () => readonly string[];
  readonly clock: () => number;
}

/** Findings and scans for people, and the door for pipelines. */
export function scanHandlers({ scans, runner, apps, clock }: ScanHandlerParts): readonly Bound[] {
  return [
    bind(
      contract.listFindings,
      async ({ query: { limit, cursor, ...filter } }) => await scans.list(filter, limit, cursor ?? null),
    ),
    bind(contract.getFinding, async ({ params }) => await scans.finding(params.id)),
    bind(contract.changeFindings, async ({ body, by, approvedBy }) => {
      const findings = await scans.change(body.ids, body.change, by, approvedBy);
      return { changed: findings.length, findings };
    }),
    bind(contract.commentFinding, async ({ params, body, by }) => await scans.comment(params.id, body.text, by)),
    bind(contract.listScans, async ({ query: { limit, cursor, ...filter } }) => ({
      ...(await scans.scans(filter, limit, cursor ?? null)),
      ...{ sources: await runner.list(), apps: [...apps()], now: clock() },
    })),
    bind(contract.compareScans, async ({ query }) => await scans.compare(query.before, query.after)),
    bind(contract.uploadScan, async ({ body, by, token }) => {
      if (token !== null && !hasGrant(token, `scan:${body.app}`)) throw new contract.MenshenError('token_scope');
      const report = readReport(body.report);
      return await scans.take(
        { ...report, complete: report.complete && !body.partial },
        {
          ...{ app: body.app, project: body.project, version: body.version ?? null, by },
          trigger: report.tool === 'menshen-probe' ? 'probe' : 'upload',
        },
      );
    }),
    bind(contract.runScan, async ({ params, by }) => {
      await runner.request(params.app, params.project, by);
      return { ok: true as const };
    }),
  ];
}
