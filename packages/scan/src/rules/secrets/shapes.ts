import { entropy } from './entropy.ts';
import { isMash, isPlaceholder } from './placeholder.ts';

/** Credentials that their form gives away, wherever they stand. */
export type ShapeKind =
  | 'cloudId'
  | 'cloudSecret'
  | 'lbsKey'
  | 'modelKey'
  | 'googleKey'
  | 'hostToken'
  | 'pem'
  | 'keyBody'
  | 'urlPassword'
  | 'urlSecret'
  | 'urlClientSecret'
  | 'urlServiceKey'
  | 'bearer'
  | 'appCode';

export interface ShapeMatch {
  readonly kind: ShapeKind;
  /** Offset of the credential in the text. */
  readonly start: number;
  readonly length: number;
}

interface Shape {
  readonly kind: ShapeKind;
  readonly pattern: RegExp;
  /** Number of the group that holds the credential. */
  readonly group: number;
  readonly least: number;
}

/** Every quantifier is bounded; prefixes keep the search linear. `least`: smallest entropy in bits per character. */
const shapes: readonly Shape[] = [
  { kind: 'cloudId', pattern: /(?<![A-Za-z0-9])(AKID[A-Za-z0-9]{28,40})(?![A-Za-z0-9])/, group: 1, least: 3.5 },
  { kind: 'cloudId', pattern: /(?<![A-Za-z0-9])(LTAI[A-Za-z0-9]{12,26})(?![A-Za-z0-9])/, group: 1, least: 3 },
  { kind: 'cloudId', pattern: /(?<![A-Za-z0-9])((?:AKIA|ASIA)[A-Z0-9]{16})(?![A-Za-z0-9])/, group: 1, least: 2.8 },
  { kind: 'lbsKey', pattern: /(?<![A-Z0-9-])([A-Z0-9]{5}(?:-[A-Z0-9]{5}){5})(?![A-Z0-9-])/, group: 1, least: 3 },
  {
    kind: 'modelKey',
    pattern: /(?<![A-Za-z0-9_-])(sk-(?:proj-|ant-|or-v1-)?[A-Za-z0-9_-]{20,160})(?![A-Za-z0-9_-])/,
    group: 1,
    least: 3.3,
  },
  { kind: 'googleKey', pattern: /(?<![A-Za-z0-9_-])(AIza[A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])/, group: 1, least: 3.3 },
  {
    kind: 'hostToken',
    pattern:
      /(?<![A-Za-z0-9_])(gh[pousr]_[A-Za-z0-9]{36,60}|glpat-[A-Za-z0-9_-]{20,40}|npm_[A-Za-z0-9]{36}|xox[abpr]-[A-Za-z0-9-]{20,80})/,
    group: 1,
    least: 3.3,
  },
  { kind: 'pem', pattern: /(-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY-----)/, group: 1, least: 0 },
  {
    kind: 'urlPassword',
    pattern:
      /(?:mysql|mariadb|postgres(?:ql)?|mongodb(?:\+srv)?|rediss?|amqps?|mssql|clickhouse):\/\/[^\s:@/'"`]{0,60}:([^\s@/'"`]{1,80})@/i,
    group: 1,
    least: 0,
  },
  { kind: 'urlPassword', pattern: /jdbc:[^\s'"`]{1,200}[?&;]password=([^\s&;'"`]{1,80})/i, group: 1, least: 0 },
  // Keys of model and robot platforms, each with its own prefix.
  {
    kind: 'modelKey',
    pattern:
      /(?<![A-Za-z0-9_-])(pat_[A-Za-z0-9]{48,80}|gsk_[A-Za-z0-9]{40,60}|hf_[A-Za-z0-9]{30,40}|app-[A-Za-z0-9]{24})(?![A-Za-z0-9_-])/,
    group: 1,
    least: 3.6,
  },
  // A whole token with its signature.
  {
    kind: 'bearer',
    pattern: /(?<![A-Za-z0-9_-])(eyJ[A-Za-z0-9_-]{10,400}\.eyJ[A-Za-z0-9_-]{10,1200}\.[A-Za-z0-9_-]{20,400})(?![A-Za-z0-9_-])/,
    group: 1,
    least: 4,
  },
  { kind: 'urlClientSecret', pattern: /[?&]client_secret=([A-Za-z0-9]{24,48})(?![A-Za-z0-9])/, group: 1, least: 3.3 },
  { kind: 'urlSecret', pattern: /[?&](?:app_?)?secret=([0-9a-f]{32})(?![0-9a-f])/i, group: 1, least: 3 },
  {
    kind: 'urlServiceKey',
    pattern:
      /(?:amap\.com|map\.baidu\.com|qweather\.com|heweather\.com|juhe\.cn|tianapi\.com|seniverse\.com|apispace\.com|jisuapi\.com|tianditu\.gov\.cn)[^\s'"`]{0,200}[?&](?:key|ak|appkey|token|tk)=([A-Za-z0-9]{16,40})(?![A-Za-z0-9])/i,
    group: 1,
    least: 2.8,
  },
  { kind: 'appCode', pattern: /APPCODE\s{1,3}([0-9a-f]{32})(?![0-9a-f])/i, group: 1, least: 3 },
];

/** Words without one of which no shape can match: a quick look before the patterns. */
const hint =
  /AKID|LTAI|AKIA|ASIA|-[A-Z0-9]{5}-|sk-|AIza|gh[pousr]_|glpat-|npm_|xox[abpr]-|PRIVATE KEY|:\/\/|jdbc:|APPCODE|pat_|gsk_|hf_|app-|eyJ|client_secret=/i;

/** Every credential in a text of at most a few thousand characters. */
export function findShapes(text: string): ShapeMatch[] {
  if (text.length < 8 || !hint.test(text)) return [];
  const found: ShapeMatch[] = [];
  for (const { kind, pattern, group, least } of shapes) {
    const match = pattern.exec(text);
    const value = match?.[group];
    if (match === null || value === undefined) continue;
    const random = kind !== 'pem' && kind !== 'urlPassword';
    if (random && (entropy(value) < least || isMash(value.replace(/^[A-Za-z]{2,4}[-_]?/, '')) || /x{4,}|\*|example/i.test(value)))
      continue;
    if (kind === 'modelKey' && !/\d/.test(value)) continue;
    if (kind === 'lbsKey' && !/[A-Z]/.test(value)) continue;
    if (kind === 'urlPassword' && (isPlaceholder(value) || /^(?:password|pass|pwd|secret)$/i.test(value))) continue;
    found.push({ kind, start: match.index + match[0].lastIndexOf(value), length: value.length });
  }
  return found;
}

/** Exactly the form of an AppSecret: 32 hexadecimal digits that nobody typed by hand. */
export function isAppSecretValue(value: string): boolean {
  return (
    /^(?:[0-9a-f]{32}|[0-9A-F]{32})$/.test(value) &&
    entropy(value) > 3 &&
    !isMash(value) &&
    !/123123|123456789|abcdef0123/.test(value)
  );
}

/** 32 letters and digits: the form of a merchant's key. */
export function isMerchantKeyValue(value: string): boolean {
  return /^[A-Za-z0-9]{32}$/.test(value) && entropy(value) > 2.8 && !isPlaceholder(value);
}

/** A random key of a cloud, 20 to 64 characters of a key's alphabet with letters and digits. */
export function isCloudSecretValue(value: string): boolean {
  return (
    /^[A-Za-z0-9_\-+/=]{20,64}$/.test(value) &&
    /\d/.test(value) &&
    /[A-Za-z]/.test(value) &&
    entropy(value) > 3.2 &&
    !isPlaceholder(value)
  );
}

/** A key of some service: 16 to 80 characters with letters and digits, no word. */
export function isServiceKeyValue(value: string): boolean {
  return (
    /^[A-Za-z0-9_\-+/=.]{16,80}$/.test(value) &&
    /\d/.test(value) &&
    /[A-Za-z]/.test(value) &&
    entropy(value) > 3 &&
    !isPlaceholder(value) &&
    !/^https?:|\.(?:com|cn|js|json|png|jpg)$|^\d+\.\d+\.\d+/.test(value)
  );
}

/** The base64 body of a private key in PKCS#1 or PKCS#8. */
export function isKeyBody(value: string): boolean {
  return /^MII[CEJ][A-Za-z0-9+/]{200,}={0,2}$/.test(value.replace(/\\n|\s/g, '')) && !value.startsWith('MIIBIj');
}
