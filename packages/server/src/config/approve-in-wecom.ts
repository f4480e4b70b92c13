import type { Config } from '@menshen/contract';
import type { ConfigProblem } from './load.ts';

/** Approvals by a button that could reach nobody, or could be pressed by members of another company than the administrators'. */
export function approveInWecomProblems({
  apps,
  containment: { approveInWecom },
  console: { signIn },
}: Pick<Config, 'apps' | 'containment' | 'console'>): ConfigProblem[] {
  if (approveInWecom === undefined) return [];
  const problem = (zh: string, en: string): ConfigProblem[] => [
    { line: null, column: null, field: 'containment.approveInWecom.app', zh, en },
  ];
  const app = apps.find(({ id }) => id === approveInWecom.app);
  if (app?.wecom?.callback === undefined || app.wecom.agentid === undefined)
    return problem(
      '需要一个设置了 wecom.agentid 与 wecom.callback 的应用。',
      'an app with wecom.agentid and wecom.callback is needed',
    );
  return signIn.wecom?.corpid === app.wecom.corpid
    ? []
    : problem(
        '需要在 console.signIn.wecom 中设置同一企业，管理员才能绑定企业微信身份。',
        'console.signIn.wecom of the same company is needed, where administrators bind their identity',
      );
}
