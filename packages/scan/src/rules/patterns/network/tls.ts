import type { Detector } from '../../../detector.ts';
import type { Language } from '../../../project/source-file.ts';
import { severityAt } from '../../secrets/severity.ts';
import { sourceOf } from '../lexical/of-file.ts';

/** Ways of switching certificate checks off, each bounded and linear. */
const switches: readonly (readonly [readonly Language[], RegExp])[] = [
  [['javascript', 'typescript', 'vue'], /\brejectUnauthorized\s{0,8}[:=]\s{0,8}(?:false\b|!1|0\b)/g],
  [['javascript', 'typescript', 'vue'], /\bstrictSSL\s{0,8}[:=]\s{0,8}(?:false\b|!1)/g],
  [
    ['javascript', 'typescript', 'vue', 'text', 'properties', 'yaml', 'json'],
    /NODE_TLS_REJECT_UNAUTHORIZED['"\]]{0,2}\s{0,8}[:=]\s{0,8}['"]?0\b/g,
  ],
  [
    ['java'],
    /NoopHostnameVerifier|ALLOW_ALL_HOSTNAME_VERIFIER|AllowAllHostnameVerifier|TrustAllStrategy|TrustSelfSignedStrategy|InsecureTrustManagerFactory/g,
  ],
  [
    ['java'],
    /void\s{1,8}checkServerTrusted\s{0,8}\([^)]{0,200}\)\s{0,8}(?:throws\s{1,8}[\w.]{1,60}\s{0,8})?\{\s{0,40}(?:return\s{0,4};\s{0,40})?\}/g,
  ],
  [['java'], /boolean\s{1,8}verify\s{0,8}\([^)]{0,120}\)\s{0,8}\{\s{0,40}return\s{1,8}true\s{0,8};/g],
  [['php'], /CURLOPT_SSL_VERIFYPEER\s{0,8}(?:,|=>)\s{0,8}(?:false|0)\b/gi],
  [['php'], /CURLOPT_SSL_VERIFYHOST\s{0,8}(?:,|=>)\s{0,8}(?:false|0)\b/gi],
  [['php'], /['"]verify['"]\s{0,8}=>\s{0,8}false\b/gi],
  [['python'], /\bverify\s{0,8}=\s{0,8}False\b/g],
  [['python'], /_create_unverified_context\b/g],
  [['go'], /InsecureSkipVerify\s{0,8}:\s{0,8}true\b/g],
];

/** TLS certificates that are not checked. */
export const tlsOff: Detector = {
  id: 'patterns/tls',
  rules: ['MP-NET-003'],
  run(context) {
    for (const file of context.project.files) {
      const patterns = switches.filter(([languages]) => languages.includes(file.language));
      if (patterns.length === 0 || file.marks.has('minified')) continue;
      if (!/rejectUnauthorized|strictSSL|NODE_TLS|Hostname|Trust|SSL_VERIFY|verify|unverified|InsecureSkip/.test(file.text))
        continue;
      const code = sourceOf(file)?.code;
      if (code === undefined) continue;
      for (const [, pattern] of patterns)
        for (const match of code.matchAll(pattern))
          context.report({
            rule: 'MP-NET-003',
            file: file.path,
            start: match.index,
            end: match.index + match[0].length,
            message: {
              zh: 'TLS 证书校验被关闭，中间人可以冒充服务器',
              en: 'Certificates are not checked: a man in the middle can pose as the server',
            },
            severity: severityAt(file, file.marks.has('vendored') ? 'medium' : 'high'),
          });
    }
  },
};
