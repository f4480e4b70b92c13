import type { Detector } from '../../detector.ts';
import { sourceOf } from '../patterns/lexical/of-file.ts';
import { hostOf } from '../patterns/network/hosts.ts';

const thirdParty =
  /(?:^|\.)(?:apis\.map\.qq\.com|restapi\.amap\.com|api\.map\.baidu\.com|api\.tianditu\.gov\.cn|api\.seniverse\.com|devapi\.qweather\.com|api\.qweather\.com|free-api\.heweather\.com|www\.google-analytics\.com|hm\.baidu\.com|api\.ipify\.org|ip-api\.com|googleapis\.com)$/i;
const personal = /location|latitude|longitude|\blat\b|\blng\b|phone|mobile|openid|unionid|nickname|id_?card/i;

/** Location and other personal data sent from the client to somebody else's host. */
export const thirdParties: Detector = {
  id: 'privacy/third-parties',
  rules: ['MP-PRV-005'],
  run(context) {
    for (const file of context.project.files) {
      if (
        file.place !== 'mini-program' ||
        file.language === 'wxml' ||
        file.marks.has('vendored') ||
        file.marks.has('minified') ||
        file.marks.has('test')
      )
        continue;
      if (!/map\.qq|amap\.com|map\.baidu|tianditu|seniverse|weather|analytics|hm\.baidu|ipify|ip-api|googleapis/.test(file.text))
        continue;
      const source = sourceOf(file);
      for (const { value, start, end, scope, inComment } of source?.literals ?? []) {
        if (inComment || !thirdParty.test(hostOf(value) ?? '')) continue;
        const sent =
          scope !== null && scope.end - scope.start < 3000 ? (source?.code.slice(scope.start, scope.end) ?? '') : value;
        if (!personal.test(`${value}\n${sent}`)) continue;
        context.report({
          rule: 'MP-PRV-005',
          file: file.path,
          start,
          end: Math.min(end, start + 120),
          message: {
            zh: '位置等个人信息直接发给第三方；隐私指引须写明接收方，最好经自己的后端转发',
            en: 'Location or other personal data goes straight to a third party: the privacy guide must name it; better relay it through your backend',
          },
          confidence: 'medium',
        });
      }
    }
  },
};
