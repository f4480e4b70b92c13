import { isExample } from '../../secrets/placeholder.ts';
import { around, statementAt, type TextRule } from './text-rule.ts';

const servers = ['java', 'php', 'python', 'go'] as const;
const passwordMessage = {
  zh: '口令只做了快速散列（MD5/SHA），库一泄漏就被还原',
  en: 'The password is hashed with a fast function: a leaked table falls at once',
};
const keyMessage = { zh: '加密的密钥或 IV 写死在代码中', en: 'The key or IV of encryption is written in the code' };

export const cryptoTextRules: readonly TextRule[] = [
  {
    rule: 'MP-CRY-001',
    languages: servers,
    severity: 'medium',
    message: passwordMessage,
    hint: /md5|sha-?\d|hashlib/i,
    pattern:
      /(?:\b(?:md5|sha1|sha256|sha512|hash)|(?:md5|sha1|sha256|sha512|md5Hex|sha1Hex|sha256Hex|MD5Encode|md5Encode|getMD5|md5Digest\w{0,12}|MD5Utils?\.\w{2,20}|Md5Utils?\.\w{2,20}))\s{0,4}\([^;{}\n]{0,140}?(?:pass(?:word|wd)?|pwd)\w{0,20}/gi,
    holds: (match, code) => {
      // `setPasswordMd5(String passwordMd5)` declares or hands on; it hashes nothing.
      if (
        /\b(?:set|get|is|by|with)\w{0,60}$/i.test(code.slice(Math.max(0, match.index - 80), match.index + 1)) ||
        /\(\s*(?:final\s+)?String\s/.test(match[0])
      )
        return false;
      return !/password_hash|bcrypt|argon|passport|pass_?through/i.test(match[0]);
    },
  },
  {
    rule: 'MP-CRY-001',
    languages: ['java'],
    severity: 'medium',
    message: passwordMessage,
    hint: /HashAlgorithmName|SimpleHash|Md5Hash|NoOpPasswordEncoder|Md5PasswordEncoder|MessageDigestPasswordEncoder/,
    pattern:
      /setHashAlgorithmName\s{0,4}\(\s{0,4}"(?:MD5|SHA-?\d{1,3})"|new\s{1,4}(?:Md5Hash|Sha256Hash|Sha1Hash)\s{0,4}\([^;\n]{0,80}pass|new\s{1,4}SimpleHash\s{0,4}\(\s{0,4}"(?:md5|sha-?\d{1,3})"|NoOpPasswordEncoder\s{0,2}\.\s{0,2}getInstance|new\s{1,4}(?:Md5PasswordEncoder|MessageDigestPasswordEncoder)/gi,
  },
  {
    rule: 'MP-CRY-002',
    languages: ['java'],
    severity: 'medium',
    message: keyMessage,
    hint: /SecretKeySpec|IvParameterSpec|DESKeySpec|SM4|AES\.|SecureUtil/,
    pattern: /new\s{1,4}(?:SecretKeySpec|IvParameterSpec|DESKeySpec)\s{0,4}\(\s{0,4}"([^"\n]{4,64})"/g,
    holds: ([, value = '']) => !isExample(value),
  },
  {
    rule: 'MP-CRY-002',
    languages: ['java'],
    severity: 'medium',
    message: keyMessage,
    hint: /Cipher|SecretKeySpec|IvParameterSpec|SM4/,
    pattern:
      /\bString\s{1,4}\w{0,24}(?:KEY|IV|Key|Iv|SALT|salt|Salt|VECTOR)\s{0,4}=\s{0,4}"([\x21\x23-\x7e]{8}|[\x21\x23-\x7e]{16}|[\x21\x23-\x7e]{24}|[\x21\x23-\x7e]{32})"/g,
    holds: ([text, value = '']) =>
      !isExample(value) &&
      !/[._](?:[A-Za-z]+[._]){1,}|^[A-Za-z]+(?:[-_:.][A-Za-z]+)+:?$|PUBLIC/i.test(value) &&
      !/(?:CACHE|REDIS|HEADER|SESSION|TOKEN_KEY|STORE|MAP|PREFIX)\w*\s*=/i.test(text),
  },
  {
    rule: 'MP-CRY-002',
    languages: ['php'],
    severity: 'medium',
    message: keyMessage,
    hint: /openssl_(?:en|de)crypt|mcrypt_/,
    pattern:
      /(?:openssl_(?:en|de)crypt\s{0,4}\([^,;\n]{1,100},[^,;\n]{1,60},\s{0,4}|mcrypt_(?:en|de)crypt\s{0,4}\([^,;\n]{1,60},\s{0,4})['"]([^'"\n]{4,64})['"]/g,
    holds: ([, value = '']) => !isExample(value),
  },
  {
    rule: 'MP-CRY-002',
    languages: ['python'],
    severity: 'medium',
    message: keyMessage,
    hint: /AES\.new|DES\.new|Fernet\(/,
    pattern: /(?:AES|DES3?)\.new\s{0,4}\(\s{0,4}b?['"]([^'"\n]{4,64})['"]|Fernet\s{0,4}\(\s{0,4}b?['"]([^'"\n]{20,64})['"]/g,
  },
  {
    rule: 'MP-CRY-003',
    languages: servers,
    severity: 'medium',
    message: {
      zh: '验证码、令牌或随机串由可预测的随机数生成',
      en: 'A verification code, token or nonce comes from a predictable generator',
    },
    hint: /Random|rand\s*\(|random\./,
    pattern:
      /new\s{1,4}Random\s{0,4}\(|Math\.random\s{0,4}\(|RandomStringUtils\.random\w{0,20}\s{0,4}\(|ThreadLocalRandom\.current|\b(?:mt_rand|rand)\s{0,4}\(|\brandom\.(?:randint|choice|choices|sample|random|randrange)\s{0,4}\(|\brand\.(?:Intn|Int31n|Int63)\s{0,4}\(/g,
    holds: (match, code) => makesSecret(code, match.index),
  },
  {
    rule: 'MP-API-006',
    languages: ['java'],
    severity: 'medium',
    message: { zh: '签发的令牌没有有效期，泄漏后永远可用', en: 'The token has no expiry: once leaked it works for ever' },
    hint: /JWT\.create|Jwts\.builder/,
    pattern: /JWT\.create\s{0,4}\(\s{0,4}\)|Jwts\.builder\s{0,4}\(\s{0,4}\)/g,
    holds: (match, code) => {
      const statement = statementAt(code, match.index);
      // A builder kept in a variable is finished elsewhere.
      const whole = /\.(?:sign|compact)\s*\(/.test(statement) ? statement : around(code, match.index, 0, 1500);
      return !/withExpiresAt|setExpiration|\.expiration\s*\(|"exp"|withClaim\(\s*"exp/.test(whole);
    },
  },
  {
    rule: 'MP-API-006',
    languages: ['php', 'python'],
    severity: 'medium',
    message: { zh: '签发的令牌没有有效期，泄漏后永远可用', en: 'The token has no expiry: once leaked it works for ever' },
    hint: /JWT::encode|jwt\.encode/,
    pattern: /JWT::encode\s{0,4}\(|\bjwt\.encode\s{0,4}\(/g,
    holds: (_match, code) => !/['"]exp['"]/.test(code),
  },
  {
    rule: 'MP-API-007',
    languages: ['java', 'php', 'python'],
    severity: 'critical',
    message: { zh: '令牌没有验签就被采信', en: 'The token is trusted without its signature being verified' },
    hint: /jwt/i,
    pattern:
      /\bjwt\.decode\s{0,4}\([^;\n]{0,200}(?:verify\s{0,2}=\s{0,2}False|verify_signature['"]\s{0,2}:\s{0,2}False)|Algorithm\.none\s{0,2}\(|SignatureAlgorithm\.NONE|parseClaimsJwt\s{0,2}\(/g,
  },
];

const secretName =
  /captcha|verif\w{0,8}code|checkcode|sms_?code|auth_?code|vcode|token|nonce|salt|password|\botp|_otp|random_?code|coupon_?code|invit\w{0,6}code|generatecode/i;
const header =
  /\b(?!if\b|for\b|while\b|switch\b|catch\b)(\w{2,60})\s{0,4}\([^(){};]{0,200}\)\s{0,8}(?:throws\s[\w., ]{1,100})?[{:]/g;

/** Whether the method around an offset, a line beside it, or a caller of that method in the file names something that a guess must not reach. */
function makesSecret(code: string, at: number): boolean {
  const line = around(code, at, Math.min(160, at - code.lastIndexOf('\n', at) - 1), 80).split('\n')[0] ?? '';
  if (/order|serial|color|font|shuffle|trade|file_?name|uuid/i.test(line)) return false;
  if (secretName.test(line) || /(?:^|[^\w.])code\s{0,4}[.+]?=/i.test(line)) return true;
  const method = [...around(code, at, 1500, 0).matchAll(header)].at(-1)?.[1];
  if (method === undefined || /order|_?sn$|serial|color|draw/i.test(method)) return false;
  if (secretName.test(method)) return true;
  const call = new RegExp(`(\\w{2,40})\\s{0,4}[.+]?=[^;=\\n]{0,40}\\b${method}\\s{0,4}\\(`, 'gi');
  return [...code.matchAll(call)].some(([, target = '']) => secretName.test(target) || /^(?:sms|check)?code$/i.test(target));
}
