import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectionEvent, gatewayEvent } from '../events.ts';
import { type Exporter, readExported } from './exported-event.ts';
import { exportLine } from './formats.ts';
import { octetCounted } from './syslog.ts';

const exporter: Exporter = { version: '1.2.3', host: 'gate-1', enterprise: 32_473 };
const place = { origin: 'example.com/audit', index: 42 };
const time = Date.UTC(2026, 10, 25, 1, 2, 3, 45);

const refused = gatewayEvent({
  ...{ time, requestId: 'r-1', method: 'POST', path: '/api/orders/7', address: '203.0.113.9', userAgent: 'a "quoted" agent' },
  ...{ code: 'not_permitted', app: 'portal', route: 'POST /api/orders/:id', action: 'order.update', status: null },
  ...{ outcome: 'refused', uid: 'zhang', kind: 'employee', session: 's1', device: 'd1', channel: 'wechat', assurance: 1 },
  ...{ mode: 'enforce', stages: [], policies: ['own'], latencyMicros: 812, backendMicros: null, bytesIn: 20, bytesOut: 64 },
});
const alarm = detectionEvent({ time, rule: 'old_key', severity: 'high', title: 'A key | is =old', detail: { days: 400 } });

describe('formats of exported events', () => {
  it('hands the entry on byte for byte as OCSF', () => {
    expect(exportLine('ocsf', readExported(place, refused), exporter)).toBe(refused);
  });

  it('maps a refused request to the Elastic Common Schema', () => {
    expect(JSON.parse(exportLine('ecs', readExported(place, refused), exporter))).toMatchObject({
      '@timestamp': '2026-11-25T01:02:03.045Z',
      event: {
        ...{ kind: 'event', category: ['web'], type: ['access', 'denied'], outcome: 'failure', action: 'order.update' },
        ...{ reason: 'not_permitted', id: 'example.com/audit/42', sequence: 42, duration: 812_000 },
      },
      user: { id: 'zhang' },
      source: { ip: '203.0.113.9' },
      http: { request: { method: 'POST', id: 'r-1', body: { bytes: 20 } }, response: { body: { bytes: 64 } } },
      url: { path: '/api/orders/7' },
      service: { name: 'portal' },
      menshen: { policies: ['own'] },
    });
  });

  it('writes CEF with its two ways of escaping', () => {
    const line = exportLine('cef', readExported(place, alarm), exporter);
    expect(line).toMatch(/^CEF:0\|Menshen\|Menshen\|1\.2\.3\|200401\|A key \\\| is =old\|8\|/);
    expect(line).toContain(`rt=${time} externalId=42 dvchost=example.com/audit cat=Detection Finding act=alarm.old_key`);
    const path = readExported(place, JSON.stringify({ http_request: { url: { path: '/a=b\\c\nsrc=1.1.1.1' } } }));
    expect(exportLine('cef', path, exporter)).toContain('request=/a\\=b\\\\c\\nsrc\\=1.1.1.1');
  });

  it('writes RFC 5424 with facility 13 and its structured data escaped', () => {
    const line = exportLine('syslog', readExported(place, refused), exporter);
    expect(line).toMatch(
      /^<109>1 2026-11-25T01:02:03\.045Z gate-1 menshen - APIActivity \[menshen@32473 origin="example\.com\/audit"/,
    );
    expect(line.endsWith(`] \ufeff${refused}`)).toBe(true);
    const hostile = readExported(place, JSON.stringify({ unmapped: { menshen: { action: 'x"] evil="1\n<13>1 - - -' } } }));
    expect(exportLine('syslog', hostile, exporter)).toContain('action="x\\"\\] evil=\\"1 <13>1 - - -"');
  });

  it('counts octets, not characters, on a stream', () => {
    expect(octetCounted('门').toString()).toBe('3 门');
  });

  it('writes OTLP log records with the event as body', () => {
    const { resourceLogs } = JSON.parse(exportLine('otel', readExported(place, alarm), exporter));
    expect(resourceLogs[0].scopeLogs[0].logRecords[0]).toMatchObject({
      timeUnixNano: `${time}000000`,
      severityNumber: 17,
      eventName: 'menshen.detection_finding',
      attributes: [
        { key: 'log.record.uid', value: { stringValue: 'example.com/audit/42' } },
        { key: 'menshen.log_index', value: { intValue: '42' } },
      ],
    });
  });

  it('is one line and never throws, whatever an entry holds', () => {
    const entries = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.constantFrom('', '[]', 'null', '{"time":-1}', '{"time":9007199254740991}', 'a\rb\nc', '{"time":9e99}'),
    );
    fc.assert(
      fc.property(entries, fc.constantFrom('ocsf', 'ecs', 'cef', 'syslog', 'otel'), (entry, format) => {
        const line = exportLine(format, readExported(place, entry), exporter);
        expect(line).not.toMatch(/[\r\n]/);
      }),
    );
  });
});
