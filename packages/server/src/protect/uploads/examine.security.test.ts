import { fileFindingKind, uploadsSchema } from '@menshen/contract';
import { fileFeatures, fileFindingKinds } from '@menshen/inspect';
import { describe, expect, it } from 'vitest';
import { bufferSource, edited } from './byte-source.ts';
import type { CompiledUploads } from './compile.ts';
import { examineFile } from './examine.ts';
import { fileKinds } from './file-kinds.ts';
import { checkFileName } from './file-name.ts';
import * as files from './testing/files.ts';

const compiled = (more: object = {}): CompiledUploads => {
  const config = uploadsSchema.parse({
    types: ['png', 'jpeg', 'webp', 'gif', 'pdf', 'docx', 'xlsx', 'zip', 'mp3', 'mp4', 'wav', 'txt', 'csv'],
    ...more,
  });
  return { ...config, types: new Set(config.types), rawTypes: [] };
};
/** As a route that says nothing of kinds: what one finding refuses is refused. */
const examine = async (data: Buffer, filename: string | null, mediaType = 'application/octet-stream', more: object = {}) => {
  const examined = await examineFile({ source: bufferSource(data), filename, mediaType }, compiled(more), 'file 0');
  if ('code' in examined) return examined;
  const refusing = examined.findings.map(({ rule }) => rule).filter((rule) => fileFeatures[rule]?.action === 'refuse');
  return refusing.length > 0 ? { code: 'upload_content_refused', where: refusing.join() } : examined;
};
const text = (value: string): Buffer => Buffer.from(value);

describe('an honest file', () => {
  it.each([
    ['png', files.png(), 'a.png', 'image/png'],
    ['jpeg', files.jpeg({ meta: [files.exifSegment(6)] }), '照片.JPG', 'image/jpeg'],
    ['jpeg', files.jpeg({ after: files.mp4() }), 'motion.jpg', 'image/jpeg'],
    ['jpeg', files.jpeg({ after: files.jpeg() }), 'portrait.jpg', 'image/jpg'],
    ['gif', files.gif({ frames: 3, comment: 'made with an editor' }), 'a.gif', 'image/gif'],
    ['webp', files.webp([files.webpExif()]), 'a.webp', 'image/webp'],
    ['pdf', files.pdf(), '合同.pdf', 'application/pdf'],
    ['docx', files.docx(), '简历.docx', fileKinds.docx.mediaTypes[0]],
    ['xlsx', files.xlsx(), '报表.xlsx', 'application/octet-stream'],
    ['zip', files.zip([{ name: 'a/b.txt' }]), 'a.zip', 'application/zip'],
    ['mp3', files.mp3(), 'a.mp3', 'audio/mpeg'],
    ['mp4', files.mp4(), 'a.mp4', 'video/mp4'],
    ['wav', files.wav(), 'a.wav', 'audio/wav'],
    ['txt', text('第一行：3 < 5 且 5 > 3\n第二行'), '说明.txt', 'text/plain'],
    ['csv', text('姓名,工号\n王芳,001\n'), '名单.csv', 'text/csv'],
  ])('%s passes', async (type, data, name, mediaType) => {
    expect(await examine(data, name, mediaType)).toMatchObject({ type, edits: [], findings: [] });
    expect(await examine(data, null, mediaType)).toMatchObject({ type });
  });
});

it('kinds of findings are those of the configuration', () => {
  expect(fileFindingKind.options).toEqual([...fileFindingKinds]);
});

