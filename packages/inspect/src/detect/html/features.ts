import type { FeatureFacts } from '../model.ts';

const fact = (weight: number, zh: string, en: string): FeatureFacts => ({ class: 'xss', weight, zh, en });

/** What the HTML detector reports. */
export const htmlFeatures = {
  'html.script_element': fact(4.6, '含有会执行的 script 元素。', 'There is a script element that would run.'),
  'html.script_mention': fact(2.4, '提到了 script 元素，没有脚本内容。', 'A script element is mentioned, without a script.'),
  'html.script_close': fact(
    4,
    '有 script 结束标签，可能提前结束页面中的脚本。',
    'An end tag of script may close a script of the page.',
  ),
  'html.event_handler': fact(
    4.6,
    '元素带有事件处理属性，如 onerror。',
    'An element has an event handler attribute, such as onerror.',
  ),
  'html.breakout_handler': fact(
    4.2,
    '跳出属性值后加上了事件处理属性。',
    'An event handler is added after the attribute value is left.',
  ),
  'html.loose_handler': fact(2.4, '文字中出现事件处理属性。', 'An event handler attribute stands in the text.'),
  'html.script_url': fact(
    4.4,
    '属性值是会执行脚本的网址，如 javascript:。',
    'An attribute holds an address that runs script, such as javascript:.',
  ),
  'html.data_url': fact(4, '属性值是可带脚本的 data: 网址。', 'An attribute holds a data: address that can carry script.'),
  'html.frame_element': fact(
    4,
    '含有会载入外部内容的元素，如 iframe、object。',
    'There is an element that loads foreign content, such as iframe or object.',
  ),
  'html.known_player': fact(0.8, '嵌入了常见视频网站的播放器。', 'The player of a well-known video site is embedded.'),
  'html.document_element': fact(
    4,
    '含有改变整个页面的元素，如 meta 刷新、base、外部样式表。',
    'There is an element that changes the whole page, such as a meta refresh, base or a foreign style sheet.',
  ),
  'html.foreign_element': fact(
    2,
    '含有 SVG 或 MathML 等可带脚本的元素。',
    'There is SVG, MathML or another element that can carry script.',
  ),
  'html.foreign_attributes': fact(2.2, 'SVG、MathML 等元素带有属性。', 'SVG, MathML or the like comes with attributes.'),
  'html.form_attributes': fact(1, '表单元素带有属性。', 'Elements of a form come with attributes.'),
  'html.breakout_marks': fact(
    4,
    '一串符号可同时结束引号、注释与 CDATA。',
    'A run of marks ends quotes, comments and CDATA alike.',
  ),
  'html.obscured_host': fact(4, '链接的主机名被写成数字。', 'A link writes its host as a number.'),
  'html.charset_switch': fact(4, 'meta 改变了页面的字符编码。', 'A meta element switches the encoding of the page.'),
  'html.form_element': fact(1.4, '含有表单元素。', 'There are elements of a form.'),
  'html.form_target': fact(4, '表单或按钮的提交地址被改写。', 'The target of a form or button is overridden.'),
  'html.style_script': fact(4.2, '样式中有会执行或载入代码的写法。', 'The style runs or loads code.'),
  'html.style_element': fact(1.6, '含有 style 元素。', 'There is a style element.'),
  'html.legacy_binding': fact(4, '使用了旧浏览器的数据绑定或行为。', 'Data binding or behaviours of old browsers are used.'),
  'html.inline_document': fact(4.2, 'srcdoc 中带有整个页面。', 'A whole page stands in srcdoc.'),
  'html.animation_target': fact(3.4, '以动画改写属性。', 'An animation rewrites an attribute.'),
  'html.odd_separator': fact(1.2, '标签中以少见的字符分隔属性。', 'A tag separates its attributes in an unusual way.'),
  'html.quote_breakout': fact(2, '引号之后紧跟标签。', 'A tag follows a quote that ends an attribute.'),
  'html.value_breakout': {
    ...fact(
      2.2,
      '值以引号和尖括号开头，结束了所在的标签。',
      'The value begins with a quote and a bracket, which end the tag that it stands in.',
    ),
    whole: true,
  },
  'html.quoted_tag': fact(1.2, '引号之后紧跟标签，像程序中的字符串。', 'A tag follows a quote, as in the strings of a program.'),
  'html.processing_instruction': fact(4, '含有会载入样式或代码的处理指令。', 'A processing instruction loads styles or code.'),
  'html.comment_trick': fact(
    1.5,
    '利用注释、CDATA 或条件注释使解析产生歧义。',
    'Comments, CDATA or conditional comments make parsing ambiguous.',
  ),
  'html.script_entity': fact(3, '属性值中有 &{…} 形式的脚本实体。', 'An attribute holds a script entity of the form &{…}.'),
  'html.utf7': fact(4.2, '以 UTF-7 编码的标签。', 'There is a tag in UTF-7.'),
  'html.page_element': fact(
    1.2,
    '含有整页才有的元素，如 html、body。',
    'There are elements of a whole page, such as html or body.',
  ),
} as const satisfies Readonly<Record<string, FeatureFacts>>;
