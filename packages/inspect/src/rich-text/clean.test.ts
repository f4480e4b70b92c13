import { describe, expect, it } from 'vitest';
import { compileFieldMap } from '../fields/field-map.ts';
import { cleanRichText } from './clean.ts';
import { cleanRichFields } from './clean-fields.ts';

const article =
  '<h2 style="text-align:center">关于组织 2026 年度体检的通知</h2>' +
  '<section class="intro"><p style="text-indent:2em;line-height:1.75;color:#333">各部门：为保障员工健康，公司定于 <strong>12 月 1 日—5 日</strong>组织体检，费用 &lt;500 元/人&gt; 由公司承担。</p></section>' +
  '<table width="100%"><thead><tr><th colspan="2">安排</th></tr></thead><tbody><tr><td rowspan="2" width="120">上海</td><td style="border:1px solid #ccc;padding:4px 8px">浦东院区</td></tr></tbody></table>' +
  '<ol start="3" type="a"><li>空腹 8 小时；</li><li>带好身份证。</li></ol>' +
  '<blockquote>“健康是 1，其他是 0。”</blockquote><hr /><p><img src="https://img.shop.cn/2026/a.png" alt="路线图" width="320" height="180" /><br />' +
  '<a href="https://hr.shop.cn/exam?id=1&amp;from=portal">点此预约</a> · <span style="font-family:\'PingFang SC\',sans-serif;font-size:14px">😀 谢谢</span></p>' +
  '<p><ruby>门<rt>mén</rt></ruby> <sub>2</sub><sup>3</sup> <del>旧</del><ins>新</ins> <code>a &amp;&amp; b</code></p>';

describe('honest rich text', () => {
  it('stays as it is', () => {
    expect(cleanRichText(article)).toEqual({
      kind: 'clean',
      html: article,
      harmful: false,
      removed: { elements: {}, handlers: 0, addresses: 0, styles: 0, attributes: 0 },
    });
  });

  it('keeps its words when an editor wrote more than the component shows', () => {
    const html =
      '<p data-v="1" id="p1" align="center">一</p><figure><img src="//img.shop.cn/a.png"><figcaption>图一</figcaption></figure><div contenteditable="true"><font color="red">二</font></div><p>&nbsp;三</p>';
    const cleaned = cleanRichText(html);
    if (cleaned.kind !== 'clean') throw new Error('not cleaned');
    const words = (text: string): string => text.replace(/<[^>]*>/g, '').replaceAll('&nbsp;', '\u00a0');
    expect(words(cleaned.html)).toBe(words(html));
    expect(cleaned.html).toContain('<img src="//img.shop.cn/a.png" />');
    expect(cleaned).toMatchObject({ harmful: false, removed: { elements: { figure: 1, figcaption: 1 }, attributes: 5 } });
  });

  it('closes what was left open', () => {
    expect(cleanRichText('<p>一<b>二<ul><li>三')).toMatchObject({ html: '<p>一<b>二<ul><li>三</li></ul></b></p>' });
  });

  it('is cleaned where the schema says so', () => {
    const declared = compileFieldMap({
      type: 'object',
      properties: {
        parts: { type: 'array', items: { type: 'object', properties: { text: { type: 'string', format: 'rich-text' } } } },
      },
    });
    expect(
      cleanRichFields({ parts: [{ text: '<b>x<script>1</script></b>' }], text: '<script>' }, { names: [], declared }),
    ).toMatchObject({
      value: { parts: [{ text: '<b>x</b>' }], text: '<script>' },
      words: { parts: [{ text: ' x ' }], text: '<script>' },
      fields: [{ field: 'parts.[].text' }],
    });
    const plain = { text: '没有标签 a & b' };
    expect(cleanRichFields(plain, { names: ['text'], declared: null })).toMatchObject({ changed: false, value: plain });
  });
});
