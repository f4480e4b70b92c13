import { describe, expect, it } from 'vitest';
import { detectors } from './detectors.ts';
import { createDetection } from './engine.ts';
import type { DetectionRequest } from './request.ts';
import { askAbout } from './testing/ask.ts';
import { passed } from './verdict.ts';

const detection = createDetection({ detectors });
const evil = "x' union select pin from staff -- ";
const request = (parts: Partial<DetectionRequest>): DetectionRequest => ({
  decodedPath: '/api/notes',
  query: {},
  headers: [],
  ...parts,
});
const json = (value: unknown): DetectionRequest['body'] => ({ kind: 'json', mediaType: 'application/json', value, files: [] });
const where = (parts: Partial<DetectionRequest>) => detection.inspect(request(parts)).findings[0]?.where;

describe('places of a request', () => {
  it.each<[string, Partial<DetectionRequest>, string]>([
    ['path', { decodedPath: `/api/${evil}` }, 'path'],
    ['query', { query: { page: '2', keyword: evil } }, 'query.keyword'],
    ['repeated parameter', { query: { tag: ['a', evil] } }, 'query.tag[1]'],
    ['name of a parameter', { query: { [evil]: '1' } }, `query.${evil}`],
    ['JSON', { body: json({ items: [{ name: 'a' }, { name: evil }] }) }, 'body.items[1].name'],
    ['JSON key', { body: json({ [evil]: 1 }) }, `body.${evil}`],
    ['JSON text', { body: json(evil) }, 'body'],
    ['JSON in JSON', { body: json({ form: JSON.stringify({ a: [evil] }) }) }, 'body.form'],
    [
      'form',
      { body: { kind: 'form', mediaType: 'application/x-www-form-urlencoded', value: { note: evil }, files: [] } },
      'body.note',
    ],
    ['text', { body: { kind: 'text', mediaType: 'text/plain', value: evil, files: [] } }, 'body'],
    [
      'XML',
      {
        body: {
          kind: 'binary',
          mediaType: 'application/soap+xml',
          value: undefined,
          files: [],
          bytes: Buffer.from(`<a><b>${evil}</b></a>`),
        },
      },
      'body.b',
    ],
    ['attribute of XML', { body: { kind: 'xml', mediaType: 'text/xml', value: `<a q="${evil}"/>`, files: [] } }, 'body.q'],
    [
      'file name',
      {
        body: {
          kind: 'multipart',
          mediaType: 'multipart/form-data',
          value: {},
          files: [{ name: 'photo', filename: evil, mediaType: 'image/png', size: 1, offset: 0 }],
        },
      },
      'body.photo.filename',
    ],
    ['header', { headers: ['User-Agent', evil] }, 'header.user-agent'],
    ['header of one’s own', { headers: ['X-Trace', evil] }, 'header.x-trace'],
    ['cookie', { headers: ['Cookie', `a=1; sid=${evil.replaceAll(';', '')}`] }, 'cookie.sid'],
  ])('%s', (_name, parts, place) => expect(where(parts)).toBe(place));

  it.each([
    ['Authorization', `Basic ${evil}`],
    ['Content-Length', '1'],
    // One of 17,000 honest requests has such digits.
    ['X-Menshen-Signature', 'v=1,k=1,ts=1795852563676,n=f6h55axLSDrrCbt6_GwJHQ,s=xP_cmdshellZR_ztryN5yHRP-OaF4noInDbXrHrHHp8s'],
    ['X-Menshen-Device', 'gASV_7WhK9_QSYBUu3Hb2A'],
  ])('leaves credentials, framing and the protocol alone: %s', (...headers) =>
    expect(detection.inspect(request({ headers }))).toBe(passed),
  );
});

describe('verdict', () => {
  it('is the same for the same request, also after others', () => {
    const first = askAbout(detection, evil);
    askAbout(detection, 'something else');
    askAbout(detection, '<script>steal()</script>');
    expect(askAbout(detection, evil)).toEqual(first);
  });

  it('is one frozen object where nothing was found', () => expect(askAbout(detection, '下午三点开会')).toBe(passed));

  it('has the weight, the sentence and a bounded piece of text for each reason', () => {
    const { action, score, findings } = askAbout(detection, `${'\u0007\u202e'.repeat(9)}${evil}${'z'.repeat(500)}`);
    expect(action).toBe('block');
    expect(score).toBeGreaterThanOrEqual(50);
    for (const { zh, en, points, evidence } of findings) {
      expect([zh, en]).toEqual([expect.stringMatching(/\p{Script=Han}/u), expect.stringMatching(/^[A-Z].*\.$/)]);
      expect(points).toBeGreaterThan(0);
      expect(evidence.length).toBeLessThanOrEqual(80);
      expect(evidence).not.toMatch(/\p{Cc}|\p{Cf}/u);
    }
  });

  it('adds hints of one class in one value, not over the request', () => {
    const hint = 'where 1=1 is common';
    const one = askAbout(detection, hint);
    expect(one.action).toBe('pass');
    expect(askAbout(detection, [hint, hint, hint, hint]).score).toBe(one.score);
  });
});

describe('declared types', () => {
  it('settle a value but not its neighbours, and not its name', () => {
    const settled = (source: string, path: readonly string[]) => source === 'body' && path.join('.') === 'items.*.code';
    const ask = (value: unknown) => detection.inspect(request({ body: json(value) }), { settled }).action;
    expect(ask({ items: [{ code: evil }] })).toBe('pass');
    expect(ask({ items: [{ code: 'a', note: evil }] })).toBe('block');
    expect(ask({ items: [{ [evil]: 'a' }] })).toBe('block');
  });
});
