import { type Attention, inNumber } from '@menshen/contract';
import type { ProtectService } from '../../protect/service.ts';

/** Proposals of types that wait for a person, and people who are refused for what a new version of the app does. */
export async function protectionAttention({ schemas }: ProtectService): Promise<Attention[]> {
  const { versions, counts } = await schemas.overview();
  const open = versions.filter(({ state }) => state === 'proposed');
  const found: Attention[] = [];
  const [first] = [...open].sort((a, b) => a.madeAt - b.madeAt);
  const updates = open.filter(({ app, route }) =>
    versions.some((one) => one.state === 'approved' && one.app === app && one.route === route),
  );
  const refused = updates.reduce((sum, { app, route }) => {
    const inForce = versions.find((one) => one.state === 'approved' && one.app === app && one.route === route);
    return sum + (counts.find((row) => row.app === app && row.route === route && row.version === inForce?.version)?.count ?? 0);
  }, 0);
  if (first === undefined) return found;
  found.push({
    id: 'field-types',
    severity: refused > 0 ? 'high' : 'low',
    title: {
      zh: `${open.length} 个接口的字段类型等待确认`,
      en: inNumber(open.length, `Field types of ${open.length} route[s] wait for you`),
    },
    detail:
      refused > 0
        ? {
            zh: `应用可能已更新：最近一天有 ${refused} 个请求因不符合已批准的类型被拒绝。`,
            en: `The app may have changed: ${refused} requests were refused in the last day for not fitting the approved types.`,
          }
        : {
            zh: '网关已从正常请求中学到字段的形式。批准后，不符合的请求会被拒绝。',
            en: 'The gateway has learned the form of fields from accepted requests. Once approved, what does not fit is refused.',
          },
    since: first.madeAt,
    action: { to: '/field-types', label: { zh: '查看提议', en: 'Open the proposals' } },
  });
  return found;
}
