import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GatewayEventFields, gatewayEvent } from '../gateway-event.ts';
import { gatewayFields } from '../testing-events.ts';
import { readGatewayEvent } from './gateway-event-reader.ts';
import { columnsOf, indexEvent, parseEvent } from './index/row.ts';
import { INDEX_COLUMNS } from './index/schema.ts';

/** Texts as almost all requests have them: nothing that JSON escapes. */
const plain = fc.string({
  unit: fc.constantFrom('a', 'Z', '0', '-', '/', '|', ',', ']', '}', ' ', '你', '\u007f'),
  maxLength: 12,
});
const plainFields: fc.Arbitrary<GatewayEventFields> = fc
  .record({ fields: gatewayFields, texts: fc.array(plain, { minLength: 11, maxLength: 11 }) })
  .map(({ fields, texts }) => {
    const [a = '', b = '', c = '', d = '', e = '', f = '', g = '', h = '', i = '', j = '', k = ''] = texts;
    const own = { app: a, route: b, action: c, path: d, uid: e, session: f, device: g, channel: h, userAgent: i, code: j };
    const stages = fields.stages.map((trace) => ({ ...trace, code: trace.code === null ? null : j, where: a }));
    const object = fields.object == null ? null : { ...fields.object, id: j };
    const campaign = fields.campaign === null ? null : k;
    return { ...fields, ...own, campaign, kind: 'employee', policies: fields.policies.map(() => b), stages, object };
  });

describe('reading a gateway event without parsing it', () => {
  it('says what parsing says', () => {
    fc.assert(
      fc.property(fc.oneof(plainFields, gatewayFields), (fields) => {
        const entry = gatewayEvent(fields);
        const read = readGatewayEvent(entry);
        if (read !== null) expect(read).toEqual(parseEvent(entry));
        expect(indexEvent(entry)).toEqual(parseEvent(entry));
      }),
    );
  });

  it('reads every event that has nothing to escape', () => {
    fc.assert(
      fc.property(plainFields, (fields) => {
        expect(readGatewayEvent(gatewayEvent(fields))).not.toBeNull();
      }),
    );
  });

  it('leaves what is cut, changed or longer to the parser', () => {
    const [fields] = fc.sample(plainFields, 1);
    const entry = gatewayEvent(fields as GatewayEventFields);
    fc.assert(
      fc.property(fc.nat({ max: entry.length - 1 }), (at) => {
        expect(readGatewayEvent(entry.slice(0, at))).toBeNull();
        expect(readGatewayEvent(`${entry.slice(0, at)}\\${entry.slice(at)}`)).toBeNull();
      }),
    );
    for (const other of ['', 'null', '{}', `${entry} `, ` ${entry}`, entry.replace('"class_uid":6003', '"class_uid":6004')])
      expect(readGatewayEvent(other)).toBeNull();
    expect(readGatewayEvent(entry.replace(/"time":\d+/, '"time":01'))).toBeNull();
    expect(readGatewayEvent(entry.replace(/"time":\d+/, '"time":-1'))).toBeNull();
  });

  it('gives the columns in the order of the table', () => {
    const [fields] = fc.sample(plainFields, 1);
    const event = indexEvent(gatewayEvent(fields as GatewayEventFields));
    expect(columnsOf(event)).toEqual(INDEX_COLUMNS.map((column) => event[column]));
  });
});
