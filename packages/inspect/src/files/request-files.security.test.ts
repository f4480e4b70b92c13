import { describe, expect, it } from 'vitest';
import { passed } from '../detect/verdict.ts';
import { readRequestFiles, withFileFindings } from './request-files.ts';
import { png } from './testing/build.ts';

const form = (filename: string, data: Buffer): { headers: string[]; body: Buffer } => ({
  headers: ['Content-Type', 'multipart/form-data; boundary=b'],
  body: Buffer.concat([
    Buffer.from(`--b\r\nContent-Disposition: form-data; name="photo"; filename="${filename}"\r\nContent-Type: image/png\r\n\r\n`),
    data,
    Buffer.from('\r\n--b--\r\n'),
  ]),
});

describe('the files of a recorded request', () => {
  it('are read, each under the name of its part', async () => {
    const found = await readRequestFiles(form('a.png', png('<?php run();')));
    expect(found).toMatchObject([
      { class: 'upload', rule: 'upload.php_code', where: 'file.photo', evidence: expect.stringMatching(/^@\d+$/) },
    ]);
    expect(withFileFindings(passed, found)).toMatchObject({ action: 'block', findings: found });
    const bytes = await readRequestFiles({ headers: ['content-type', 'image/png'], body: png('<?php run();') });
    expect(bytes).toMatchObject([{ where: 'body' }]);
  });

  it('that are honest, or only noted, block nothing', async () => {
    expect(await readRequestFiles(form('a.png', png('Software')))).toEqual([]);
    const noted = await readRequestFiles(form('a.svg', Buffer.from('<svg><foreignObject/></svg>')));
    expect(withFileFindings(passed, noted)).toMatchObject({
      action: 'pass',
      score: 0,
      findings: [{ rule: 'upload.svg_foreign' }],
    });
  });

  it('are not looked for in other bodies', async () => {
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'application/vnd.a+json'])
      expect(await readRequestFiles({ headers: ['content-type', type], body: Buffer.from('<?php run();') })).toEqual([]);
    expect(await readRequestFiles({ headers: [], body: Buffer.from('<?php run();') })).toEqual([]);
  });
});
