import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';

/** OWASP password storage: argon2id (RFC 9106) with 19 MiB, two passes, one lane. */
const memoryKiB = 19_456;
const passes = 2;
const lanes = 1;
const tagBytes = 32;
const saltBytes = 16;
const maxLength = 128;

const phc = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22,64})\$([A-Za-z0-9+/]{43,88})$/;

const derive = (
  password: string,
  salt: Uint8Array,
  memory: number,
  times: number,
  parallelism: number,
  tagLength: number,
): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const message = Buffer.from(password.normalize('NFC'), 'utf8');
    argon2('argon2id', { message, nonce: salt, parallelism, tagLength, memory, passes: times }, (error, tag) => {
      if (error) reject(error);
      else resolve(tag);
    });
  });

const unpadded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '');

/** Hashes a password to a PHC string. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const tag = await derive(password, salt, memoryKiB, passes, lanes, tagBytes);
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(tag)}`;
}

let decoy: Promise<string> | null = null;

/**
 * Checks a password. With `null` (no such account) it does the same work against a decoy and says no, so that time does not tell who exists
 * (ASVS 5.0, 6.3.8).
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  decoy ??= hashPassword(unpadded(randomBytes(16)));
  const parts = phc.exec(stored ?? (await decoy));
  if (parts === null || password.length > maxLength * 4) return false;
  const expected = Buffer.from(parts[5] ?? '', 'base64');
  const tag = await derive(
    password,
    Buffer.from(parts[4] ?? '', 'base64'),
    Number(parts[1]),
    Number(parts[2]),
    Number(parts[3]),
    expected.length,
  );
  return timingSafeEqual(tag, expected) && stored !== null;
}

/** Fragments that make a long password guessable all the same; the first entries of public lists, and our own context. */
const common = [
  'password',
  'passw0rd',
  '12345678',
  '123456789',
  '1234567890',
  'qwertyuiop',
  'qwerty123',
  'iloveyou',
  'admin123',
  'administrator',
  'letmein',
  'welcome1',
  'abc12345',
  'abcd1234',
  '11111111',
  '00000000',
  '88888888',
  '66666666',
  '1q2w3e4r',
  '1qaz2wsx',
  'woaini',
  '5201314',
  'a123456',
  'menshen',
  'wechat',
  'weixin',
  'changeme',
  'secret',
];

/**
 * Whether a new password is too weak (NIST SP 800-63B-4 3.1.1.2): length in code points, and nothing but common fragments, the user's own name
 * or one repeated character. No composition rules.
 */
export function isWeakPassword(password: string, minimum: number, context: readonly string[]): boolean {
  const normal = password.normalize('NFC');
  const points = [...normal];
  if (points.length < minimum || points.length > maxLength) return true;
  if (new Set(points).size < 5) return true;
  let rest = normal.toLowerCase();
  for (const fragment of [...common, ...context.filter((word) => word.length >= 3).map((word) => word.toLowerCase())])
    rest = rest.replaceAll(fragment, '');
  // What remains without the guessable parts must still be half of what is asked.
  return [...rest.replace(/(.)\1{2,}/gu, '$1')].length < Math.ceil(minimum / 2);
}