describe('a file that is not what it says', () => {
  const html = text('<html><script>alert(1)</script></html>');
  const svg = text('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
  it.each([
    ['a page under the name of a picture', html, 'a.png', 'image/png', 'upload_type_refused|upload_content_refused'],
    ['a drawing with a script', svg, 'a.svg', 'image/svg+xml', 'upload_content_refused'],
    ['a drawing under the name of a text', svg, 'a.txt', 'text/plain', 'upload_content_refused'],
    ['a page as a table', html, 'a.csv', 'text/csv', 'upload_content_refused'],
    ['PHP as a text', text('<?php system($_GET["c"]);'), 'a.txt', 'text/plain', 'upload_content_refused'],
    ['a program', Buffer.from('4d5a90000300000004000000ffff0000', 'hex'), 'a.png', 'image/png', 'upload_type_refused'],
    ['a program for Linux', Buffer.from('7f454c4602010100', 'hex'), 'a.jpg', 'image/jpeg', 'upload_type_refused'],
    ['a picture under another type', files.png(), 'a.png', 'image/gif', 'upload_content_refused'],
    ['a picture under another name', files.png(), 'a.pdf', 'image/png', 'upload_content_refused'],
    ['a picture that a server would run', files.png(), 'a.php', 'image/png', 'upload_content_refused'],
    ['GIF that is a script by its width', files.gif({ width: 0x2a2f }), 'a.gif', 'image/gif', 'upload_content_refused'],
    [
      'GIF with a script behind its end',
      files.gif({ after: text('*/=1;alert(1)') }),
      'a.gif',
      'image/gif',
      'upload_content_refused',
    ],
    [
      'GIF with PHP in a comment',
      files.gif({ comment: '<?php eval($_POST[1]);?>' }),
      'a.gif',
      'image/gif',
      'upload_content_refused',
    ],
    ['GIF by its first bytes only', text('GIF89a<script>alert(1)</script>'), 'a.gif', 'image/gif', 'upload_content_refused'],
    [
      'JPEG that is a script by a length',
      Buffer.concat([Buffer.from('ffd8ffe02f2a', 'hex'), Buffer.alloc(0x2f2a), files.jpeg().subarray(20)]),
      'a.jpg',
      'image/jpeg',
      'upload_content_refused',
    ],
    [
      'JPEG with a page in a comment',
      files.jpeg({ meta: [files.commentSegment('<script>alert(1)</script>')] }),
      'a.jpg',
      'image/jpeg',
      'upload_content_refused',
    ],
    ['JPEG with a page behind its end', files.jpeg({ after: html }), 'a.jpg', 'image/jpeg', 'upload_content_refused'],
    ['JPEG without an end', files.jpeg().subarray(0, -2), 'a.jpg', 'image/jpeg', 'upload_content_refused'],
    [
      'PNG with an archive behind its end',
      files.png({ after: files.zip([{ name: 'a' }]) }),
      'a.png',
      'image/png',
      'upload_content_refused',
    ],
    ['PNG with PHP in a text', files.png({ text: '<?php phpinfo();' }), 'a.png', 'image/png', 'upload_content_refused'],
    ['PNG larger than a wall', files.png({ width: 100_000, height: 100_000 }), 'a.png', 'image/png', 'upload_content_refused'],
    ['GIF whose screen is a wall', files.gif({ screen: 60_000 }), 'a.gif', 'image/gif', 'upload_content_refused'],
    [
      'PNG of many large frames',
      files.png({ width: 2_000, height: 2_000, frames: 20 }),
      'a.png',
      'image/png',
      'upload_content_refused',
    ],
    ['GIF of many large frames', files.gif({ frames: 60, side: 1_000 }), 'a.gif', 'image/gif', 'upload_content_refused'],
    ['PDF that is a page', files.pdf('<html><body onload=alert(1)>'), 'a.pdf', 'application/pdf', 'upload_content_refused'],
    [
      'PDF with a script',
      files.pdf('<</OpenAction <</S /JavaScript /JS (app.alert(1))>>>>'),
      'a.pdf',
      'application/pdf',
      'upload_content_refused',
    ],
    ['PDF with a script in escapes', files.pdf('<</S /J#61vaScript>>'), 'a.pdf', 'application/pdf', 'upload_content_refused'],
    ['PDF that starts a program', files.pdf('<</S /Launch /F (cmd.exe)>>'), 'a.pdf', 'application/pdf', 'upload_content_refused'],
    [
      'PDF behind another format',
      Buffer.concat([text('MZ'), files.pdf()]),
      'a.pdf',
      'application/pdf',
      'upload_type_refused|upload_content_refused',
    ],
    ['PDF with a page behind its end', Buffer.concat([files.pdf(), html]), 'a.pdf', 'application/pdf', 'upload_content_refused'],
    [
      'document with macros',
      files.docx([{ name: 'word/vbaProject.bin' }]),
      'a.docx',
      'application/octet-stream',
      'upload_content_refused',
    ],
    ['archive with a program', files.zip([{ name: 'run.exe' }]), 'a.zip', 'application/zip', 'upload_content_refused'],
    [
      'archive that leaves its folder',
      files.zip([{ name: '../../etc/cron.d/x' }]),
      'a.zip',
      'application/zip',
      'upload_content_refused',
    ],
    ['archive with an absolute path', files.zip([{ name: '/etc/passwd' }]), 'a.zip', 'application/zip', 'upload_content_refused'],
    ['archive with a path of Windows', files.zip([{ name: 'C:\\x' }]), 'a.zip', 'application/zip', 'upload_content_refused'],
    [
      'archive of a thousand million bytes',
      files.zip([{ name: 'a', plain: 1_000_000_000 }]),
      'a.zip',
      'application/zip',
      'upload_content_refused',
    ],
    [
      'archive whose entries are one',
      files.zip([{ name: 'a' }, { name: 'b', offset: 0 }]),
      'a.zip',
      'application/zip',
      'upload_content_refused',
    ],
    ['archive that is encrypted', files.zip([{ name: 'a', flags: 1 }]), 'a.zip', 'application/zip', 'upload_content_refused'],
    [
      'archive with a picture in front',
      files.zip([{ name: 'a' }], { before: files.gif() }),
      'a.zip',
      'application/zip',
      'upload_content_refused',
    ],
    [
      'archive with a comment',
      files.zip([{ name: 'a' }], { comment: '<script>' }),
      'a.zip',
      'application/zip',
      'upload_content_refused',
    ],
    ['film with a page behind', files.mp4(html), 'a.mp4', 'video/mp4', 'upload_content_refused'],
    ['sound by its mark only', text(`ID3\x03\0\0\0\0\0\x0a${'x'.repeat(40)}`), 'a.mp3', 'audio/mpeg', 'upload_content_refused'],
    ['text in no encoding', Buffer.from([0xc4, 0xe3, 0xff, 0xc3]), 'a.txt', 'text/plain', 'upload_content_refused'],
    ['nothing', Buffer.alloc(0), 'a.txt', 'text/plain', 'upload_content_refused'],
  ])('%s is refused', async (_what, data, name, mediaType, code) => {
    expect(await examine(data, name, mediaType)).toMatchObject({ code: expect.stringMatching(new RegExp(`^(?:${code})$`)) });
  });

  it('is refused when it is of a type that the route does not take, or too large', async () => {
    expect(await examine(files.pdf(), 'a.pdf', 'application/pdf', { types: ['png'] })).toMatchObject({
      code: 'upload_type_refused',
    });
    expect(await examine(files.png(), 'a.png', 'image/png', { maxBytes: 20 })).toMatchObject({ code: 'body_too_large' });
    const many = files.zip(Array.from({ length: 30 }, (_, at) => ({ name: `f${at}` })));
    expect(await examine(many, 'a.zip', 'application/zip', { archive: { entries: 10 } })).toMatchObject({
      code: 'upload_content_refused',
    });
  });

  it('never throws on what is cut or changed anywhere', async () => {
    const all = [
      files.png({ text: 'x' }),
      files.jpeg({ meta: [files.exifSegment(6)] }),
      files.gif({ comment: 'x' }),
      files.webp([files.webpExif()]),
      files.docx(),
      files.mp4(),
      files.mp3(),
      files.wav(),
      files.pdf(),
    ];
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
      return seed % below;
    };
    for (const file of all) {
      for (let cut = 0; cut < file.length; cut += 1)
        await examine(file.subarray(0, cut), null, 'application/octet-stream', { stripMetadata: true });
      for (let run = 0; run < 200; run += 1) {
        const changed = Buffer.from(file);
        for (let times = 0; times < 3; times += 1) changed[random(changed.length)] = random(256);
        await examine(changed, null, 'application/octet-stream', { stripMetadata: true });
      }
    }
  });
});

