import { around, statementAt, type TextRule } from './text-rule.ts';

export const settingTextRules: readonly TextRule[] = [
  {
    rule: 'MP-INJ-005',
    languages: ['java'],
    severity: 'high',
    message: { zh: '解析 XML 时没有禁用外部实体', en: 'XML is parsed with external entities enabled' },
    hint: /DocumentBuilderFactory|SAXReader|SAXBuilder|SAXParserFactory|XMLInputFactory/,
    pattern:
      /DocumentBuilderFactory\.newInstance\s{0,4}\(|new\s{1,4}(?:SAXReader|SAXBuilder)\s{0,4}\(|SAXParserFactory\.newInstance\s{0,4}\(|XMLInputFactory\.newInstance\s{0,4}\(/g,
    holds: (_match, code) =>
      !/disallow-doctype-decl|FEATURE_SECURE_PROCESSING|external-general-entities|SUPPORT_DTD|ACCESS_EXTERNAL_DTD|setExpandEntityReferences\s*\(\s*false/.test(
        code,
      ),
  },
  {
    rule: 'MP-INJ-005',
    languages: ['php', 'python'],
    severity: 'high',
    message: { zh: '解析 XML 时展开外部实体', en: 'XML is parsed with its entities resolved' },
    hint: /LIBXML_NOENT|resolve_entities|substituteEntities/,
    pattern: /LIBXML_NOENT\b|resolve_entities\s{0,4}=\s{0,4}True|substituteEntities\s{0,4}=\s{0,4}true/g,
  },
  {
    rule: 'MP-CFG-001',
    languages: ['java'],
    severity: 'medium',
    message: { zh: '关闭了 CSRF 防护，而登录态来自 Cookie', en: 'CSRF protection is off while sessions live in cookies' },
    hint: /csrf/,
    pattern:
      /csrf\s{0,4}\(\s{0,4}\)\s{0,80}\.\s{0,4}disable\s{0,4}\(|csrf\s{0,4}\(\s{0,4}\w{0,20}\s{0,4}->\s{0,4}\w{0,20}\.disable\s{0,4}\(|AbstractHttpConfigurer::disable/g,
    holds: (match, code) => /csrf/.test(around(code, match.index, 40, 60)) && !/STATELESS/.test(code),
  },
  {
    rule: 'MP-CFG-002',
    languages: ['java'],
    severity: 'medium',
    message: { zh: '身份 Cookie 可被脚本读取', en: 'The identity cookie can be read by scripts' },
    hint: /Cookie/,
    pattern:
      /setHttpOnly\s{0,4}\(\s{0,4}false|new\s{1,4}Cookie\s{0,4}\(\s{0,4}"[^"\n]{0,40}(?:token|session|sid|user|auth|login)[^"\n]{0,40}"/gi,
    holds: ([text], code) => /false/.test(text) || !/setHttpOnly\s*\(\s*true/.test(code),
  },
  {
    rule: 'MP-CFG-002',
    languages: ['php'],
    severity: 'medium',
    message: { zh: '身份 Cookie 没有 httpOnly', en: 'The identity cookie lacks httpOnly' },
    hint: /setcookie/,
    pattern: /\bsetcookie\s{0,4}\(\s{0,4}['"][^'"\n]{0,40}(?:token|session|sid|user|auth|login)[^'"\n]{0,40}['"]/gi,
    holds: (match, code) => !/httponly|,\s*true\s*,\s*true/i.test(statementAt(code, match.index, 400)),
  },
  {
    rule: 'MP-CFG-003',
    languages: ['java'],
    severity: 'medium',
    message: { zh: '允许任意来源携带凭据跨域访问', en: 'Any origin may call with credentials' },
    hint: /allowedOrigin|AllowedOrigin|CrossOrigin|Access-Control-Allow-Origin/,
    pattern:
      /(?:addAllowedOrigin|addAllowedOriginPattern|allowedOrigins|allowedOriginPatterns|setAllowedOrigins?)\s{0,4}\([^)\n]{0,40}"\*"|"Access-Control-Allow-Origin"\s{0,4},\s{0,4}(?:"\*"|\w{0,20}\.getHeader\s{0,4}\(\s{0,4}"Origin")/g,
    holds: (_match, code) => /[aA]llowCredentials\s*\(\s*true|Access-Control-Allow-Credentials"\s*,\s*"true/.test(code),
  },
  {
    rule: 'MP-CFG-003',
    languages: ['php', 'python', 'go'],
    severity: 'medium',
    message: { zh: '允许任意来源携带凭据跨域访问', en: 'Any origin may call with credentials' },
    hint: /Access-Control-Allow-Origin|CORS_/i,
    pattern:
      /Access-Control-Allow-Origin['"]?\s{0,4}[:,]\s{0,4}(?:\*|['"]\*|['"]?\s{0,4}\.\s{0,4}\$_SERVER|\$\w{0,20}origin)|CORS_(?:ORIGIN_ALLOW_ALL|ALLOW_ALL_ORIGINS)\s{0,4}=\s{0,4}True/gi,
    holds: (_match, code) =>
      /Access-Control-Allow-Credentials['"]?\s*[:,]\s*['"]?\s*true|CORS_ALLOW_CREDENTIALS\s*=\s*True/i.test(code),
  },
  {
    rule: 'MP-LOG-003',
    languages: ['php', 'python', 'properties', 'yaml'],
    severity: 'low',
    message: { zh: '调试开关打开，错误页会泄露代码与配置', en: 'Debugging is on: error pages show code and settings' },
    hint: /debug|exposure/i,
    pattern:
      /['"]app_debug['"]\s{0,4}=>\s{0,4}true|^\s{0,8}APP_DEBUG\s{0,4}=\s{0,4}true|^DEBUG\s{0,4}=\s{0,4}True\b|app\.run\s{0,4}\([^)\n]{0,80}debug\s{0,4}=\s{0,4}True|management\.endpoints\.web\.exposure\.include\s{0,4}=\s{0,4}\*/gim,
  },
];
