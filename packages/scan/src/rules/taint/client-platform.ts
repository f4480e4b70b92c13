import type { Detector } from '../../detector.ts';
import { parentOf } from '../../flow/links.ts';
import { keyName, type Node, unwrap } from '../../parse/ast.ts';
import { walk } from '../../parse/walk.ts';
import { analysisOf } from './analysis.ts';

/** Interfaces of WeChat that ask for the AppSecret: only a server has it. */
const withSecret = /api\.weixin\.qq\.com\/(?:sns\/(?:jscode2session|oauth2\/access_token)|cgi-bin\/token)/;

/** A mini program that does what only its server can do without giving the keys away: asking WeChat with the AppSecret, decrypting. */
export const clientPlatform: Detector = {
  id: 'client-platform',
  rules: ['MP-SEC-001', 'MP-SEC-008'],
  run(context) {
    for (const { file, program } of analysisOf(context).codebase.units) {
      if (file.place !== 'mini-program' || file.marks.has('test') || file.marks.has('vendored')) continue;
      if (!withSecret.test(file.text) && !/BizDataCrypt/.test(file.text)) continue;
      walk(program, (node) => {
        if (isSecretRequest(node, file.text))
          context.report({
            rule: 'MP-SEC-001',
            file: file.path,
            start: node.start,
            end: node.end,
            message: {
              zh: '小程序自己带着 AppSecret 调用微信接口：密钥随代码包发给了每个用户',
              en: 'The mini program itself calls WeChat with the AppSecret: every user receives it with the package',
            },
          });
        else if (node.type === 'NewExpression' && /BizDataCrypt$/.test(nameOf(node.callee)))
          context.report({
            rule: 'MP-SEC-008',
            file: file.path,
            start: node.start,
            end: node.end,
            message: {
              zh: '小程序端自己解密用户数据：为此 session_key 必须下发到客户端',
              en: 'The mini program decrypts user data itself: for that session_key has to reach the client',
            },
          });
        return true;
      });
    }
  },
};

function nameOf(callee: Node): string {
  const node = unwrap(callee);
  if (node.type === 'Identifier') return node.name;
  return node.type === 'MemberExpression' ? (keyName(node.property, node.computed) ?? '') : '';
}

/** The address of such an interface with a secret in its query, or with one in the data beside it; a literal one is found as such. */
function isSecretRequest(node: Node, text: string): boolean {
  if ((node.type !== 'Literal' || typeof node.value !== 'string') && node.type !== 'TemplateLiteral') return false;
  const own = text.slice(node.start, Math.min(node.end, node.start + 600));
  if (!withSecret.test(own) || /secret=[0-9a-f]{32}(?![0-9a-f])/.test(own)) return false;
  if (/[?&]secret=/.test(own)) return true;
  let at: Node | undefined = parentOf(node);
  for (let height = 0; at !== undefined && at.type !== 'ObjectExpression' && height < 8; height += 1) at = parentOf(at);
  return at?.type === 'ObjectExpression' && /\bsecret\b/.test(text.slice(at.start, Math.min(at.end, at.start + 1500)));
}