describe('metadata', () => {
  const stripped = async (data: Buffer): Promise<Buffer> => {
    const examined = await examine(data, null, 'application/octet-stream', { stripMetadata: true });
    if (!('edits' in examined)) throw new Error(examined.where ?? examined.code);
    const chunks: Buffer[] = [];
    for await (const chunk of edited(bufferSource(data), examined.edits)) chunks.push(chunk);
    return Buffer.concat(chunks);
  };

  it.each([
    ['JPEG', files.jpeg({ meta: [files.exifSegment(6), files.commentSegment('GPS')], after: files.mp4() })],
    ['PNG', files.png({ text: 'GPS 31.2' })],
    ['WebP', files.webp([files.webpExif()])],
  ])('of %s goes, and the file stays whole', async (_name, data) => {
    expect(data.includes('GPS')).toBe(true);
    const clean = await stripped(data);
    expect(clean.includes('GPS')).toBe(false);
    expect(await examine(clean, null)).not.toHaveProperty('code');
    expect((await stripped(clean)).equals(clean)).toBe(true);
  });

  it('leaves a photo the right way up', async () => {
    const clean = await stripped(files.jpeg({ meta: [files.exifSegment(6)] }));
    const at = clean.indexOf('Exif');
    expect(at).toBeGreaterThan(0);
    expect(clean.readUInt16BE(at + 24)).toBe(6);
    expect((await stripped(files.jpeg({ meta: [files.exifSegment(1)] }))).includes('Exif')).toBe(false);
  });

  it('with a script is no reason to refuse when it goes anyway', async () => {
    expect(await stripped(files.png({ text: '<?php' }))).toEqual(files.png());
  });
});

