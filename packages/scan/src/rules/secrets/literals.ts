import type { Detector, ScanContext } from '../../detector.ts';
import type { SourceFile } from '../../project/source-file.ts';
import type { Severity } from '../../rule.ts';
import type { SourceText } from '../patterns/lexical/model.ts';
import { sourceOf } from '../patterns/lexical/of-file.ts';
import { type Judgement, judge, type Surroundings } from './judge.ts';
import { inPackage, type SecretKind, secretKinds } from './kinds.ts';
import { milder, severityAt } from './severity.ts';

const severityOf: Record<SecretKind, Severity> = {
  appSecret: 'critical',
  merchantKey: 'critical',
  privateKey: 'critical',
  cloudId: 'critical',
  cloudSecret: 'critical',
  hostToken: 'critical',
  otherSecret: 'high',
  signingKey: 'critical',
  databasePassword: 'high',
  connectionUrl: 'high',
  mapKey: 'medium',
  modelKey: 'high',
  serviceKey: 'medium',
  pushToken: 'medium',
  pushKey: 'high',
};
/** Kinds that count in a comment: their form says that they are real. */
const realInComments = new Set<SecretKind>([
  'appSecret',
  'merchantKey',
  'privateKey',
  'cloudId',
  'cloudSecret',
  'hostToken',
  'mapKey',
  'modelKey',
  'connectionUrl',
]);
/** The file itself signs or verifies tokens. */
const tokenLibrary =
  /['"](?:jsonwebtoken|jose|express-session|koa-session|koa-jwt|express-jwt|egg-jwt|@nestjs\/jwt)['"]|\bjwt\.(?:sign|verify|encode|decode)\(|\bJwts\.|\bJWT\.(?:create|require|decode)|\bJWT::|Algorithm\.HMAC|import jwt\b|firebase\\JWT|auth0\.jwt|io\.jsonwebtoken/i;
const translations = /(?:^|\/)(?:locales?|i18n|lang|langs|languages|translations)\//i;
const appId = /wx[0-9a-f]{16}(?![0-9a-f])/g;

/** Credentials in source, settings, comments and documents. */
export const literalSecrets: Detector = {
  id: 'secrets/literals',
  rules: [
    'MP-SEC-001',
    'MP-SEC-002',
    'MP-SEC-003',
    'MP-SEC-004',
    'MP-SEC-005',
    'MP-SEC-006',
    'MP-SEC-007',
    'MP-SEC-011',
    'MP-SEC-013',
  ],
  run(context) {
    for (const file of context.project.files) {
      if (translations.test(file.path)) continue;
      const source = sourceOf(file);
      if (source !== null && source.literals.length > 0) search(context, file, source);
    }
  },
};

function search(context: ScanContext, file: SourceFile, source: SourceText): void {
  const foreign = file.marks.has('vendored') || file.marks.has('minified') || file.marks.has('generated');
  const document = file.language === 'markdown' || file.language === 'text';
  const around = surroundings(file);
  const seen = new Set<string>();
  for (const literal of source.literals) {
    const found = judge(literal, around);
    if (found === null || (foreign && !found.certain)) continue;
    const said = literal.inComment || document;
    if (said && !realInComments.has(found.kind)) continue;
    if (file.marks.has('test') && !found.certain) continue;
    const key = `${found.kind} ${file.lines.line(found.start)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    report(context, file, found, said);
  }
}

function report(context: ScanContext, file: SourceFile, { kind, start, end, fallback }: Judgement, said: boolean): void {
  const { rule, zh, en } = secretKinds[kind];
  const packed = file.place === 'mini-program' ? (inPackage[kind] ?? severityOf[kind]) : severityOf[kind];
  const severity = severityAt(file, fallback ? milder(packed, 1) : packed);
  const where = said
    ? { zh: '（在注释、说明或停用的代码中）', en: ' (in a comment, a document or dead code)' }
    : fallback
      ? { zh: '（环境变量缺失时使用的默认值）', en: ' (the default where the setting is missing)' }
      : { zh: '', en: '' };
  context.report({
    rule: said ? 'MP-SEC-013' : rule,
    file: file.path,
    start,
    end,
    message: { zh: `${zh}${where.zh}`, en: `${en}${where.en}` },
    severity: said ? milder(severity, severity === 'critical' ? 2 : 1) : severity,
  });
}

function surroundings(file: SourceFile): Surroundings {
  let lines: number[] | undefined;
  return {
    python: file.language === 'python',
    tokens: tokenLibrary.test(file.text),
    merchant: /mch_?id|\bmchid\b|unifiedorder|WxPay/i.test(file.text),
    push: (/timestamp/.test(file.text) && /nonce/.test(file.text)) || (/signature/.test(file.text) && /TOKEN/.test(file.text)),
    services:
      /qweather|heweather|amap\.com|map\.qq\.com|map\.baidu|tuling123|tianapi|juhe\.cn|seniverse|jisuapi|apispace|showapi|avatardata/.test(
        file.text,
      ),
    appIdNear(offset) {
      lines ??= [...file.text.matchAll(appId)].slice(0, 1000).map(({ index }) => file.lines.line(index));
      const line = file.lines.line(offset);
      return lines.some((other) => Math.abs(other - line) <= 5);
    },
  };
}
