import { describe, expect, it } from 'vitest';
import { latin, pdf, png, rulesOf } from './testing/build.ts';

const codes: readonly (readonly [string, string])[] = [
  ['<?php system($_GET[0]);', 'upload.php_code'],
  ['<?PHP\nphpinfo();', 'upload.php_code'],
  ['<?=`$_GET[0]`?>', 'upload.php_code'],
  ['<?=$_GET[0]($_POST[1]);?>', 'upload.php_code'],
  ['<? system($_GET[0]); ?>', 'upload.php_code'],
  ['<?\n@eval($_POST["a"]);?>', 'upload.php_code'],
  ['<script language="php">run();</script>', 'upload.asp_code'],
  ['x __HALT_COMPILER(); ?>', 'upload.php_code'],
  ['<%@ page import="java.util.*" %>', 'upload.jsp_code'],
  ['<% Runtime.getRuntime().exec(request.getParameter("c")); %>', 'upload.jsp_code'],
  ['<jsp:scriptlet>x</jsp:scriptlet>', 'upload.jsp_code'],
  ['<%eval request("a")%>', 'upload.asp_code'],
  ['<%@ Page Language="Jscript"%><%eval(Request.Item["a"]);%>', 'upload.asp_code'],
  ['<script runat="server">x</script>', 'upload.asp_code'],
  ['<!--#exec cmd="id" -->', 'upload.ssi_code'],
  ['<!--#include virtual="/a" -->', 'upload.ssi_code'],
];

describe('code that a server runs', () => {
  it.each(codes)('%j is told in a text, in a picture, behind it and in a document', async (code, rule) => {
    expect(await rulesOf(`前面的字\n${code}`)).toContain(rule);
    expect(await rulesOf(png(code), 'a.png')).toContain(rule);
    expect(await rulesOf(png('x', latin(code)), 'a.png')).toContain(rule);
    expect(await rulesOf(Buffer.concat([Buffer.from('ffd8ffe1', 'hex'), Buffer.alloc(90_000, 7), latin(code)]))).toContain(rule);
    expect(await rulesOf(pdf(`<</Title (${code})>>`))).toContain(rule);
  });

  it('is told across the edges of what is read at once, and where it stands', async () => {
    for (const before of [65_500, 65_530, 65_535, 131_060]) {
      const { findings } = await read(
        Buffer.concat([Buffer.from('ffd8ff', 'hex'), Buffer.alloc(before, 7), latin('<?php run();')]),
      );
      expect(findings).toEqual([{ rule: 'upload.php_code', at: before + 3, entries: [] }]);
    }
  });

  it('is not told where it does not go on', async () => {
    const bytes = png('<?php run();');
    expect(await rulesOf(bytes, null, { skip: (at) => at > 30 && at < 70 })).toEqual([]);
    expect(await rulesOf(bytes, null, { skip: () => false })).toEqual(['upload.php_code']);
  });

  it.each([
    ['Apache', 'AddType application/x-httpd-php .jpg'],
    ['Apache, behind others', 'Options -Indexes\n  SetHandler application/x-httpd-php\n'],
    ['PHP', '; x\nauto_prepend_file = shell.gif'],
    ['IIS', '<?xml version="1.0"?><configuration><system.webServer><handlers/></system.webServer></configuration>'],
  ])('settings of %s are told', async (_what, text) => expect(await rulesOf(text)).toContain('upload.server_config'));
});

describe('a page in a picture', () => {
  it.each([
    '<script>run()</script>',
    '<html><body>',
    '<svg xmlns="http://www.w3.org/2000/svg" onload="run()">',
    '<iframe src=//a.example>',
    '<img src=x onerror=run()>',
    '<!DOCTYPE html>',
  ])('%j is told', async (text) => {
    expect(await rulesOf(png(text))).toContain('upload.hidden_script');
    expect(await rulesOf(Buffer.concat([latin('GIF89a'), Buffer.alloc(30), latin(text)]))).toContain('upload.hidden_script');
  });
});

describe('what only looks like it', () => {
  it.each([
    ['XML', '<?xml version="1.0"?><a/>'],
    ['a word about PHP', '用 PHP 写的 <?phpstorm 与 3<?5'],
    ['a ratio', '占比 <% 5，或 a<%b'],
    ['a comment of HTML', '说明 <!-- #1 include -->'],
    ['prose', 'AddType 与 Options 是指令，例如 SetHandler'],
  ])('%s passes', async (_what, text) => expect(await rulesOf(text)).toEqual([]));

  it('in the bytes of a picture passes', async () => {
    let seed = 11;
    const noise = Buffer.alloc(4_000_000);
    for (let at = 0; at < noise.length; at += 1) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      noise[at] = seed >>> 16;
    }
    // Marks as they occur by chance, each with noise behind it.
    for (const [index, mark] of ['<?=', '<?=$', '<%', '<%!', '<? ', '<svg', '<%@', '/JS(', '<!-'].entries())
      for (let at = 0; at < 40; at += 1) noise.write(`${mark}\xa5\x01`, 10_000 + index * 400_000 + at * 991, 'latin1');
    expect(await rulesOf(Buffer.concat([Buffer.from('ffd8ff', 'hex'), noise]))).toEqual([]);
    expect(await rulesOf(png('<x:xmpmeta xmlns:x="adobe:ns:meta/"><?xpacket begin="x"?><rdf:RDF/>'))).toEqual([]);
  });
});

async function read(bytes: Buffer) {
  const { readFile } = await import('./read-file.ts');
  const { source } = await import('./testing/build.ts');
  return await readFile(source(bytes), { filename: null });
}
