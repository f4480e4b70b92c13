import type { Config } from '@menshen/contract';
import type { ConfigProblem } from './load.ts';

/** Routes that demand a consent that nobody could give: of an undeclared purpose, of one that the app does not ask for, or without a session. */
export function consentProblems({ apps, privacy }: Pick<Config, 'apps' | 'privacy'>): ConfigProblem[] {
  const declared = new Map(privacy.purposes.map((purpose) => [purpose.id, purpose]));
  const problem = (app: string, match: string, zh: string, en: string): ConfigProblem => ({
    ...{ line: null, column: null, field: `apps.${app}.routes` },
    zh: `接口“${match}”的 consent：${zh}`,
    en: `consent of route "${match}": ${en}`,
  });
  return apps.flatMap(({ id, routes }) =>
    routes.flatMap(({ match, auth, consent = [] }) => {
      if (consent.length > 0 && auth === 'none')
        return [problem(id, match, '不登录的接口无法核对同意。', 'a route without sign-in has nobody who could consent')];
      return consent.flatMap((name) => {
        const purpose = declared.get(name);
        if (purpose === undefined)
          return [problem(id, match, `privacy.purposes 中没有“${name}”。`, `privacy.purposes declares no "${name}"`)];
        if (purpose.apps !== undefined && !purpose.apps.includes(id))
          return [problem(id, match, `目的“${name}”不属于此应用。`, `the purpose "${name}" is not of this app`)];
        return [];
      });
    }),
  );
}
