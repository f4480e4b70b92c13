import type { Detector } from '../../detector.ts';
import { elementsOf, type MarkupNode } from '../../parse/markup.ts';
import { mustaches } from '../../parse/mustache.ts';

const strong = /(?:id_?card|idno|identity_?(?:no|card|num)|cert_?no|bank_?(?:card|no|account)|card_?no|shenfenzheng)\w{0,8}$/i;
const phone = /(?:phone|mobile|tel|telephone|contact_?number|shouji)(?:_?(?:no|num|number))?$/i;
const business = /shop|store|service|kefu|company|merchant|hotline|seller|saler|platform|config|info\.tel|business/i;
const masked = /mask|hide|desens|filter|format|replace|substr|slice|hidden|privacy|encrypt|\*{3}/i;

/** Personal data shown whole, and buttons that ask for withdrawn data. */
export const screens: Detector = {
  id: 'privacy/screens',
  rules: ['MP-PRV-006', 'MP-PRV-007'],
  run(context) {
    for (const file of context.project.files) {
      if (file.language !== 'wxml' || file.marks.has('vendored') || file.marks.has('test') || file.marks.has('minified'))
        continue;
      if (!/phone|mobile|tel|card|idno|bank|getUserInfo/i.test(file.text)) continue;
      const root = context.markup(file);
      if (root === undefined) continue;
      for (const element of elementsOf(root.children))
        for (const attribute of element.attributes)
          if (attribute.name === 'open-type' && attribute.value === 'getUserInfo')
            context.report({
              rule: 'MP-PRV-006',
              file: file.path,
              start: attribute.start,
              end: attribute.end,
              severity: 'info',
              message: {
                zh: 'open-type="getUserInfo" 已被收回；请改用 chooseAvatar 与昵称输入',
                en: 'open-type="getUserInfo" has been withdrawn: use chooseAvatar and the nickname input',
              },
            });
      for (const { text, start } of textsOf(root.children))
        for (const hole of mustaches(text)) {
          const expression = hole.source.trim();
          if (!/^[\w.$[\]]+$/.test(expression) || masked.test(expression) || business.test(expression)) continue;
          const name = expression.slice(expression.lastIndexOf('.') + 1);
          const isStrong = strong.test(name);
          if (!isStrong && !phone.test(name)) continue;
          context.report({
            rule: 'MP-PRV-007',
            file: file.path,
            start: start + hole.start,
            end: start + hole.end,
            message: {
              zh: '手机号、证件号等个人信息未脱敏就显示',
              en: 'A phone, identity or card number is shown without a mask',
            },
            confidence: isStrong ? 'medium' : 'low',
          });
        }
    }
  },
};

function* textsOf(nodes: readonly MarkupNode[]): Generator<{ text: string; start: number }> {
  for (const node of nodes) {
    if (node.kind === 'text') yield node;
    else if (node.name !== 'wxs' && node.name !== 'input' && node.name !== 'textarea') yield* textsOf(node.children);
  }
}
