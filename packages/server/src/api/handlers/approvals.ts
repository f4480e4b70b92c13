import * as contract from '@menshen/contract';
import type { Administrators } from '../../administrators/service.ts';
import { type Bound, bind, sessionOf } from '../bind.ts';
import { parsePart } from '../parse.ts';

/** Requests for approval of one exact call, decisions, and reviews of what was forced. */
export function approvalHandlers({ approvals }: Administrators): readonly Bound[] {
  return [
    bind(contract.requestApproval, async (call) => {
      const endpoint = contract.endpoints.find((candidate) => candidate.id === call.body.endpoint);
      if (endpoint === undefined || endpoint.access === 'public') throw new contract.MenshenError('not_found');
      const { account } = sessionOf(call);
      // Parsed as the call itself will be: what is approved is what would be done.
      return await approvals.request(account, {
        endpoint,
        params: parsePart('params', endpoint.params, call.body.params),
        query: parsePart('query', endpoint.query, call.body.query),
        body: parsePart('body', endpoint.body, call.body.body),
        reason: call.body.reason,
        breakGlass: call.body.breakGlass,
      });
    }),
    bind(contract.listApprovals, async (call) => {
      const { limit, cursor = '0', show } = call.query;
      const offset = Number(cursor);
      if (!Number.isSafeInteger(offset) || offset < 0 || offset > 1_000_000)
        throw new contract.MenshenError('validation_failed', { fields: ['cursor'] });
      const rows = await approvals.list(sessionOf(call).account, show, limit + 1, offset);
      return { approvals: rows.slice(0, limit), next: rows.length > limit ? String(offset + limit) : null };
    }),
    bind(contract.getApproval, async (call) => approvals.get(sessionOf(call).account, call.params.id)),
    bind(contract.decideApproval, async (call) => {
      const { decision, digest, note } = call.body;
      return await approvals.decide(sessionOf(call).account, call.params.id, decision, digest, note);
    }),
    bind(contract.cancelApproval, async (call) => approvals.cancel(sessionOf(call).account, call.params.id)),
    bind(contract.reviewApproval, async (call) =>
      approvals.review(sessionOf(call).account, call.params.id, call.body.verdict, call.body.note),
    ),
  ];
}
