import type { ApprovalView } from '@menshen/contract';

/** An act was not done: it waits for approval, or for a single operator's delay. */
export class ApprovalFiled extends Error {
  readonly approval: ApprovalView;

  constructor(approval: ApprovalView) {
    super('approval_filed');
    this.name = 'ApprovalFiled';
    this.approval = approval;
  }
}
