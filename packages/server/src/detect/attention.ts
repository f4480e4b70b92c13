import { type Attention, inNumber } from '@menshen/contract';
import type { DetectService } from './service.ts';

/** Alerts that nobody has judged: the heaviest by name, the others as a number. */
export async function alertAttention(detect: Pick<DetectService, 'open'>): Promise<Attention[]> {
  const { total, heaviest } = await detect.open();
  const urgent = heaviest.filter(({ severity }) => severity === 'critical' || severity === 'high').slice(0, 3);
  const found: Attention[] = urgent.map((alert) => ({
    id: `alert-${alert.id}`,
    severity: alert.severity === 'critical' ? 'critical' : 'high',
    title: alert.title,
    detail: alert.text,
    since: alert.found,
    action: { to: `/alerts/${alert.id}`, label: { zh: '查看告警', en: 'Open the alert' } },
  }));
  const [first] = heaviest;
  const rest = total - urgent.length;
  if (rest > 0 && first !== undefined) {
    found.push({
      id: 'alerts-open',
      severity: 'medium',
      title: { zh: `${rest} 条告警尚未判定`, en: inNumber(rest, `${rest} alert[s] [waits|wait] for a judgement`) },
      detail: { zh: '先看最严重的。', en: 'The heaviest come first.' },
      since: first.found,
      action: { to: '/alerts', label: { zh: '查看告警', en: 'Open the alerts' } },
    });
  }
  return found;
}
