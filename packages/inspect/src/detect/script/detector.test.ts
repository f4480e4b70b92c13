import { describe, expect, it } from 'vitest';
import { judge } from '../testing/ask.ts';
import { scriptDetector } from './detector.ts';

const ask = judge([scriptDetector]);

describe('script without a tag', () => {
  it.each([
    ['javascript:steal(document.cookie)'],
    ['java\tscript:alert(2)'],
    ['JaVaScRiPt:prompt`2`'],
    ["';alert(2)//"],
    ['"-confirm(2)-"'],
    ["'+eval(name)+'"],
    ['");prompt(2);//'],
    ["\\';alert(2);//"],
    ['alert(document.cookie)'],
    ['x.constructor.constructor("alert(2)")()'],
    ['top["al"+"ert"](2)'],
    ['[][(![]+[])[+[]]+([![]]+[][[]])[+!+[]+[+[]]]]'],
    ['eval(location.hash.slice(1))'],
    ['data:text/html,<b>x</b><i>y</i>;alert(2)'],
    ['document.write(String.fromCharCode(60,98,62))'],
    ['alert(2)'],
    ['setTimeout`alert\\x282\\x29`'],
  ])('%j', (text) => expect(ask(text)).toBe('block'));
});

describe('honest text about script', () => {
  it.each([
    ['alert 弹窗太多了，很烦'],
    ['JavaScript: the good parts（第二版）'],
    ['请确认 (confirm) 后提交'],
    ['wx.showModal({ title: "提示", success(r) { if (r.confirm) dialog.alert(r) } })'],
    ['function add(a, b) {\n  return a + b;\n}\nconsole.log(add(1, 2));'],
    ['class A { constructor(x) { this.x = x } }'],
    ['TypeError: Cannot read property "list" of undefined\n at success (page-frame.html:12:3)'],
    ['data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA'],
    ['javascript:void(0)'],
    ['setTimeout(() => this.refresh(), 300)'],
    ['The evaluation (eval) is due on Friday'],
    ['[1, 2, 3], [], [[]]'],
    ['请把 `eval` 和 `setTimeout` 换掉，见 `window.eval`、`Function`'],
    ['const copy = new this.constructor(options); class B { constructor (x) {} }'],
    ['[no-buffer-constructor](https://example.org/rules)'],
    ["localStorage.removeItem('token'); window.location.href = '/login';"],
    ['constructor 注入和 setter 注入有什么区别？'],
  ])('%j', (text) => expect(ask(text)).not.toBe('block'));
});