describe('the name of a file', () => {
  it.each([
    ['照片 1.png', 'png', '照片 1.png', true],
    ['报告(终稿)-v2.pdf', 'pdf', '报告(终稿)-v2.pdf', true],
    ['IMG_0001.JPG', 'jpeg', 'IMG_0001.jpg', true],
    ['shell.php.jpg', 'jpeg', 'shell_php.jpg', false],
    ['a.html.png', 'png', 'a_html.png', false],
    ['../../etc/passwd', 'txt', '_._etc_passwd.txt', false],
    ['..\\..\\boot.ini', 'txt', '_._boot_ini.txt', false],
    ['CON.png', 'png', '_CON.png', false],
    ['a\u202egnp.exe', 'png', 'a_gnp_exe.png', false],
    ['a\u0000.php', 'png', 'a__php.png', false],
    ['.htaccess', 'txt', 'htaccess.txt', false],
    ['a.png.', 'png', 'a.png.png', false],
    ['', 'png', '_.png', false],
    ['$(id).png', 'png', '_(id).png', false],
    ["a';--.png", 'png', 'a__--.png', false],
    [`${'长'.repeat(200)}.png`, 'png', `${'长'.repeat(60)}.png`, false],
  ] as const)('%j becomes a name only', (given, type, name, safe) => {
    const checked = checkFileName(given, type);
    expect(checked.safe).toBe(safe);
    expect(checked.name).not.toMatch(/[/\\\0<>:"|?*;&$`'\u202e]/u);
    expect(checked.name.endsWith(`.${name.split('.').at(-1)}`)).toBe(true);
    expect(checkFileName(checked.name, type)).toEqual({ name: checked.name, safe: true });
    if (safe) expect(checked.name.toLowerCase()).toBe(given.toLowerCase());
  });
});
