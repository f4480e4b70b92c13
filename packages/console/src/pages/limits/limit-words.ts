import type { LimitInForce } from '@menshen/contract';
import type { useLanguage } from '../../i18n/language.tsx';

type Translate = ReturnType<typeof useLanguage>['t'];
type LimitNumbers = Pick<LimitInForce, 'per' | 'requests' | 'windowSeconds'>;

/** `Each person: 30 every minute`. */
export function limitWords(limit: LimitNumbers, t: Translate): string {
  return t('limits.per', {
    per: t(`limits.each.${limit.per}`),
    requests: limit.requests,
    window: windowWords(limit.windowSeconds, t),
  });
}

function windowWords(seconds: number, t: Translate): string {
  if (seconds % 3_600 === 0) return t('limits.window.hours', { count: seconds / 3_600 });
  if (seconds % 60 === 0) return t('limits.window.minutes', { count: seconds / 60 });
  return t('limits.window.seconds', { count: seconds });
}

/** Reads the name that a limit has in the record, `app: person 30/60 s`. Null when it is of another form. */
export function readLimitName(name: string): LimitNumbers | null {
  const [, per, requests, windowSeconds] =
    /^(?:app: )?(address|person|device|session|route|app) (\d+)\/(\d+) s$/.exec(name) ?? [];
  if (per === undefined) return null;
  return { per: per as LimitInForce['per'], requests: Number(requests), windowSeconds: Number(windowSeconds) };
}

/** The lines of the configuration file that hold a limit. */
export function limitYaml(limit: LimitInForce): string {
  const fields = [
    `per: ${limit.per}`,
    `requests: ${limit.requests}`,
    `windowSeconds: ${limit.windowSeconds}`,
    ...(limit.burst === limit.requests ? [] : [`burst: ${limit.burst}`]),
    ...(limit.shared ? ['shared: true'] : []),
    ...(limit.answer === 'refuse' ? [] : [`answer: ${limit.answer}`]),
    ...(limit.riskAtLeast === 0 ? [] : [`riskAtLeast: ${limit.riskAtLeast}`]),
    ...(limit.botAtLeast === 0 ? [] : [`botAtLeast: ${limit.botAtLeast}`]),
  ];
  const inside = `limit: { ${fields.join(', ')} }`;
  const place = limit.route === null ? [`    ${inside}`] : ['    routes:', `      - match: ${limit.route}`, `        ${inside}`];
  return ['apps:', `  - id: ${limit.app}`, ...place].join('\n');
}
