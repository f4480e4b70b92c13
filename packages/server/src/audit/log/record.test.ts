import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRecord, MAX_INTENT_ID, parseRecords, RECORD } from './record.ts';

const record = fc.oneof(
  fc.record({ kind: fc.constant(RECORD.entry), id: fc.constant(0), event: fc.uint8Array({ maxLength: 50 }) }),
  fc.record({
    kind: fc.constantFrom(RECORD.intent, RECORD.outcome),
    id: fc.integer({ min: 1, max: MAX_INTENT_ID }),
    event: fc.uint8Array({ maxLength: 50 }),
  }),
);

describe('batches of records', () => {
  it('read back as they were written, each event behind a zero', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 20 }), (records) => {
        const batch = Buffer.concat(records.map(({ kind, id, event }) => encodeRecord(kind, id, event)));
        const spans = parseRecords(batch);
        expect(
          spans.map(({ kind, id, start, end }) => ({ kind, id, event: new Uint8Array(batch.subarray(start, end)) })),
        ).toEqual(records);
        expect(spans.every(({ start }) => batch[start - 1] === 0)).toBe(true);
      }),
    );
  });

  it('are refused when cut anywhere but between records', () => {
    const batch = Buffer.concat([
      encodeRecord(RECORD.entry, 0, Buffer.from('{}')),
      encodeRecord(RECORD.intent, 9, Buffer.from('{"a":1}')),
    ]);
    for (let length = 1; length < batch.length; length += 1) {
      if (length === 14) continue;
      expect(() => parseRecords(batch.subarray(0, length))).toThrow('malformed');
    }
  });

  it('are refused with an unknown kind, an entry with an id, or an intent without', () => {
    for (const bytes of [
      encodeRecord(0, 0, Buffer.alloc(0)),
      encodeRecord(4, 1, Buffer.alloc(0)),
      encodeRecord(2, 1, Buffer.alloc(0)),
      encodeRecord(1, 0, Buffer.alloc(0)),
    ]) {
      expect(() => parseRecords(bytes)).toThrow('malformed');
    }
  });

  it('hold events of 65,535 bytes and no longer ones', () => {
    expect(parseRecords(encodeRecord(RECORD.entry, 0, Buffer.alloc(65_535)))).toHaveLength(1);
    expect(() => parseRecords(encodeRecord(RECORD.entry, 0, Buffer.alloc(65_536)))).toThrow('65,535');
  });

  it('never throw anything but a refusal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          parseRecords(bytes);
        } catch (error) {
          expect(error).toMatchObject({ name: 'WriterError' });
        }
      }),
    );
  });
});
