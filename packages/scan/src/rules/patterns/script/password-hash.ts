import type { Node } from '../../../parse/ast.ts';
import { keyName, unwrap } from '../../../parse/ast.ts';
import { calleeName, holdsPassword, isPasswordWord, resolved, targetName } from './nodes.ts';
import type { ScriptRule, ScriptScope } from './script-rule.ts';

const hashCall = /^(?:md5|sha1|sha256|sha512|sha224|sha384|sm3|hex_md5|hexmd5|b64_md5|md5hex|hash|Md5|MD5|SHA1|SHA256|SHA512)$/;
const fastHash = /^(?:md[245]|sha-?1|sha-?224|sha-?256|sha-?384|sha-?512|sm3|ripemd\w*)$/i;

const message = {
  zh: '口令只做了快速散列（MD5/SHA）：一张显卡每秒可试数十亿次，库一泄漏就被还原',
  en: 'The password is hashed with a fast function: one graphics card tries billions a second, a leaked table falls at once',
};

const fewRounds = {
  zh: '口令的派生轮数太少：一张显卡每秒仍可试数百万次（PBKDF2 至少 21 万轮 SHA-512 或 60 万轮 SHA-256，bcrypt 成本至少 10）',
  en: 'The password is stretched over too few rounds: one graphics card still tries millions a second (PBKDF2 takes 210,000 of SHA-512 or 600,000 of SHA-256 at least, bcrypt a cost of 10)',
};
/** Rounds of PBKDF2 below which it is a fault and not a matter of age: NIST SP 800-132 asked for a thousand in 2010. */
const leastRounds = 20_000;
const leastCost = 8;

/** MD5, SHA and other fast hashes over passwords, and slow ones that are set to be quick. */
export const passwordHash: ScriptRule = {
  rule: 'MP-CRY-001',
  hint: /md5|sha-?\d|sm3|createHash|createHmac|pbkdf2|bcrypt/i,
  severity: 'medium',
  visit(node, ancestors, scope) {
    if (node.type !== 'CallExpression') return;
    const name = calleeName(node);
    const rounds = roundsOf(node, name, ancestors, scope);
    if (rounds !== undefined) return rounds ? scope.report(node, fewRounds, { confidence: 'medium' }) : undefined;
    if (hashCall.test(name) && node.arguments.length > 0) {
      const password =
        node.arguments.some((part) => holdsPassword(part)) || (isPasswordWord(targetName(ancestors)) && !isChallenge(ancestors));
      if (password && (name !== 'hash' || !/bcrypt|argon|scrypt/i.test(scope.file.text))) tell(node, scope);
    } else if (name === 'update' && node.arguments.some((part) => holdsPassword(part)) && overFastHash(node)) tell(node, scope);
  },
};

/**
 * Whether a password is stretched over too few rounds by `pbkdf2(password, salt, rounds, …)`, CryptoJS's `PBKDF2(password, salt, { iterations })` or bcrypt's
 * `hash(password, cost)` and `genSalt(cost)`; undefined where the call is none of them.
 */
function roundsOf(
  node: Extract<Node, { type: 'CallExpression' }>,
  name: string,
  ancestors: readonly Node[],
  scope: ScriptScope,
): boolean | undefined {
  const { arguments: given } = node;
  const numberOf = (part: Node | undefined): number | undefined => {
    const value = resolved(part, scope.program);
    return value?.type === 'Literal' && typeof value.value === 'number' ? value.value : undefined;
  };
  const isFew = (rounds: number | undefined, least: number): boolean => rounds !== undefined && rounds > 0 && rounds < least;
  if (/^pbkdf2(?:Sync)?$/.test(name) && given.length >= 4)
    return (holdsPassword(given[0]) || isPasswordWord(targetName(ancestors))) && isFew(numberOf(given[2]), leastRounds);
  if (name === 'PBKDF2' && given.length >= 2) {
    const options = resolved(given[2], scope.program);
    const iterations = options?.type === 'ObjectExpression' ? options.properties.find(isIterations) : undefined;
    return holdsPassword(given[0]) && iterations?.type === 'Property' && isFew(numberOf(iterations.value), leastRounds);
  }
  if (!/bcrypt/i.test(scope.file.text)) return undefined;
  if (/^(?:hash|hashSync)$/.test(name) && given.length >= 2)
    return holdsPassword(given[0]) && isFew(numberOf(given[1]), leastCost);
  return /^genSalt(?:Sync)?$/.test(name) && isFew(numberOf(given[0]), leastCost);
}

const isIterations = (property: Node): boolean =>
  property.type === 'Property' && keyName(property.key, property.computed) === 'iterations';

function tell(node: Node, scope: ScriptScope): void {
  const client = scope.file.place === 'mini-program';
  scope.report(node, message, client ? { severity: 'low', confidence: 'medium' } : {});
}

/** `crypto.createHash('md5')` or `createHmac('sha256', …)` at the head of a chain of calls. */
function overFastHash(node: Node): boolean {
  let at = node;
  for (let depth = 0; depth < 8; depth += 1) {
    if (at.type !== 'CallExpression') break;
    const name = calleeName(at);
    if (name === 'createHash' || name === 'createHmac') {
      const algorithm = at.arguments[0];
      return algorithm?.type !== 'Literal' || fastHash.test(String(algorithm.value));
    }
    if (at.callee.type !== 'MemberExpression') break;
    at = unwrap(at.callee.object);
  }
  return at.type === 'Identifier' && /md5|sha|hash|hmac/i.test(at.name);
}

/** A value compared or shown, not stored. */
const isChallenge = (ancestors: readonly Node[]): boolean => ancestors.at(-1)?.type === 'BinaryExpression';
