import { canonicalJson } from './canonical-json.ts';
import { ocsfMetadata } from './ocsf-metadata.ts';

export interface SocketEventFields {
  readonly time: number;
  /** `refuse`: a message of the client was held back, or would have been. The opening is the record of the handshake. */
  readonly activity: 'close' | 'refuse';
  /** Of the handshake. */
  readonly requestId: string;
  readonly app: string;
  readonly route: string;
  readonly uid: string | null;
  readonly session: string | null;
  readonly address: string;
  /** Why it was closed, or the code of the refusal. */
  readonly code: string;
  /** Place in the message, in our words. */
  readonly where: string | null;
  /** False: the route only watches. */
  readonly enforced: boolean;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly durationMs: number;
}

/** OCSF Network Activity: 2 close, 5 refuse. */
const activities = { close: 2, refuse: 5 } as const;

/** Network Activity (4001) of a socket after its handshake. It holds nothing of any message. */
export function socketEvent(fields: SocketEventFields): string {
  const activity = activities[fields.activity];
  return canonicalJson({
    activity_id: activity,
    category_uid: 4,
    class_uid: 4001,
    duration: Math.round(fields.durationMs),
    metadata: ocsfMetadata,
    severity_id: fields.activity === 'refuse' ? 3 : 1,
    src_endpoint: { ip: fields.address },
    status_code: fields.code,
    status_id: fields.activity === 'refuse' ? 2 : 1,
    time: fields.time,
    traffic: { bytes_in: fields.bytesIn, bytes_out: fields.bytesOut },
    type_uid: 400_100 + activity,
    unmapped: {
      menshen: {
        action: `socket.${fields.activity}`,
        app: fields.app,
        code: fields.code,
        messages_in: fields.messagesIn,
        messages_out: fields.messagesOut,
        outcome: fields.enforced ? undefined : 'would_refuse',
        request_id: fields.requestId,
        route: fields.route,
        session: fields.session,
        where: fields.where,
      },
    },
    ...(fields.uid === null ? {} : { actor: { user: { uid: fields.uid } } }),
  });
}
