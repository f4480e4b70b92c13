import type { Detector, ScanContext } from '../../detector.ts';
import type { SourceFile } from '../../project/source-file.ts';
import type { Severity } from '../../rule.ts';
import type { Literal, SourceText } from '../patterns/lexical/model.ts';
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
  bearer: 'high',
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
/** Settings of a build that is thrown away, and files that show how to fill in the real one: what they hold opens nothing. */
const shownOnly =
  /(?:^|\/)(?:\.github\/workflows\/|\.circleci\/|\.gitlab-ci|\.travis\.ya?ml$|azure-pipelines|\.drone\.ya?ml$|Jenkinsfile$)|\.(?:example|sample|template|tpl|dist)$/;
const opensNothingThere = new Set<SecretKind>(['signingKey', 'databasePassword', 'connectionUrl', 'pushToken']);
/** A header with a body behind it, in the same text or in the next one; code that writes or takes apart such files has the header alone. */
const keyWithBody =
  /^-----BEGIN [A-Z ]{0,12}PRIVATE KEY-----(?:(?:\s|\\[nr]|\\$){0,40}[A-Za-z0-9+/]{6}|(?:[\s"'`+.,;]|\\[nr]){1,40}[A-Za-z0-9+/=]{40})/m;
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
    const found = judge(named(literal, file), around);
    if (found === null || (foreign && !found.certain)) continue;
    if (opensNothingThere.has(found.kind) && shownOnly.test(file.path)) continue;
    if (isHeader(file, found.start) && !keyWithBody.test(file.text.slice(found.start, found.start + 200))) continue;
    const said = literal.inComment || document;
    if (said && !realInComments.has(found.kind)) continue;
    if (found.fallback && isDemanded(file, found.start)) continue;
    if (file.marks.has('test') && !found.certain) continue;
    const key = `${found.kind} ${file.lines.line(found.start)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    report(context, file, found, said);
  }
}

const isHeader = (file: SourceFile, start: number): boolean => file.text.startsWith('-----BEGIN', start);

/** `module.exports = 'x'` in `jwtKey.js`: a module that is nothing but a value has the name of its file. */
function named(literal: Literal, file: SourceFile): Literal {
  // `{ secret, expiresIn }` in `jwt.js`.
  if (/^secret_?(?:key)?$/i.test(literal.name) && /(?:^|\/)(?:jwt|token|session)s?(?:[.-]config)?\.[cm]?[jt]s$/.test(file.path))
    return { ...literal, name: `jwt_${literal.name}` };
  if (literal.scope !== null) return literal;
  const alone =
    literal.fullName === 'module.exports' ||
    /export\s+default\s*['"`]$/.test(file.text.slice(Math.max(0, literal.start - 40), literal.start));
  if (!alone) return literal;
  const stem = /([^/]+?)\.[cm]?[jt]s$/.exec(file.path)?.[1];
  return stem === undefined ? literal : { ...literal, name: stem, fullName: stem, relation: 'assigned' };
}

/** The program ends where the setting is missing, so the default works for nobody but developers. */
function isDemanded(file: SourceFile, start: number): boolean {
  const before = file.text.slice(Math.max(0, start - 200), start);
  const setting = /(?:env\.|env\[['"]|get(?:OrThrow)?(?:<\w+>)?\(\s*['"])(\w{3,60})['"\])]*\s*(?:\|\||\?\?)\s*['"`]$/.exec(
    before,
  )?.[1];
  if (setting === undefined) return false;
  const asked = new RegExp(`![\\w.[\\]'"]{0,30}\\b${setting}\\b[^;]{0,400}(?:\\.exit\\s*\\(|\\bthrow\\b)`);
  return (
    file.text.includes(`${setting}`) && asked.test(file.text.slice(0, 200_000).replaceAll(/console\.\w+\([^)]{0,300}\);?/g, ''))
  );
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
    settings: /(?:^|\/)config\/config\.\w+\.[cm]?[jt]s$/.test(file.path),
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
