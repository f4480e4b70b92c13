import { describe, expect, it } from 'vitest';
import { rulesOf } from '../testing/build.ts';

const svg = (inner: string, head = ''): string =>
  `${head}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">${inner}</svg>`;

describe('a drawing that runs something', () => {
  it.each([
    ['a script', svg('<script>fetch(1)</script>'), 'upload.svg_script'],
    [
      'a script with a prefix',
      '<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:script href="x.js"/></s:svg>',
      'upload.svg_script',
    ],
    [
      'a script behind a long comment',
      `<?xml version="1.0"?><!-- ${'x'.repeat(9_000)} -->${svg('<script>1</script>')}`,
      'upload.svg_script',
    ],
    ['a comment that pages end at once', svg('<!--> <script>run()</script> -->'), 'upload.svg_script'],
    ['a handler', svg('<rect onclick="run()"/>'), 'upload.markup_handler'],
    ['a handler in references', svg('<rect onload="run&#40;1&#41;"/>'), 'upload.markup_handler'],
    ['a handler within a value', svg('<rect title="<g onload=run()>"/>'), 'upload.markup_handler'],
    ['an address that runs', svg('<a xlink:href="java&#10;script:run()"><rect/></a>'), 'upload.markup_address'],
    ['an address by names of characters', svg('<a href="javascript&colon;run()"/>'), 'upload.markup_address'],
    ['a page as an address', svg('<a href="data:text/html,x"/>'), 'upload.markup_address'],
    ['a drawing that is used from an address', svg('<use href="data:image/svg+xml;base64,AAAA#x"/>'), 'upload.markup_address'],
    ['an animation of a handler', svg('<set attributeName="onmouseover" to="run()"/>'), 'upload.markup_handler'],
    [
      'an animation of an address',
      svg('<animate attributeName="xlink:href" values="#a;javascript:run()"/>'),
      'upload.markup_address',
    ],
    ['a page within a page', svg('<foreignObject><iframe srcdoc="x"/></foreignObject>'), 'upload.markup_embed'],
    [
      'a form that asks for a password',
      svg('<foreignObject><form action="https://a.example/"><input/></form></foreignObject>'),
      'upload.markup_embed',
    ],
    ['an external entity', svg('&x;', '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/hosts">]>'), 'upload.xml_entity'],
    ['a parameter entity', svg('', '<!DOCTYPE svg [<!ENTITY % p "x"> %p;]>'), 'upload.xml_entity'],
    ['markup in an entity', svg('&x;', '<!DOCTYPE svg [<!ENTITY x "<a/>">]>'), 'upload.xml_entity'],
    [
      'a style sheet from elsewhere',
      svg('', '<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="a.xsl"?>'),
      'upload.xml_stylesheet',
    ],
    ['an inclusion', svg('<xi:include href="file:///etc/hosts" parse="text"/>'), 'upload.xml_stylesheet'],
    ['markup in character data', svg('<desc><![CDATA[</desc><script>run()</script>]]></desc>'), 'upload.svg_script'],
    ['a file of the server', svg('<image xlink:href="text:/etc/hosts"/>'), 'upload.drawing_command'],
    ['a command in an address', svg('<image href="https://a.example/a.jpg&quot;|ls &quot;-la"/>'), 'upload.drawing_command'],
    [
      'a command in an attribute',
      '<image authenticate=\'x" `echo 1`;"\'><svg xmlns="http://www.w3.org/2000/svg"/></image>',
      'upload.drawing_command',
    ],
    ['code in a style', svg('<style>a{behavior:url(x.htc)}</style>'), 'upload.markup_address'],
  ])('by %s is told', async (_what, text, rule) => {
    expect(await rulesOf(text, 'a.svg')).toContain(rule);
    // Whatever the encoding is.
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    expect(await rulesOf(wide, 'a.svg')).toContain(rule);
  });

  it('by entities that grow is told, and does not take long', async () => {
    const levels = Array.from({ length: 30 }, (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`);
    const laughs = svg('&l30;', `<!DOCTYPE svg [<!ENTITY l0 "ha">${levels.join('')}]>`);
    expect(await rulesOf(laughs)).toContain('upload.xml_expansion');
    const circle = svg('&a;', '<!DOCTYPE svg [<!ENTITY a "&b;"><!ENTITY b "&a;">]>');
    expect(await rulesOf(circle)).toContain('upload.xml_expansion');
    const flat = svg('&a;'.repeat(3_000), `<!DOCTYPE svg [<!ENTITY a "${'x'.repeat(3_000)}">]>`);
    expect(await rulesOf(flat)).toContain('upload.xml_expansion');
  });
});

describe('an honest drawing', () => {
  it.each([
    [
      'an icon',
      svg(
        '<title>返回</title><path d="M1 1h7v7z" style="fill:#07c160"/><use xlink:href="#a"/><a href="https://www.example.com/"><text>x</text></a>',
      ),
    ],
    [
      'with the head of a drawing program',
      svg(
        '<g/>',
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?><!-- Created with an editor --><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
      ),
    ],
    ['with names as entities', svg('<g xmlns:x="&ns;"/>', '<!DOCTYPE svg [<!ENTITY ns "http://ns.example.com/1.0/">]>')],
    ['with a picture in it', svg('<image href="data:image/png;base64,iVBORw0KGgo="/>')],
    [
      'with a style and a gradient',
      svg('<style><![CDATA[.a{fill:url(#g)}]]></style><linearGradient id="g"/><animate attributeName="x" values="1;2"/>'),
    ],
    ['with a comment about scripts', svg('<!-- no <script> here -->')],
  ])('%s passes', async (_what, text) => expect(await rulesOf(text, 'a.svg')).toEqual([]));
});

describe('a text', () => {
  it.each([
    ['page', '<!DOCTYPE html><p>x', 'upload.html_page'],
    ['page behind spaces', '\n \t<body>x', 'upload.html_page'],
    ['script', '姓名,<script>run()</script>', 'upload.text_script'],
    ['script from elsewhere', 'x <script src=//a.example/x.js>', 'upload.text_script'],
    ['handler', '好 <img src=x onerror=run()>', 'upload.markup_handler'],
    ['drawing of a server', 'push graphic-context\nviewbox 0 0 9 9\n', 'upload.drawing_command'],
    ['address', '[x] <a href="javascript:run()">', 'upload.markup_address'],
    ['frame', '<p <iframe src="https://a.example/">', 'upload.markup_embed'],
    [
      'page of XML',
      '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>1</script></html>',
      'upload.text_script',
    ],
  ])('with a %s is told', async (_what, text, rule) => expect(await rulesOf(text, 'a.txt')).toContain(rule));

  it('whose script stands across what is read at once is told', async () => {
    for (const before of [262_100, 262_140, 524_280]) {
      expect(await rulesOf(`${'x'.repeat(before)} <script>run(${'1'.repeat(100)})</script>`)).toContain('upload.text_script');
    }
  });

  it.each([
    ['text', '第一行：3 < 5 且 5 > 3\n<姓名> if (a<b && c>d) List<String>'],
    [
      'Markdown',
      '# 说明\n<p align="center"><img src="a.png" width="200"></p>\n<a href="https://example.com">x</a> 使用 `<script>` 标签与 `<iframe>`',
    ],
    [
      'XML of a business',
      '<?xml version="1.0" encoding="UTF-8"?><orders><order id="1" once="2" onsale="true"><script>no page</script></order></orders>',
    ],
    ['JSON', '{"a":"<b>","on":"x"}'],
  ])('%s passes', async (_what, text) => expect(await rulesOf(text, 'a.txt')).toEqual([]));

  it('of Chinese systems is read, and told as such', async () => {
    const gbk = Buffer.concat([Buffer.from([0xc4, 0xe3, 0xba, 0xc3]), Buffer.from(',<script>run()</script>')]);
    expect(await rulesOf(gbk)).toEqual(['upload.text_encoding', 'upload.text_script']);
    expect(await rulesOf(gbk.subarray(0, 4))).toEqual(['upload.text_encoding']);
  });
});
