import { type Attention, inNumber } from '@menshen/contract';
import type { AccountService } from '../../administrators/accounts/service.ts';
import type { ApprovalService } from '../../administrators/approvals/service.ts';

/** Forced acts that nobody has reviewed, and requests that wait for the viewer. */
export function approvalAttention({ unreviewed, decidable }: Awaited<ReturnType<ApprovalService['waiting']>>): Attention[] {
  const forced = unreviewed.map(
    (approval): Attention => ({
      id: `break-glass-${approval.id}`,
      severity: 'critical',
      title: {
        zh: `${approval.requestedBy.username} 未经批准强制执行：${approval.summary.zh}`,
        en: `${approval.requestedBy.username} forced without approval: ${approval.summary.en}`,
      },
      detail: { zh: `理由：${approval.reason}。须由他人复核。`, en: `Reason: ${approval.reason}. Another has to review it.` },
      since: approval.requestedAt,
      action: { to: '/approvals', label: { zh: '前往复核', en: 'Review it' } },
    }),
  );
  const waiting = decidable.map(
    (approval): Attention => ({
      id: `approval-${approval.id}`,
      severity: 'high',
      title: {
        zh: `${approval.told?.by.zh ?? approval.requestedBy.username} 申请批准：${(approval.told?.act ?? approval.summary).zh}`,
        en: `${approval.told?.by.en ?? approval.requestedBy.username} asks for approval: ${(approval.told?.act ?? approval.summary).en}`,
      },
      detail: approval.told?.why ?? { zh: `理由：${approval.reason}`, en: `Reason: ${approval.reason}` },
      since: approval.requestedAt,
      action: { to: '/approvals', label: { zh: '前往处理', en: 'Decide' } },
    }),
  );
  return [...forced, ...waiting];
}

/**
 * Requests that wait for somebody who is not there: whoever had the power to decide has left or is disabled. They end when their time is over, and a
 * playbook's step with them; nobody would be told before.
 */
export async function strandedAttention(
  approvals: Pick<ApprovalService, 'stranded'>,
  accounts: Pick<AccountService, 'all'>,
): Promise<Attention[]> {
  const found = await approvals.stranded((await accounts.all()).filter(({ status }) => status === 'active'));
  const [first] = found;
  if (first === undefined) return [];
  const what = first.told?.act ?? first.summary;
  return [
    {
      id: 'approvals-stranded',
      severity: 'high',
      title: {
        zh: `${found.length} 个审批没有人能处理`,
        en: inNumber(found.length, `${found.length} approval[s] [waits|wait] for somebody who is not there`),
      },
      detail: {
        zh: `例如“${what.zh}”。没有有效的账号可以处理。请邀请或启用有此权限的另一名管理员，否则到期作废。`,
        en: `Such as “${what.en}”. No active account may decide it. Invite or enable another administrator with that power, or it expires.`,
      },
      since: Math.min(...found.map(({ requestedAt }) => requestedAt)),
      action: { to: '/administrators', label: { zh: '查看管理员', en: 'Open the administrators' } },
    },
  ];
}
