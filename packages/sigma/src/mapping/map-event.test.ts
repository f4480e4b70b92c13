import { describe, expect, it } from 'vitest';
import { eventKind, isForUs, mapEvent } from './map-event.ts';

const activity = {
  id: 'a1',
  ts: 1_750_000_000_000,
  user: 'zhang',
  ip: '10.1.2.3',
  client: 'MicroMessenger/8.0',
  action: 'order.read',
  method: 'GET',
  path: '/api/report.php?id=1&q=a?b',
  status: 200,
  bytes_out: 512,
  latency_ms: 12,
  reason: 'guard_quota_exceeded',
};

const ocsf = {
  activity_id: 2,
  actor: { user: { uid: 'zhang' } },
  api: { operation: 'order.read' },
  class_uid: 6003,
  http_request: { http_method: 'GET', url: { path: '/api/orders' }, user_agent: 'MicroMessenger/8.0' },
  http_response: { code: 200 },
  metadata: { version: '1.8.0' },
  src_endpoint: { ip: '10.1.2.3' },
  status_id: 1,
  time: 1_750_000_000_000,
  type_uid: 600_302,
  unmapped: { menshen: { action: 'order.read', app: 'portal', code: null, device: 'd1', session: 's1', outcome: 'passed' } },
};

describe('fields of our events', () => {
  it('gives an activity event the names of web logs', () => {
    expect(mapEvent(activity)).toMatchObject({
      ...activity,
      'cs-method': 'GET',
      'c-uri': '/api/report.php?id=1&q=a?b',
      'cs-uri-stem': '/api/report.php',
      'cs-uri-query': 'id=1&q=a?b',
      'c-uri-extension': 'php',
      'c-useragent': 'MicroMessenger/8.0',
      'cs-user-agent': 'MicroMessenger/8.0',
      'cs-username': 'zhang',
      'c-ip': '10.1.2.3',
      'sc-status': 200,
      'sc-bytes': 512,
      'time-taken': 12,
      code: 'guard_quota_exceeded',
    });
  });

  it('gives an OCSF event the names of activity events and of web logs', () => {
    const mapped = mapEvent(ocsf);
    expect(mapped).toMatchObject({
      ts: ocsf.time,
      user: 'zhang',
      ip: '10.1.2.3',
      action: 'order.read',
      app: 'portal',
      device: 'd1',
      session: 's1',
      result: 'passed',
      'cs-method': 'GET',
      'cs-uri-stem': '/api/orders',
      'sc-status': 200,
      'c-ip': '10.1.2.3',
    });
    expect(mapped).not.toHaveProperty('code');
    expect(mapped).not.toHaveProperty('cs-uri-query');
    expect(mapped['class_uid']).toBe(6003);
  });

  it('says how an OCSF event without an outcome of ours ended', () => {
    const { unmapped, ...rest } = ocsf;
    expect(unmapped.menshen.outcome).toBe('passed');
    expect([0, 1, 2, 99].map((status_id) => mapEvent({ ...rest, status_id })['result'])).toEqual([
      'unknown',
      'success',
      'failure',
      'other',
    ]);
  });

  it('leaves what an event has itself, and events that are not ours', () => {
    expect(mapEvent({ ...activity, 'cs-method': 'own' })['cs-method']).toBe('own');
    const other = { action: 'login', _time: 1, user: 'u' };
    expect(mapEvent(other)).toBe(other);
    expect([eventKind(activity), eventKind(ocsf), eventKind(other)]).toEqual(['activity', 'ocsf', 'other']);
  });

  it('knows which rules can say something about our events', () => {
    const source = (category: string | null, product: string | null, service: string | null = null) =>
      isForUs({ category, product, service });
    expect([
      source('webserver', null),
      source('proxy', null),
      source('application', 'menshen'),
      source(null, 'menshen', 'audit'),
    ]).toEqual([true, true, true, true]);
    expect([
      source('process_creation', 'windows'),
      source('webserver', 'apache'),
      source('application', 'django'),
      source(null, 'menshen', 'other'),
    ]).toEqual([false, false, false, false]);
  });
});
