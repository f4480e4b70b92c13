import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createInspector } from '../inspector.ts';
import type { InspectionProfile } from '../profile.ts';
import { growth, mostlyLinear } from '../testing/growth.ts';

function codeOf(body: string | Buffer, contentType = 'multipart/form-data; boundary=B', profile: InspectionProfile = {}): string {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : body;
  const result = createInspector(profile).inspectBody({ contentType, bytes });
  return 'code' in result ? result.code : 'accepted';
}

const field = 'Content-Disposition: form-data; name="a"';
/** A whole body around the header block and content of one part. */
const one = (head: string, content = 'x'): string => `--B\r\n${head}\r\n\r\n${content}\r\n--B--\r\n`;

test('the plain body that the tricks below change', () => expect(codeOf(one(field))).toBe('accepted'));

describe('delimiters', () => {
  test.each([
    ['no final delimiter', `--B\r\n${field}\r\n\r\nx\r\n--B\r\n`],
    ['cut off in the content', `--B\r\n${field}\r\n\r\nx`],
    ['cut off in the headers', `--B\r\n${field}`],
    ['text before the first', `hello\r\n${one(field)}`],
    ['another first line of the same length', `xyz\r\n${field}\r\n\r\nx\r\n--B--\r\n`],
    ['headers on the line of the delimiter', `--B  ${field}\r\n\r\nx\r\n--B--\r\n`],
    ['a line end before the first', `\r\n${one(field)}`],
    ['text after the last', `${one(field)}evil`],
    ['a part after the last', `${one(field)}--B\r\n${field}\r\n\r\ny\r\n--B--`],
    ['bare line feeds', `--B\n${field}\n\nx\n--B--\n`],
    ['a line feed before a delimiter', `--B\r\n${field}\r\n\r\nx\n--B\r\n${field.replace('"a"', '"b"')}\r\n\r\ny\r\n--B--`],
    ['a delimiter within a line', one(field, 'x --B y')],
    ['a longer line that starts like a delimiter', one(field, 'x\r\n--Bogus\r\ny')],
    ['padding after a delimiter', `--B \r\n${field}\r\n\r\nx\r\n--B--`],
    ['padding after the final delimiter', `--B\r\n${field}\r\n\r\nx\r\n--B-- \r\n`],
    ['a final delimiter with one hyphen', `--B\r\n${field}\r\n\r\nx\r\n--B-\r\n`],
    ['the header block ends in the delimiter', `--B\r\n${field}\r\n\r\n--B--\r\n`],
    ['no part at all', '--B--\r\n'],
    ['nothing', ''],
  ])('%s', (_name, body) => expect(codeOf(body)).toMatch(/^body_(?:malformed|ambiguous)$/));

  test.each([
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=""',
    'multipart/form-data; boundary=B; boundary=C',
    'multipart/form-data; boundary=C; BOUNDARY=B',
    'multipart/form-data; boundary="B\\"',
    'multipart/form-data; boundary="B ',
    'multipart/form-data; boundary="B "',
    'multipart/form-data; boundary=B, multipart/form-data; boundary=C',
    "multipart/form-data; boundary*=utf-8''B",
    'multipart/form-data; boundary*0=B',
    `multipart/form-data; boundary="${'B'.repeat(71)}"`,
    'multipart/form-data; boundary="B\u00e4"',
  ])('boundary in %j', (contentType) =>
    expect(codeOf(one(field), contentType)).toMatch(/^(?:body_malformed|content_type_unsupported)$/),
  );
});

