import * as contract from '@menshen/contract';
import type { Administrators } from '../../administrators/service.ts';
import { compareFiles, comparePolicyTexts } from '../../policy/compare-texts.ts';
import type { PolicyService } from '../../policy/service.ts';
import { type Bound, bind, sessionOf } from '../bind.ts';

/** What a publication that waits for approval changes, for those who may approve it. */
export function policyChangeHandlers({ approvals }: Administrators, policies: PolicyService): readonly Bound[] {
  return [
    bind(contract.getPolicyChange, async (call) => {
      const approval = await approvals.get(sessionOf(call).account, call.params.id);
      if (approval.endpoint !== contract.publishPolicies.id) throw new contract.MenshenError('not_found');
      const { files, from } = contract.policyPublication.parse(approval.body);
      const draft = policies.check(files);
      const none = { added: [], removed: [], changed: [], same: 0 };
      const { added, removed, changed, same } = draft.ok ? comparePolicyTexts(policies.list(), draft.list) : none;
      return {
        current: policies.version() === from,
        loads: draft.ok,
        policies: { added: [...added], removed: [...removed], changed: [...changed], same },
        files: compareFiles(policies.files(), files),
      };
    }),
  ];
}
