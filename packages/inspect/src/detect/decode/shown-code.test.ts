import { describe, expect, test } from 'vitest';
import { growth, mostlyLinear } from '../../testing/growth.ts';
import { detectors } from '../detectors.ts';
import { judge } from '../testing/ask.ts';
import { withoutShownMarks } from './shown-code.ts';

describe('withoutShownMarks', () => {
  test.each([
    ['<pre>&lt;b&gt; &amp;&amp; &quot;x&quot;</pre>', '<pre>·b· &amp;&amp; ·x·</pre>'],
    ['<PRE class="a">&#60;b&#x3E</PRE> &lt;b&gt;', '<PRE class="a">·b·</PRE> &lt;b&gt;'],
    ['<code>&lt;a</code><kbd>&lt;b</kbd>', '<code>·a</code><kbd>·b</kbd>'],
    ['<pre><code>&lt;a&gt;</code></pre><p>&lt;i&gt;</p>', '<pre><code>·a·</code></pre><p>&lt;i&gt;</p>'],
  ])('%s', (text, plain) => expect(withoutShownMarks(text)).toBe(plain));

  test.each([
    '<p>&lt;b&gt;</p>',
    '<pre>&lt;b&gt;',
    '<codec>&lt;b&gt;</codec>',
    '&lt;pre&gt;&lt;b&gt;&lt;/pre&gt;',
    '<code><a href="x&quot;onclick=y">z</a></code>',
    '<pre>&amp;lt;b</pre>',
  ])('leaves %s', (text) => expect(withoutShownMarks(text)).toBe(text));

  test.each(['<pre>&lt;', '<code>&lt;</code>', '<pre &lt;', '<code><a &lt;', '</pre><code>&lt;</kbd>'])(
    '%s again and again takes time in proportion',
    (unit) => {
      const work = (size: number) => {
        const text = unit.repeat(size);
        return () => withoutShownMarks(text);
      };
      expect(growth(work, 500)).toBeLessThan(mostlyLinear);
    },
  );
});

describe('code in rich text', () => {
  const ask = judge(detectors);
  const page = (code: string): string =>
    `<h1>组件写法</h1><p>示例如下：</p><pre><code class="language-vue">${code}</code></pre><p>以上。</p>`;

  test('what is escaped there is shown', () => {
    expect(ask(page('&lt;script setup&gt;\nimport { ref } from &#39;vue&#39;\nconst n = ref(0)\n&lt;/script&gt;'))).not.toBe(
      'block',
    );
    expect(ask(page('&lt;img src=&quot;/a.png&quot; onerror=&quot;retry()&quot;&gt;'))).not.toBe('block');
    expect(ask(page('mysql&gt; SELECT now();\nmysql&gt; show tables;'))).not.toBe('block');
  });

  test.each([
    page('<script>alert(1)</script>'),
    page('<img src=x onerror=alert(1)>'),
    page('<a href="java&#115;cript:alert(1)">x</a>'),
    page('</code></pre>&lt;script&gt;alert(1)&lt;/script&gt;'),
    `${page('a')}&lt;script&gt;alert(1)&lt;/script&gt;`,
    '&lt;script&gt;alert(1)&lt;/script&gt;',
    '<pre>&lt;script&gt;alert(1)&lt;/script&gt;',
    "<code>x' or 1=1 -- </code>' or 1=1 -- ",
  ])('what runs is refused: %s', (text) => expect(ask(text)).toBe('block'));
});
