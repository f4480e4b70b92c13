import { describe, expect, test } from 'vitest';
import { type Body, createInspector } from '../inspector.ts';
import type { InspectionProfile } from '../profile.ts';
import { isRefusal } from '../refusal.ts';

const boundary = '----WebKitFormBoundary7MA4YWxk';

function read(parts: readonly string[], profile: InspectionProfile = {}): Body {
  const text = `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`;
  const result = createInspector(profile).inspectBody({
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.from(text, 'latin1'),
  });
  if (result instanceof Promise || isRefusal(result)) throw new Error(`refused: ${JSON.stringify(result)}`);
  return result;
}

const latin1 = (text: string): string => Buffer.from(text).toString('latin1');

describe('multipart bodies', () => {
  test('fields and files as a phone uploads them', () => {
    const body = read([
      'Content-Disposition: form-data; name="orderNo"\r\n\r\nSO-17',
      latin1('Content-Disposition: form-data; name="备注"\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n请尽快\r\n发货'),
      'Content-Disposition: form-data; name="photo"; filename="tmp_1.png"\r\nContent-Type: image/png\r\n\r\n\u0089PNG\r\n\u001a\n\u0000',
    ]);
    expect({ ...(body.value as object) }).toStrictEqual({
      orderNo: 'SO-17',
      备注: '请尽快\r\n发货',
      photo: { filename: 'tmp_1.png', mediaType: 'image/png', size: 9 },
    });
    expect(body).toMatchObject({
      kind: 'multipart',
      mediaType: 'multipart/form-data',
      contentType: `multipart/form-data; boundary=${boundary}`,
    });
    const [file] = body.files;
    expect(file).toMatchObject({ name: 'photo', filename: 'tmp_1.png', size: 9 });
    expect(body.bytes.subarray(file?.offset, (file?.offset ?? 0) + 9).toString('latin1')).toBe('\u0089PNG\r\n\u001a\n\u0000');
  });

  test('what HTTP libraries add and what it may look like', () => {
    const body = read([
      'content-disposition: FORM-DATA ; NAME=a\r\ncontent-length: 1\r\nContent-Transfer-Encoding: binary\r\n\r\n1',
      'Content-Disposition: form-data; filename=""; name="empty"\r\nContent-Type: application/octet-stream\r\n\r\n',
      'Content-Disposition:form-data;name="j"\r\nContent-Type: application/json\r\n\r\n{"n":[1]}',
      'Content-Disposition: form-data; name="percent%22; x=y"\r\n\r\n--not a boundary--',
    ]);
    expect({ ...(body.value as object) }).toStrictEqual({
      a: '1',
      empty: { filename: '', mediaType: 'application/octet-stream', size: 0 },
      j: { n: [1] },
      'percent%22; x=y': '--not a boundary--',
    });
  });

  test('a name that may repeat has a list', () => {
    const file = (name: string): string => `Content-Disposition: form-data; name="photos"; filename="${name}"\r\n\r\nx`;
    const body = read([file('1.png'), file('2.png')], { repeatable: ['photos'] });
    expect((body.value as { photos: unknown[] }).photos).toHaveLength(2);
    expect(body.files.map(({ filename }) => filename)).toStrictEqual(['1.png', '2.png']);
  });

  test('a boundary in quotes, and one with a space', () => {
    const inspector = createInspector();
    for (const [contentType, line, canonical] of [
      ['multipart/form-data; boundary="abc"', 'abc', 'multipart/form-data; boundary=abc'],
      ['multipart/form-data; boundary="a b:c"', 'a b:c', 'multipart/form-data; boundary="a b:c"'],
    ] as const) {
      const bytes = Buffer.from(`--${line}\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--${line}--`);
      expect(inspector.inspectBody({ contentType, bytes })).toMatchObject({ value: { x: '1' }, contentType: canonical, bytes });
    }
  });
});
