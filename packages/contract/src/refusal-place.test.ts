import { describe, expect, it } from 'vitest';
import { guardFact } from './campaign-facts.ts';
import { refusalPlace } from './refusal-place.ts';

describe('the place of a refusal in words', () => {
  it.each([
    [
      'body byte 17 name',
      '请求体第 18 字节：这个字段名出现了两次，或会触及原型',
      'byte 18 of the body: a name that stands there twice, or reaches a prototype',
    ],
    [
      'body byte 30 number',
      '请求体第 31 字节：这个数字无法精确表示，请作为文本传递',
      'byte 31 of the body: a number that cannot be held exactly: send it as text',
    ],
    ['query parameter 1', '第 2 个查询参数', 'query parameter 2'],
    [
      'spelling',
      '路径的写法：许多后端不分大小写，也忽略末尾的斜杠或 .json，会把它当成另一个声明得更具体的接口',
      'the spelling of the path: many backends tell no capitals and take no notice of a slash or .json at the end, and would read it as another route, which is declared more narrowly',
    ],
    [
      'steering _method',
      '参数 _method：有的后端框架会据此改用另一个方法、路径或处理程序；确需使用时，请在接口的 schema 中声明',
      "the parameter _method, by which some backend frameworks choose another method, path or handler; declare it in the route's schema where it is meant",
    ],
    ['header content-type', '请求头 content-type', 'header content-type'],
    ['/kind enum', '字段 kind：不是允许的几个值之一', 'field kind: it is none of the values allowed'],
    ['/items/2/count maximum', '字段 items / 2 / count：太大', 'field items / 2 / count: it is too large'],
    ['/ type', '整个请求体：类型不对', 'the whole body: it is of another type'],
    ['query/page maximum', '查询参数 page：太大', 'query parameter page: it is too large'],
    ['path/id pattern', '路径参数 id：不符合规定的格式（pattern）', 'path parameter id: it does not fit the pattern'],
    ['/x somethingNew', '字段 x：不符合 somethingNew', 'field x: somethingNew does not hold'],
    [
      `campaign ${guardFact('range', 500, 2_000, 100)} ${guardFact('cents', 550)}`,
      '应为：5.00 至 20.00 元，每档 1.00 元；实为：5.50 元',
      'expected: 5.00 to 20.00 yuan, in steps of 1.00; seen: 5.50 yuan',
    ],
    [
      `answer ${guardFact('asked', 1_000)} ${guardFact('cents', 100_000)}`,
      '应为：所申请的 10.00 元；实为：1000.00 元',
      'expected: 10.00 yuan as asked for; seen: 1000.00 yuan',
    ],
    [
      'rule range body.cents 100 500000 100',
      'body.cents 应为整数，不小于 100，不大于 500000，步长 100',
      'body.cents is to be a whole number, at least 100, at most 500000, in steps of 100',
    ],
    [
      'rule forward body.state created,paid,done',
      'body.state 只能按这个顺序前进：created → paid → done',
      'body.state only moves forward: created → paid → done',
    ],
    ['rule belongs path.uid self', 'path.uid 按通讯录应是本人', 'path.uid is to be, by the directory, the caller'],
    ['file 0: connection', '第 1 个文件：连不上扫描服务', 'file 1: the scanner cannot be reached'],
    [
      'file 0: broken off',
      '第 1 个文件：扫描服务中断了连接：可能超过其大小上限（clamd 的 StreamMaxLength）',
      "file 1: the scanner hung up: the file may be above the size that it takes (clamd's StreamMaxLength)",
    ],
    [
      `campaign ${guardFact('fixed', ...Array.from({ length: 100 }, () => 99_999_900))} ${guardFact('cents', 1)}`,
      `应为：${Array.from({ length: 100 }, () => '999999.00').join(' 或 ')} 元；实为：0.01 元`,
      `expected: ${Array.from({ length: 100 }, () => '999999.00').join(' or ')} yuan; seen: 0.01 yuan`,
    ],
    ['file 2', '第 3 个文件', 'file 3'],
    ['body: upload.macro', '上传的文件：upload.macro', 'the file: upload.macro'],
    [
      'campaign field body.amountCents',
      'body.amountCents：缺失、写法不对，或旁边有可能被当成它的字段',
      'body.amountCents: missing, oddly written, or beside a field that may be taken for it',
    ],
    ['file 0: upload.svg_script', '第 1 个文件：upload.svg_script', 'file 1: upload.svg_script'],
    ['body: upload.php_code', '上传的文件：upload.php_code', 'the file: upload.php_code'],
    ['files', '文件的数量', 'the number of files'],
    ['phone: persons', '手机号验证：同一号码为过多账号验证', 'phone check: one number for too many accounts'],
    [
      'phone: code refused 40029',
      '手机号验证：微信不认可这个凭据（微信错误码 40029）',
      "phone check: WeChat does not take the code (WeChat's errcode 40029)",
    ],
    [
      'phone: no answer -1',
      '手机号验证：微信没有给出可用的回答（微信错误码 -1）',
      "phone check: WeChat gave no usable answer (WeChat's errcode -1)",
    ],
    ['no policy permits', '没有策略允许', 'no policy permits it'],
  ])('%s', (where, zh, en) => {
    expect(refusalPlace(where)).toEqual({ zh, en });
  });

  it('says of a member of an unknown name only where it stands', () => {
    expect(refusalPlace('/#4 additionalProperties')?.zh).toBe('字段 第 5 个（名字未声明，不予记录）：这个字段没有声明');
  });

  it('leaves what it does not know, and what is of another form, as it is', () => {
    for (const where of ['policy-7', 'limit per person: x', 'rule unknown body.x', 'rule constructor x', '', 'body byte x'])
      expect(refusalPlace(where)).toBeNull();
  });
});
