import { describe, expect, it } from 'vitest';
import { fileNameRule } from './names.ts';
import { rulesOf } from './testing/build.ts';

describe('the name of a file', () => {
  it.each([
    ['.htaccess', 'upload.server_name'],
    ['.user.ini', 'upload.server_name'],
    ['web.config', 'upload.server_name'],
    ['.env', 'upload.server_name'],
    ['shell.php', 'upload.server_name'],
    ['shell.pHtml', 'upload.server_name'],
    ['a.jspx', 'upload.server_name'],
    ['a.ASPX', 'upload.server_name'],
    ['发票.exe', 'upload.program'],
    ['发票.pdf.lnk', 'upload.program'],
    ['shell.php.jpg', 'upload.double_extension'],
    ['shell.asp;.jpg', 'upload.double_extension'],
    ['shell.jsp%00.jpg', 'upload.double_extension'],
    ['发票.exe.pdf', 'upload.double_extension'],
    ['shell.php\0.jpg', 'upload.unsafe_name'],
    ['shell.asp.', 'upload.unsafe_name'],
    ['shell.asp ', 'upload.unsafe_name'],
    ['shell.asp::$DATA', 'upload.unsafe_name'],
    ['shell.asp:.jpg', 'upload.unsafe_name'],
    ['../../x.jpg', 'upload.unsafe_name'],
    ['a\\b.jpg', 'upload.unsafe_name'],
    ['CON.png', 'upload.unsafe_name'],
    ['发票\u202egpj.exe', 'upload.unsafe_name'],
    ['a\r\nb.png', 'upload.unsafe_name'],
  ])('%j is told', async (name, rule) => {
    expect(fileNameRule(name)).toBe(rule);
    expect(await rulesOf('x', name)).toContain(rule);
  });

  it.each([
    '照片 1.png',
    '报告(终稿)-v2.1.pdf',
    'IMG_0001.JPG',
    'tmp_3f2a.wxfile.jpg',
    '2024.01.15 会议.docx',
    '预算 50%.xlsx',
    'config.json.txt',
    'app.v2.do.not.delete.zip',
    '证书.cer',
    'a.b.c.tar.gz',
  ])('%j passes', (name) => expect(fileNameRule(name)).toBeNull());
});