describe('part headers', () => {
  test.each([
    ['no headers', ''],
    ['no disposition', 'Content-Type: text/plain'],
    ['a disposition twice', `${field}\r\nContent-Disposition: form-data; name="b"`],
    ['a folded line', 'Content-Disposition: form-data;\r\n name="a"'],
    ['a folded line with a tab', `${field}\r\n\tfilename="x"`],
    ['a space before the colon', 'Content-Disposition : form-data; name="a"'],
    ['another disposition', 'Content-Disposition: attachment; name="a"'],
    ['no name', 'Content-Disposition: form-data'],
    ['an empty name', 'Content-Disposition: form-data; name=""'],
    ['a name twice', 'Content-Disposition: form-data; name="a"; name="b"'],
    ['a name twice in other case', 'Content-Disposition: form-data; name="a"; NAME="b"'],
    ['a filename twice', `${field}; filename="a.png"; filename="a.php"`],
    ['an extended filename', `${field}; filename*=utf-8''a.php`],
    ['both kinds of filename', `${field}; filename="a.png"; filename*=utf-8''a.php`],
    ['an extended name', "Content-Disposition: form-data; name*=utf-8''a"],
    ['a continued filename', `${field}; filename*0="a."; filename*1="php"`],
    ['an unknown parameter', `${field}; size=1`],
    ['an escaped quote', 'Content-Disposition: form-data; name="a\\"; filename=\\"x"'],
    ['an open quote', 'Content-Disposition: form-data; name="a'],
    ['text after a quote', 'Content-Disposition: form-data; name="a"b'],
    ['a backslash in a filename', `${field}; filename="..\\x"`],
    ['a path as filename', `${field}; filename="../x"`],
    ['a parent folder as filename', `${field}; filename=".."`],
    ['NUL in a filename', `${field}; filename="a.php\u0000.png"`],
    ['a bare carriage return', `${field}; filename="a\rb"`],
    ['a field that switches the charset', 'Content-Disposition: form-data; name="_charset_"'],
    ['a name that reaches a prototype', 'Content-Disposition: form-data; name="__proto__[x]"'],
    ['quoted-printable', `${field}\r\nContent-Transfer-Encoding: quoted-printable`],
    ['base64', `${field}\r\nContent-Transfer-Encoding: base64`],
    ['a wrong length', `${field}\r\nContent-Length: 2`],
    ['two content types', `${field}\r\nContent-Type: text/plain\r\nContent-Type: text/html`],
    ['an unknown header', `${field}\r\nX-Extra: 1`],
  ])('%s', (_name, head) => expect(codeOf(one(head))).toMatch(/^body_(?:malformed|ambiguous)$/));

  test('foreign charsets, nested parts, markup as a field', () => {
    expect(codeOf(one(`${field}\r\nContent-Type: text/plain; charset=gbk`))).toBe('charset_unsupported');
    expect(codeOf(one(`${field}\r\nContent-Type: multipart/mixed; boundary=C`, '--C--'))).toBe('content_type_unsupported');
    expect(codeOf(one(`${field}; filename="x"\r\nContent-Type: multipart/mixed; boundary=C`, '--C--'))).toBe(
      'content_type_unsupported',
    );
    expect(codeOf(one(`${field}; filename="x"\r\nContent-Type: message/rfc822`))).toBe('content_type_unsupported');
    expect(codeOf(one(`${field}\r\nContent-Type: text/html`))).toBe('content_type_unsupported');
  });
});

