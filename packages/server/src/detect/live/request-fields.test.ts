import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fieldValue, mapEvent } from '@menshen/sigma';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { gatewayEvent } from '../../audit/gateway-event.ts';
import { parsePlain } from '../../audit/plain.ts';
import { gatewayFields } from '../../audit/testing-events.ts';
import { createRequestReader } from './from-audit.ts';
import { createRequestFields } from './request-fields.ts';
import { watchRules } from './sigma.ts';

const shipped = resolve(import.meta.dirname, '../../../detections');
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const names = [
  ...['class_uid', 'activity_id', 'severity_id', 'status_id', 'status_code', 'time', 'ts', 'user', 'cs-username', 'ip'],
  ...['c-ip', 'src_ip', 'action', 'app', 'code', 'reason', 'result', 'device', 'session', 'object', 'method', 'cs-method'],
  ...['path', 'cs-uri', 'c-uri', 'cs-uri-stem', 'c-uri-stem', 'cs-uri-query', 'c-uri-query', 'c-uri-extension', 'endpoint'],
  ...['status', 'sc-status', 'bytes_out', 'sc-bytes', 'c-useragent', 'cs-user-agent', 'actor.app_name'],
  // What no request has.
  ...['rows', 'detail.mode', 'by', 'nonce', 'cs-cookie', 'amount_cents', 'geo.city', 'client', 'values'],
];
/** Texts as requests have them, and such that two events often agree in one. */
const word = fc.constantFrom(
  'a',
  '/api/orders/7',
  '/x.php?a=1',
  'order.read',
  'route_undeclared',
  'nuclei/3',
  '/.env',
  'guard_x',
  '/a.tar.gz',
);
const fields = fc
  .record({
    fields: gatewayFields,
    words: fc.array(word, { minLength: 8, maxLength: 8 }),
    agent: fc.option(fc.constantFrom('', 'x'), { nil: null }),
  })
  .map(({ fields, words, agent }) => {
    const [app = '', route = '', action = '', path = '', uid = '', session = '', device = '', code = ''] = words;
    const or = (given: string | null, own: string): string | null => (given === null ? null : own);
    return {
      ...fields,
      ...{ app: or(fields.app, app), route: or(fields.route, route), action: or(fields.action, action), path },
      ...{ uid: or(fields.uid, uid), session: or(fields.session, session), device: or(fields.device, device) },
      ...{ code: or(fields.code, code), userAgent: agent ?? fields.userAgent, policies: [], kind: 'employee', channel: 'wecom' },
      stages: [],
      object: fields.object == null ? null : { ...fields.object, id: route },
    };
  });

it('a request has the same fields whether its entry is parsed or not', () => {
  const read = createRequestReader();
  const fieldsOf = createRequestFields(new Set(names));
  let unparsed = 0;
  fc.assert(
    fc.property(fields, (given) => {
      const entry = gatewayEvent(given);
      const request = read(entry);
      if (request === null) return;
      unparsed += 1;
      const mapped = mapEvent(parsePlain(entry) ?? {});
      const event = fieldsOf?.(request) ?? {};
      for (const name of names) {
        const value = fieldValue(mapped, name);
        expect([name, fieldValue(event, name)]).toEqual([name, value === null ? undefined : value]);
      }
    }),
    { numRuns: 300 },
  );
  expect(unparsed).toBeGreaterThan(50);
});

it('the rules that ship find the same in requests that are not parsed', () => {
  const read = createRequestReader();
  const [parsing, reading] = [watchRules(shipped), watchRules(shipped)];
  let index = 0;
  let hits = 0;
  let time = 1_790_000_000_000;
  fc.assert(
    fc.property(fields, (given) => {
      time += 900;
      const entry = gatewayEvent({ ...given, time });
      const request = read(entry);
      if (request === null || reading.takeRequest === null) return;
      index += 1;
      const found = reading.takeRequest(request, index);
      expect(found).toEqual(parsing.take(parsePlain(entry) ?? {}, index));
      hits += found.length;
    }),
    { numRuns: 600 },
  );
  expect(reading.takeRequest).not.toBeNull();
  expect(hits).toBeGreaterThan(10);
});

it.each([
  ['a member that is only found by parsing', 'unmapped.menshen.stages|contains: refuse', true],
  ['a word anywhere in the event', '', true],
  ['a member of a member that has a name of its own', 'user.uid: u1', true],
  ['what requests have', 'c-useragent: x', false],
  ['what no request has', 'rows|gt: 5', false],
])('%s: entries are parsed where that is needed', (_, field, parsed) => {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-rules-'));
  folders.push(folder);
  const search = field === '' ? ['    - nuclei'] : [`    ${field}`];
  writeFileSync(
    join(folder, 'one.yml'),
    ['title: One', 'logsource: {category: webserver}', 'detection:', '  s:', ...search, '  condition: s', ''].join('\n'),
  );
  const rules = watchRules(folder);
  expect(rules.usable).toBe(1);
  expect(rules.takeRequest === null).toBe(parsed);
});
