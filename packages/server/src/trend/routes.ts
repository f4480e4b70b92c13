import * as contract from '@menshen/contract';
import { type Bound, bind } from '../api/bind.ts';
import type { ComplianceService } from '../compliance/service.ts';
import { type Day, noonOf } from './model.ts';
import type { TrendService } from './service.ts';

export interface TrendHandlerParts {
  readonly trends: TrendService;
  readonly compliance: Pick<ComplianceService, 'subjects'>;
  readonly keepDays: () => number;
}

/** Risk and compliance over time. */
export function trendHandlers({ trends, compliance, keepDays }: TrendHandlerParts): readonly Bound[] {
  return [
    bind(contract.getTrend, async ({ query }) => {
      const subjects = await compliance.subjects();
      const known = subjects.find(({ id }) => id === query.subject);
      if (known === undefined) throw new contract.MenshenError('not_found');
      const { days, marks } = await trends.trend(known.id, query.days);
      const last = days.at(-1);
      return {
        ...{ subject: known.id, subjects: [...subjects], keepDays: keepDays() },
        days: days.map((one) => dayView(one, one === last)),
        marks: marks.map(({ at, kind, app, text, count, effect, path }) => ({ at, kind, app, text, count, effect, path })),
      };
    }),
  ];
}

function dayView({ day, at, content: { risk, compliance } }: Day, isNow: boolean): contract.TrendDay {
  return {
    ...{ at: isNow ? at : noonOf(day), levels: [...risk.levels], total: risk.total, highest: risk.highest },
    compliance: contract.complianceFrameworks.flatMap((framework) => {
      const counts = compliance[framework];
      return counts === undefined ? [] : [{ framework, counts }];
    }),
  };
}
