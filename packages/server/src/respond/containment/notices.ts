import {
  type ApprovalView,
  applyMeasure,
  type Bilingual,
  measureLine,
  measureRequest,
  problemText,
  riskClassOf,
} from '@menshen/contract';
import type { NewNotice } from '../../notify/model.ts';
import type { NotifyService } from '../../notify/service.ts';

const severityOf = { low: 'medium', medium: 'high', high: 'critical' } as const;

/** Tells people that somebody asks for a second person, with the way to the page where they decide: by WeCom, robot or mail, as routes say. */
export function createApprovalNotices(notify: Pick<NotifyService, 'send'>, failed: () => void): (approval: ApprovalView) => void {
  return (approval) => void notify.send(approvalNotice(approval)).catch(failed);
}

/** Tells people that something was approved and could not be done. Of a playbook's own request the notice about its run says so. */
export function createFailureNotices(notify: Pick<NotifyService, 'send'>, failed: () => void): (approval: ApprovalView) => void {
  return (approval) => {
    if (!approval.requestedBy.id.startsWith('playbook:')) void notify.send(failureNotice(approval)).catch(failed);
  };
}

export function failureNotice(approval: ApprovalView): NewNotice {
  const { line, severity } = askedOf(approval);
  const why = problemText(approval.problem ?? 'failed');
  return {
    ...{ kind: 'approval', severity, app: null, matter: `approval ${approval.id} failed`, path: '/approvals' },
    title: { zh: `已批准，未能执行：${line.zh}`, en: `Approved, could not be done: ${line.en}` },
    happened: { zh: `原因：${why.zh}。`, en: `Because: ${why.en}.` },
    done: null,
    asked: { zh: '请改正后重新申请，或采取其他措施。', en: 'Put it right and ask again, or take another measure.' },
  };
}

/** What a request is about in a line, and how heavy it is. */
function askedOf({ endpoint, summary, told, body }: ApprovalView): {
  readonly line: Bilingual;
  readonly severity: NewNotice['severity'];
} {
  const measure = endpoint === applyMeasure.id ? measureRequest.safeParse(body) : null;
  if (measure?.success !== true) return { line: told?.act ?? summary, severity: 'medium' };
  return { line: measureLine(measure.data), severity: severityOf[riskClassOf(measure.data)] };
}

/** What is asked; nothing of the call but what a measure means to do stands in it. */
export function approvalNotice(approval: ApprovalView): NewNotice {
  const { id, requestedBy, reason, told } = approval;
  const { line, severity } = askedOf(approval);
  return {
    ...{ kind: 'approval', severity, app: null, matter: `approval ${id}` },
    title: { zh: `待批准：${line.zh}`, en: `Waits for approval: ${line.en}` },
    happened:
      told === null
        ? {
            zh: `${requestedBy.username} 申请执行，理由：${reason}`,
            en: `${requestedBy.username} asks for it, because: ${reason}`,
          }
        : { zh: `${told.by.zh} 在等待批准。`, en: `${told.by.en} waits for approval.` },
    done: null,
    asked: {
      zh: '打开控制台核对内容后批准或拒绝。批准后立即执行。',
      en: 'Open the console, look at what it is, and approve or refuse. A measure is carried out at once when it is approved.',
    },
    path: '/approvals',
  };
}
