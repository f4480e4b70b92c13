import type { Config } from '@menshen/contract';
import { readRange } from '../rates/address-words.ts';
import type { ConfigProblem } from './load.ts';

/** Sources and staging hosts of apps that are not there, and ranges that are none: what would only show at night, or at the first probe. */
export function scanProblems({ apps, scans }: Pick<Config, 'apps' | 'scans'>): ConfigProblem[] {
  const known = new Set(apps.map(({ id }) => id));
  const problem = (field: string, zh: string, en: string): ConfigProblem => ({ line: null, column: null, field, zh, en });
  const unknown = (field: string, app: string): ConfigProblem => problem(field, `没有应用 ${app}。`, `there is no app ${app}`);
  return [
    ...scans.sources.flatMap(({ app }, at) => (known.has(app) ? [] : [unknown(`scans.sources.${at}.app`, app)])),
    ...scans.staging.flatMap(({ app }, at) =>
      app === undefined || known.has(app) ? [] : [unknown(`scans.staging.${at}.app`, app)],
    ),
    ...scans.staging.flatMap(({ addresses = [] }, at) =>
      addresses.every((range) => readRange(range) !== null)
        ? []
        : [
            problem(
              `scans.staging.${at}.addresses`,
              '应为地址或网段，例如 10.0.0.0/8。',
              'addresses or ranges are needed, such as 10.0.0.0/8',
            ),
          ],
    ),
  ];
}
