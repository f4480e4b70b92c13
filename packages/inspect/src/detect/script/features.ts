import type { FeatureFacts } from '../model.ts';

const fact = (weight: number, zh: string, en: string): FeatureFacts => ({ class: 'xss', weight, zh, en });

/** What the script detector reports. */
export const scriptFeatures = {
  'script.url': fact(
    4.2,
    '值是 javascript: 等会执行脚本的网址。',
    'The value is an address that runs script, such as javascript:.',
  ),
  'script.data_url': fact(3.6, '值是带有页面的 data: 网址。', 'The value is a data: address that carries a page.'),
  'script.breakout': fact(4.2, '引号之后拼接了会执行的脚本。', 'Script that would run follows a quote that closes the value.'),
  'script.sink_call': fact(2.2, '调用了 alert、eval 一类的函数。', 'A function such as alert or eval is called.'),
  'script.whole_call': { ...fact(2, '整个值就是这样的调用。', 'The whole value is such a call.'), last: true },
  'script.short_sink': {
    ...fact(1.8, '短值中夹着这样的调用，没有别的文字。', 'A short value holds such a call among signs, and no words.'),
    whole: true,
  },
  'script.page_data': fact(2.2, '读取了 document.cookie 一类的页面数据。', 'Data of the page, such as document.cookie, is read.'),
  'script.page_state': fact(1.3, '读取了地址片段或本地存储。', 'The address fragment or local storage of the page is read.'),
  'script.page_use': fact(1.3, '使用了页面的地址、元素或请求。', 'The address, elements or requests of the page are used.'),
  'script.page_write': fact(2.2, '改写了页面或其地址。', 'The page or its address is written.'),
  'script.whole_write': {
    ...fact(2, '整个值就是改写页面或其地址的语句。', 'The whole value is a statement that writes the page or its address.'),
    whole: true,
  },
  'script.constructor_escape': fact(4.2, '借 constructor 取得 Function。', 'The way to Function leads through a constructor.'),
  'script.char_codes': fact(1.8, '用字符编码拼出脚本。', 'Script is put together from character codes.'),
  'script.symbols_only': fact(4.4, '脚本只由符号写成。', 'The script is written in symbols only.'),
  'script.tagged_call': fact(1.8, '以模板字符串代替括号来调用。', 'A template literal replaces the parentheses of a call.'),
  'script.indirect_call': fact(4, '以下标或逗号间接调用函数。', 'A function is called indirectly, through an index or a comma.'),
  'script.alias': fact(4.2, '把会执行脚本的函数换了名字再调用。', 'A function that runs script is called under another name.'),
  'script.doubled_word': fact(
    4.2,
    '关键字被写成删去中间一段后才成立的样子。',
    'A word is written so that it appears once its inner part is removed.',
  ),
  'script.seven_bit': fact(3, '标签以高位字符代替尖括号。', 'A tag is written with high characters instead of angle brackets.'),
  'script.comment_tail': fact(2, '以 // 截断其后的脚本。', 'What follows is cut off by //.'),
  'script.handler_binding': fact(2.6, '把函数赋给了全局的错误处理。', 'A function is made the handler of global errors.'),
} as const satisfies Readonly<Record<string, FeatureFacts>>;
