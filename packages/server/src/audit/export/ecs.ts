import type { ExportedEvent } from './exported-event.ts';

const ECS_VERSION = '8.11.0';

interface Kind {
  readonly category: string;
  readonly types: readonly (readonly [activity: number, type: string])[];
  /** Type of every other activity. */
  readonly otherwise: string;
}

/** Elastic Common Schema `event.category` and `event.type` of an OCSF class; only values that its field reference allows together. */
const kinds: ReadonlyMap<number, Kind> = new Map([
  [2004, { category: 'intrusion_detection', types: [], otherwise: 'info' }],
  [2005, { category: 'intrusion_detection', types: [], otherwise: 'info' }],
  [
    3001,
    {
      category: 'iam',
      types: [
        [1, 'creation'],
        [6, 'deletion'],
      ],
      otherwise: 'change',
    },
  ],
  [
    3002,
    {
      category: 'authentication',
      types: [
        [1, 'start'],
        [2, 'end'],
      ],
      otherwise: 'info',
    },
  ],
  [3003, { category: 'iam', types: [], otherwise: 'admin' }],
  [
    3004,
    {
      category: 'configuration',
      types: [
        [1, 'creation'],
        [2, 'access'],
        [4, 'deletion'],
      ],
      otherwise: 'change',
    },
  ],
  [3005, { category: 'iam', types: [], otherwise: 'admin' }],
  [4002, { category: 'web', types: [], otherwise: 'access' }],
  [6003, { category: 'web', types: [], otherwise: 'access' }],
  [6005, { category: 'database', types: [], otherwise: 'access' }],
  [6006, { category: 'file', types: [], otherwise: 'access' }],
]);

const unknownKind: Kind = { category: 'configuration', types: [], otherwise: 'info' };

/** One document of the Elastic Common Schema as a line of JSON; `event.id` names the entry, so that it can be proved in our log. */
export function ecsLine(event: ExportedEvent): string {
  const kind = kinds.get(event.classUid) ?? unknownKind;
  const type = kind.types.find(([activity]) => activity === event.activityId)?.[1] ?? kind.otherwise;
  const verdict =
    event.classUid !== 6003 || event.outcome === 'unknown' ? [] : [event.outcome === 'success' ? 'allowed' : 'denied'];
  return JSON.stringify({
    '@timestamp': new Date(event.time).toISOString(),
    ecs: { version: ECS_VERSION },
    event: {
      kind: event.classUid === 2004 || event.classUid === 2005 ? 'alert' : 'event',
      category: [kind.category],
      type: [type, ...verdict],
      outcome: event.outcome,
      action: event.action ?? undefined,
      reason: event.code ?? undefined,
      severity: event.severityId,
      module: 'menshen',
      dataset: 'menshen.audit',
      provider: event.origin,
      id: `${event.origin}/${event.index}`,
      sequence: event.index,
      duration: event.latencyMicros === null ? undefined : event.latencyMicros * 1_000,
    },
    message: event.title ?? event.action ?? event.className,
    observer: { vendor: 'Menshen', product: 'Menshen', type: 'waf', name: event.origin },
    user: event.user === null ? undefined : { id: event.user },
    source: event.address === null ? undefined : { ip: event.address },
    http: http(event),
    url: event.path === null ? undefined : { path: event.path },
    user_agent: event.agent === null ? undefined : { original: event.agent },
    service: event.app === null ? undefined : { name: event.app },
    rule: event.classUid === 2004 ? { name: event.action?.replace(/^alarm\./, '') } : undefined,
    menshen: event.own,
  });
}

function http({ method, status, requestId, bytesIn, bytesOut }: ExportedEvent): object | undefined {
  if (method === null && status === null && requestId === null) return undefined;
  return {
    request: {
      method: method ?? undefined,
      id: requestId ?? undefined,
      body: bytesIn === null ? undefined : { bytes: bytesIn },
    },
    response:
      status === null && bytesOut === null
        ? undefined
        : { status_code: status ?? undefined, body: bytesOut === null ? undefined : { bytes: bytesOut } },
  };
}