describe('content', () => {
  const two = (a: string, b: string): string =>
    `--B\r\nContent-Disposition: form-data; name="${a}"\r\n\r\n1\r\n--B\r\nContent-Disposition: form-data; name="${b}"\r\n\r\n2\r\n--B--`;

  test('a field twice, also in the spellings of nesting', () => {
    expect(codeOf(two('a', 'b'))).toBe('accepted');
    expect(codeOf(two('a', 'a'))).toBe('body_ambiguous');
    expect(codeOf(two('a', 'a[b]'))).toBe('body_ambiguous');
    expect(codeOf(two('a[b]', 'a'))).toBe('body_ambiguous');
  });

  test('text that is not UTF-8, or has NUL; JSON that is not strict', () => {
    expect(codeOf(one(field, '\u00d6\u00d0'))).toBe('body_not_utf8');
    expect(codeOf(one('Content-Disposition: form-data; name="\u00d6"'))).toBe('body_not_utf8');
    expect(codeOf(one(field, 'a\u0000b'))).toBe('body_malformed');
    expect(codeOf(one(`${field}\r\nContent-Type: application/json`, '{"a":1,"a":2}'))).toBe('body_ambiguous');
    expect(codeOf(one(`${field}\r\nContent-Type: application/json`, '{'))).toBe('body_malformed');
  });

  test('sizes and counts', () => {
    const limits = { maxParts: 2, maxStringLength: 4, maxFileBytes: 6, maxPartHeaderBytes: 80, maxKeyLength: 3 };
    const code = (body: string): string => codeOf(body, undefined, { limits });
    const parts = (count: number): string =>
      `${Array.from({ length: count }, (_, index) => `--B\r\nContent-Disposition: form-data; name="p${index}"\r\n\r\nx\r\n`).join('')}--B--`;
    expect(code(parts(2))).toBe('accepted');
    expect(code(parts(3))).toBe('too_many_fields');
    expect(code(one(field, '1234'))).toBe('accepted');
    expect(code(one(field, '12345'))).toBe('body_too_large');
    expect(code(one(`${field}; filename="x"`, '123456'))).toBe('accepted');
    expect(code(one(`${field}; filename="x"`, '1234567'))).toBe('body_too_large');
    expect(code(one(`${field}; filename="${'x'.repeat(40)}"`))).toBe('body_malformed');
    expect(code(one(field.replace('"a"', '"abcd"')))).toBe('body_too_large');
  });
});

test('any bytes are read or refused; a part never holds its own boundary', () => {
  const piece = fc.constantFrom(
    '--B',
    '--B--',
    '\r\n',
    '\n',
    field,
    '; filename="x"',
    'Content-Type: text/plain',
    'x',
    ' ',
    '\u0000',
    '"',
    ';',
    'B',
  );
  const mutated = fc.tuple(fc.nat(90), fc.nat(255)).map(([at, byte]) => {
    const bytes = Buffer.from(one(`${field}; filename="x.png"\r\nContent-Type: image/png`, 'data'), 'latin1');
    bytes[at] = byte;
    return bytes;
  });
  const grown = fc.array(piece, { maxLength: 14 }).map((pieces) => Buffer.from(`--B\r\n${pieces.join('')}`, 'latin1'));
  const inspector = createInspector();
  fc.assert(
    fc.property(
      fc.oneof(
        mutated,
        grown,
        fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      ),
      (bytes) => {
        const result = inspector.inspectBody({ contentType: 'multipart/form-data; boundary=B', bytes });
        if ('code' in result || result instanceof Promise) return;
        expect(result.bytes).toBe(bytes);
        for (const { offset, size } of result.files) expect(bytes.subarray(offset, offset + size).includes('--B')).toBe(false);
      },
    ),
    { numRuns: 3_000 },
  );
});

test.each<readonly [string, (size: number) => string]>([
  [
    'many parts',
    (size) =>
      `${Array.from({ length: size / 50 }, (_, index) => `--B\r\nContent-Disposition: form-data; name="p${index}"\r\n\r\nx\r\n`).join('')}--B--`,
  ],
  ['a file of starts of delimiters', (size) => one(`${field}; filename="x"`, '\r\n--A'.repeat(size / 5))],
  ['a file of hyphens', (size) => one(`${field}; filename="x"`, '-'.repeat(size))],
  ['no end of headers', (size) => `--B\r\n${'a: b\r\n'.repeat(size / 6)}`],
])('time grows with the size, not faster: %s', (_name, make) => {
  const inspector = createInspector({ limits: { maxBodyBytes: 10_000_000, maxParts: 100_000 } });
  const prepare = (size: number) => {
    const bytes = Buffer.from(make(size));
    return () => inspector.inspectBody({ contentType: 'multipart/form-data; boundary=B', bytes });
  };
  expect(growth(prepare, 4_000)).toBeLessThan(mostlyLinear);
});
