import { type Attention, inNumber } from '@menshen/contract';
import type { PrivacyService } from '../../privacy/service.ts';

/** Requests of people that are late or will be, and assessments that have run out. */
export async function privacyAttention({ requests, registers }: PrivacyService, now: number): Promise<Attention[]> {
  const found: Attention[] = [];
  const open = await requests.list({ open: true });
  const overdue = open.filter((request) => requests.urgency(request) === 'overdue');
  const soon = open.filter((request) => requests.urgency(request) === 'soon');
  const [first] = overdue.length > 0 ? overdue : soon;
  if (first !== undefined) {
    const late = overdue.length > 0;
    found.push({
      id: 'privacy-requests',
      severity: late ? 'high' : 'medium',
      title: late
        ? {
            zh: `${overdue.length} 个个人信息请求已逾期`,
            en: inNumber(overdue.length, `${overdue.length} privacy request[s] [is|are] overdue`),
          }
        : {
            zh: `${soon.length} 个个人信息请求即将到期`,
            en: inNumber(soon.length, `${soon.length} privacy request[s] [is|are] due soon`),
          },
      detail: {
        zh: '个人有权得到及时的答复（个人信息保护法第五十条）。',
        en: 'People have a right to an answer in good time (PIPL article 50).',
      },
      since: first.created,
      action: { to: '/privacy/requests', label: { zh: '办理请求', en: 'Open the requests' } },
    });
  }
  const expired = await registers.expired();
  if (expired.length > 0)
    found.push({
      id: 'privacy-assessments',
      severity: 'low',
      title: {
        zh: `${expired.length} 份影响评估已过期`,
        en: inNumber(expired.length, `${expired.length} impact assessment[s] [has|have] expired`),
      },
      detail: { zh: '请重新评估并签署。', en: 'Assess again and sign.' },
      since: Math.min(now, ...expired.flatMap(({ signed }) => signed?.until ?? [])),
      action: { to: '/privacy/assessments', label: { zh: '查看评估', en: 'Open the assessments' } },
    });
  return found;
}
