import { describe, expect, it } from 'vitest';
import { judge } from '../testing/ask.ts';
import { htmlDetector } from './detector.ts';

const ask = judge([htmlDetector]);

const attacks: Readonly<Record<string, readonly string[]>> = {
  'script elements': [
    '<script>steal()</script>',
    '<ScRiPt src=//evil.example/x.js></sCrIpT>',
    '"><script>steal()</script>',
    '</title><script >steal()</script>',
    '<script\n>steal`1`</script',
    '<svg><script>steal(1)</script></svg>',
    '<x:script xmlns:x="http://www.w3.org/1999/xhtml">steal(1)</x:script>',
    '<script/x>steal(1)</script>',
  ],
  'event handlers': [
    '<img src=q onerror=steal(1)>',
    '<svg/onload=steal(1)>',
    '<b onmouseover="steal(1)">hi</b>',
    "<input autofocus onfocus='steal(1)'>",
    '<body onload=steal(1)',
    '<video><source onerror=steal(1)></video>',
    '<x onclick=steal(1)>hi</x>',
    '<img src="q"onerror="steal(1)">',
    '<img/src=q/onerror=steal(1)>',
    '<a x="> <img src=q onerror=steal(1)>">',
    '<div contenteditable onpaste=steal(1)>hi',
    '<details open ontoggle=steal(1)>',
    '<p style="animation-name:x" onanimationstart="steal(1)">',
    '<IMG SRC=q OnErRoR = steal(1)>',
    '<math><b onpointerenter=steal(1)>x',
    '<q oncut="steal(1)" contenteditable>x</q>',
    '<img src=q onerror\n=\nsteal(1)>',
    '<img src=`q` onerror=`steal(1)`>',
    '<img src=q onError={alert(1)}>',
    '<img src=q/onerror=steal(1)>',
  ],
  'addresses that run script': [
    '<a href="javascript:steal(1)">x</a>',
    '<a href=" &#1; java&#x0a;script:steal(1)">x</a>',
    '<a href="jav\tascript:steal(1)">x</a>',
    '<a href=javascript&colon;steal(1)>x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    '<svg><a xlink:href="javascript:steal(1)"><text>x</text></a></svg>',
    '<form><button formaction=javascript:steal(1)>x',
    '<a href="data:text/html,<script>steal(1)</script>">x</a>',
    '<iframe src="data:text/html;base64,PGI+"></iframe>',
    '<table background="javascript:steal(1)">',
    '<svg><animate attributeName=href values=javascript:steal(1)>',
    '<meta http-equiv=refresh content="0;url=javascript:steal(1)">',
  ],
  'elements that load or change': [
    '<iframe src=//evil.example></iframe>',
    '<object data=//evil.example/x.swf></object>',
    '<embed src=//evil.example/x>',
    '<base href=//evil.example/>',
    '<link rel=stylesheet href=//evil.example/x.css>',
    '<iframe srcdoc="&lt;b&gt;">',
    '<?xml-stylesheet type="text/xsl" href="#"?>',
    '<frameset><frame src=//evil.example></frameset>',
  ],
  'style that loads code': [
    '<b style="x:expression(steal(1))">',
    '<b style="x:exp/**/ression(steal(1))">',
    '<b style="behavior:url(x.htc)">',
    '<b style="-moz-binding:url(//evil.example/x#y)">',
    '<style>@import "//evil.example/x.css";</style>',
    '<b style="background:url(javascript:steal(1))">',
  ],
  'after leaving an attribute': [
    '" onmouseover=steal(1) x="',
    "' onfocus='steal(1)' autofocus='",
    '"/onclick=steal(1)//',
    '`onerror=steal(1)',
  ],
  'UTF-7': ['+ADw-script+AD4-steal(1)'],
};

describe.each(Object.entries(attacks))('%s', (_name, texts) => {
  it.each(texts.map((text) => [text]))('%j', (text) => expect(ask(text)).toBe('block'));
});

describe('rich text as WeChat shows it', () => {
  it.each([
    ['<p>你好，<strong>世界</strong></p><img src="https://cdn.example.cn/a.png" alt="图" width="300">'],
    ['<section data-role="paragraph" style="color:#333;font-size:16px;line-height:1.8"><span class="t">正文</span></section>'],
    ['<table border="1" width="100%"><tbody><tr><td colspan="2">甲</td></tr></tbody></table><hr/><br>'],
    ['<a href="https://work.weixin.qq.com/" target="_blank" rel="noopener">链接</a>'],
    ['<pre><code class="language-sql">a &lt; b</code></pre><blockquote>引用</blockquote>'],
    ['<ul><li>一</li><li>二</li></ul><h2 class="title">标题</h2><em>强调</em>'],
    ['<img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA">'],
    ['<del>删</del><ins>增</ins><sub>2</sub><sup>2</sup><font color="red">红</font><u>下划线</u>'],
    ['<p style="background:url(https://cdn.example.cn/bg.png) no-repeat;text-align:center">底图</p>'],
    ['<ruby>漢<rt>han</rt></ruby><dl><dt>名</dt><dd>义</dd></dl>'],
  ])('%j raises no alarm at all', (text) => expect(ask(text)).toBe('clean'));
});

describe('honest text with angle brackets', () => {
  it.each([
    ['iPhone 15 Pro<iPhone16,1>'],
    ['Map<String, List<Integer>> m = new HashMap<>()'],
    ['a<b && b>c，求解'],
    ['at Function.<anonymous> (app.js:1:2)'],
    ['<3 喜欢！ >_< -_-||'],
    ['请填写 <姓名> 和 <电话>'],
    ['C<use v5.16;>, I<text>'],
    ['if (x <y) return; else if (z> 1)'],
    ['online=1&only=2'],
    ['on sale = 50% off'],
    ['<https://example.com/a?b=c>'],
    ['<script> 标签是做什么的？'],
    ['<!-- 注释 -->'],
    ['return <Button type="primary" onClick={() => save(form)}>保存</Button>;'],
    ['<MenuItem key="1">甲</MenuItem>'],
    ['用 `</script>` 结束，属性写在 `<script>` 里'],
    ['onClose?: () => void; onChange: (value) => void'],
    ['<picture><source srcset="a.webp" type="image/webp"><img src="a.png"></picture>'],
    ['嵌入视频：<iframe src="https://v.qq.com/txp/iframe/player.html?vid=x"></iframe>'],
  ])('%j passes', (text) => expect(ask(text)).not.toBe('block'));
});

const stepsFor = (text: string): number => {
  let steps = 0;
  const spend = (count: number): boolean => {
    steps += count;
    return true;
  };
  htmlDetector.detect({ text, place: 'json', name: 'text', layers: 0, passes: 0, marks: -1 }, { report: () => undefined, spend });
  return steps;
};

it.each([`&x+<x&gid&\n='las"in)="=`, '<style>', '<script>', "<a style='", '<a href="&'])(
  'reads what %j begins again and again a few times over and no more',
  (unit) => {
    expect(stepsFor(unit.repeat(4_000)) / stepsFor(unit.repeat(400))).toBeLessThan(12);
    expect(stepsFor(unit.repeat(4_000)) / (unit.length * 4_000)).toBeLessThan(250);
  },
);
