import type * as contract from '@menshen/contract';
import type { Erasure } from '../../privacy/erasure-store.ts';
import type { Mentions } from '../../privacy/mentions.ts';
import type { SubjectRequest } from '../../privacy/request-store.ts';
import type { PrivacyService } from '../../privacy/service.ts';

type Rooms = Pick<PrivacyService, 'requests' | 'requestStore'>;

/** A request as the list shows it. Of a person who was erased only the pseudonym is left. */
export function requestSummary(request: SubjectRequest, { requests }: Pick<Rooms, 'requests'>): contract.SubjectRequestSummary {
  const { id, kind, state, channel, app, uid, subject, created, due, owner, verified, extended, closed } = request;
  return {
    ...{ id, kind, state, channel, app, created, due, owner, verified, extended, closed },
    uid: uid === '' ? subject : uid,
    urgency: requests.urgency(request),
  };
}

export async function requestDetail(request: SubjectRequest, rooms: Rooms): Promise<contract.SubjectRequestDetail> {
  const { id, details, contact, answer, erasure } = request;
  const file = await rooms.requestStore.exportInfo(id);
  return {
    ...requestSummary(request, rooms),
    ...{ details, contact, answer, erasure },
    steps: [...(await rooms.requests.steps(id))],
    exported: file === null ? null : { sha256: file.sha256, bytes: file.bytes, until: file.expires },
  };
}

export const mentionsView = ({ found, total }: Mentions) => ({
  found: found.map(({ title, to, by }) => ({ title, to, by: [...by] })),
  total,
});

export const erasureView = ({
  id,
  subject,
  scope,
  cause,
  at,
  rows,
  keys,
  remaining,
  replayed,
}: Erasure): contract.ErasureView => ({
  ...{ id, subject, scope, cause, at, rows, keys, remaining, replayed },
});
