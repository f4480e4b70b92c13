import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatSessionToken, formatTicket, parseSessionToken, parseTicket } from './index.ts';

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });

it('a token comes apart as it was put together', () => {
  fc.assert(
    fc.property(bytes(16), bytes(32), (sid, secret) => {
      const token = formatSessionToken({ sid, secret });
      expect(token).toMatch(/^mst1\.[A-Za-z0-9_-]{64}$/);
      expect(parseSessionToken(token)).toEqual({ sid, secret });
    }),
  );
  expect(() => formatSessionToken({ sid: new Uint8Array(15), secret: new Uint8Array(33) })).toThrow(TypeError);
});

it('a ticket comes back as it was', () => {
  fc.assert(
    fc.property(bytes(32), (ticket) => {
      expect(parseTicket(formatTicket(ticket))).toEqual(ticket);
    }),
  );
  expect(() => formatTicket(new Uint8Array(31))).toThrow(TypeError);
});

it('nothing but the exact form is a token or a ticket', () => {
  const token = formatSessionToken({ sid: new Uint8Array(16), secret: new Uint8Array(32) });
  for (const text of ['', 'mst1.', `${token}A`, token.slice(0, -1), ` ${token}`, `${token}\n`, token.replace('mst1', 'mst2')])
    expect(parseSessionToken(text)).toBeNull();
  expect(parseSessionToken(`${token.slice(0, -1)}+`)).toBeNull();
  const ticket = formatTicket(new Uint8Array(32));
  for (const text of ['', 'mtk1.', `${ticket}A`, ticket.slice(0, -1), `${ticket.slice(0, -1)}B`, ticket.replace('mtk1', 'mst1')])
    expect(parseTicket(text)).toBeNull();
});
