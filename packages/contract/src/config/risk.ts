import * as z from 'zod';

/** How risks are computed; see docs/guides/risk.md. */
export const riskSchema = z.strictObject({
  /** `root-product`: roots of products, finer; `matrix`: five by five tables, as many companies know them. Stored assessments keep the functions they were made with. */
  method: z.enum(['root-product', 'matrix']).default('root-product'),
  /** Days for which the trend of risk and compliance is kept: every day of the last four months, before that one a week. */
  trendDays: z.int().min(30).max(3_660).default(1_095),
});
export type RiskConfig = z.output<typeof riskSchema>;
