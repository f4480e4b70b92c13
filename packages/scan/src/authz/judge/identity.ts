import type { Access, Trace } from '../machine/trace.ts';
import { deepKeys, deepRows, has, origin, trusted, type Value } from '../machine/value.ts';
import { isCallerIdName, isIdentityName, isLoginName, isProofName, isTenantName, subject, tableKind } from '../names.ts';
import { guardFacts } from './facts.ts';
import { frameKey, spotOf, spotOfGiver, spotOfValue } from './locate.ts';
import { isNotify } from './payment.ts';
import { accessStep, type Collect, entryStep, stepAt } from './verdict.ts';

/** Who the caller is comes from the caller: in data that is written, in messages that are sent, in tokens that are issued. */
export function judgeIdentity(traces: readonly Trace[], collect: Collect): void {
  for (const trace of traces) {
    judgeOverrides(trace, collect);
    judgeTokens(trace, collect);
    judgeLogins(trace, collect);
    if (trace.entry.kind === 'timer') continue;
    judgeForgedOwner(trace, collect);
    if (trace.entry.framework === 'cloud') judgeReceiver(trace, collect);
  }
}

function judgeOverrides(trace: Trace, collect: Collect): void {
  for (const override of trace.overrides) {
    const verified = trace.decisions.some(
      (one) =>
        one.enforced &&
        one.checks.some((check) => check.right && deepKeys(check.left).has(override.name) && has(check.right, origin.identity)),
    );
    const alsoVerified = trace.decisions.some(
      (one) =>
        one.enforced &&
        one.checks.some((check) => check.right && deepKeys(check.right).has(override.name) && has(check.left, origin.identity)),
    );
    if (verified || alsoVerified) continue;
    collect({
      rule: 'MP-API-003',
      key: `MP-API-003|${override.place.file}:${override.place.start}`,
      place: override.place,
      message: {
        zh: `请求里的值可以覆盖已验证的身份 ${override.name}：合并在后的请求字段或未签名的 Cookie 说了算`,
        en: `A value of the request replaces the verified identity ${override.name}: the field that is merged last, or an unsigned cookie, decides`,
      },
      steps: [
        entryStep(trace.entry),
        stepAt(override.identity, `${override.name} 的来源`, `Where ${override.name} comes from`),
        stepAt(override.place, `请求里的 ${override.name} 在这里生效`, `The request's ${override.name} takes effect here`),
      ],
      severity: isTenantName(override.name) ? 'high' : 'critical',
    });
  }
}

/** A token says what the request says. */
function judgeTokens(trace: Trace, collect: Collect): void {
  for (const effect of trace.effects) {
    if (effect.name !== 'jwt.sign') continue;
    const payload = effect.args[0];
    const claims = [...(payload?.shape?.props ?? [])].filter(
      ([name, value]) =>
        (isIdentityName(name) || /role|type/i.test(name)) &&
        has(value, origin.client) &&
        (value.flags & (origin.row | origin.identity)) === 0,
    );
    const who = claims.find(([name]) => isIdentityName(name));
    if (!who) continue;
    const expired = effect.guards.some(
      (check) =>
        check.right?.literal === 'TokenExpiredError' ||
        check.left.literal === 'TokenExpiredError' ||
        /expired/i.test(String(check.right?.literal ?? '')),
    );
    const fromCookie = has(who[1], origin.cookie);
    if (!expired && !fromCookie && provenBefore(trace, effect.order)) continue;
    const spot = spotOfGiver(effect, effect.place);
    collect({
      rule: 'MP-API-004',
      key: `MP-API-004|${frameKey(spot.frame)}`,
      place: spot.place,
      message: expired
        ? {
            zh: `令牌过期后，用请求里的 ${who[0]} 重新签发：旧令牌加任意 ${who[0]} 就能冒充任何人`,
            en: `An expired token is replaced by one made from the request's ${who[0]}: any old token and a chosen ${who[0]} become anybody`,
          }
        : {
            zh: `令牌里的 ${who[0]} 直接来自请求，没有验证调用者就是这个人`,
            en: `The token's ${who[0]} is taken from the request: nothing proves that the caller is that person`,
          },
      steps: [entryStep(trace.entry), stepAt(effect.place, '在这里签发令牌', 'The token is signed here')],
      severity: 'critical',
      confidence: expired || fromCookie ? 'high' : 'medium',
    });
  }
}

/** Names that say for whom a token is. */
const claimNames = /^(_?id|sub|data|user|payload)$/i;

/** Somebody is logged in as the account whose telephone number or openid the request names: nothing was proved. */
function judgeLogins(trace: Trace, collect: Collect): void {
  if (trace.authenticated) return;
  for (const effect of trace.effects) {
    if (effect.name !== 'jwt.sign') continue;
    const payload = effect.args[0];
    const claims = payload?.shape
      ? [...payload.shape.props].filter(([name]) => isIdentityName(name) || claimNames.test(name)).map(([, value]) => value)
      : payload
        ? [payload]
        : [];
    const found = claims.flatMap((claim) => [...deepRows(claim)]).filter((row) => row.operation === 'read');
    const row = found[0];
    if (!row || !found.every(namedOnly) || provenBefore(trace, effect.order) || provedByCall(trace, effect.order)) continue;
    const facts = guardFacts(effect);
    if (facts.login || facts.role || facts.secret) continue;
    const keys = row.conditions
      .flatMap((one) => [...deepKeys(one.value)])
      .slice(0, 2)
      .join(', ');
    // Where the account is looked up and the token is asked for, not in the helper that signs.
    const common = effect.frames.findLastIndex((frame) => row.frames.includes(frame));
    const frame = effect.frames[common];
    const place = effect.frames[common + 1]?.call ?? effect.place;
    collect({
      rule: 'MP-API-004',
      key: `MP-API-004|${frameKey(frame)}`,
      place,
      message: {
        zh: `只凭请求里的 ${keys} 就签发这个账号的登录令牌，没有核对验证码、口令或平台凭证：知道它的人就能登录`,
        en: `${keys} from the request is enough for a token of that account: no code, password or platform proof is asked for, so whoever knows it logs in`,
      },
      steps: [entryStep(trace.entry), accessStep(row), stepAt(effect.place, '在这里签发令牌', 'The token is signed here')],
      severity: 'critical',
      confidence: 'high',
    });
  }
}

/** The row was found by what the caller says of himself, and by nothing that he would have to know or hold. */
function namedOnly(row: Access): boolean {
  const conditions = row.conditions.filter((one) => one.narrowing);
  return (
    !row.opaque &&
    conditions.length > 0 &&
    conditions.some((one) => has(one.value, origin.client)) &&
    conditions.every((one) => {
      if (isProofName(one.column) || (one.value.flags & (origin.identity | origin.external)) !== 0) return false;
      return !has(one.value, origin.client) || ![...deepKeys(one.value)].some(isProofKey);
    })
  );
}

const isProofKey = (key: string): boolean =>
  isProofName(key) || /code|pass|pwd|sign|ticket|captcha|token|secret|encrypted|credential|key|otp|iv$/i.test(key);

/** Makes a hash of what was sent, and compares nothing. */
const hashes = /(?:^|\.)(?:hash|hashSync|genSalt|genSaltSync|update|createHash|createHmac|encrypt\w*|md5|sha\d+)$/i;

/** Something that the caller had to know or hold went into a call before: `checkSms(phone, code)`, `bcrypt.compare(password, hash)`. */
function provedByCall(trace: Trace, order: number): boolean {
  return trace.effects.some(
    (effect) =>
      effect.order < order &&
      !hashes.test(effect.name) &&
      ((effect.result.flags & origin.identity) !== 0 || effect.args.some((arg) => [...deepKeys(arg)].some(isProofKey))),
  );
}

/** A password, a code or a platform answer was checked before the token was made. */
function provenBefore(trace: Trace, order: number): boolean {
  for (const access of trace.accesses) {
    if (access.order > order) continue;
    if (access.conditions.some((one) => isProofName(one.column) && has(one.value, origin.client))) return true;
  }
  for (const decision of trace.decisions) {
    if (decision.order > order) continue;
    for (const check of decision.checks) {
      if (check.right && (isKeptProof(check.left, check.right) || isKeptProof(check.right, check.left))) return true;
      const keys = [...deepKeys(check.left), ...deepKeys(check.right)];
      if (keys.some((key) => isProofName(key) || /code|pass|sign/i.test(key))) return true;
    }
  }
  return false;
}

/** A row's password beside something that is no constant, such as what a hash of the team's own makes of the one that was sent. */
const isKeptProof = (one: Value, other: Value): boolean =>
  one.field !== undefined && isProofName(one.field) && one.rows !== undefined && other.literal === undefined;

/** A row is written in the name of whoever the caller says. */
function judgeForgedOwner(trace: Trace, collect: Collect): void {
  const cloud = trace.entry.framework === 'cloud';
  // Elsewhere than in cloud functions the operator's own services and the back office write for others.
  if (!cloud && (trace.entry.admin || isLoginName(`${trace.entry.name} ${trace.entry.path}`) || isNotify(trace.entry.name)))
    return;
  for (const access of trace.accesses) {
    if (access.operation !== 'create') continue;
    const kind = tableKind(access.table);
    if (kind === 'catalog' || kind === 'admin') continue;
    const facts = guardFacts(access);
    if (facts.role || (!cloud && (facts.secret || kind === 'other' || /^(?:user|member|customer)$/.test(subject(access.table)))))
      continue;
    for (const [name, value] of access.data?.shape?.props ?? []) {
      if (!isCallerIdName(name) || !has(value, origin.client) || trusted(value)) continue;
      if (![...deepKeys(value)].some((key) => isCallerIdName(key))) continue;
      if ([...deepKeys(value)].some((key) => guardFacts(access).verifiedKeys.has(key))) continue;
      const place = access.data?.shape?.places?.get(name) ?? access.place;
      const spot = spotOf(access, place);
      const rule = cloud ? 'MP-CLD-002' : 'MP-API-001';
      collect({
        rule,
        key: `${rule}|${frameKey(spot.frame)}|${cloud ? '' : 'owner'}|${access.branch?.label ?? ''}`,
        place: spot.place,
        message: {
          zh: `写入 ${access.table} 时，归属人 ${name} 取自请求，任何人都能以别人的名义写入`,
          en: `The owner ${name} of a new row in ${access.table} is taken from the request: anybody can write in somebody else's name`,
        },
        steps: [entryStep(trace.entry), accessStep(access)],
        confidence: 'medium',
      });
      break;
    }
  }
}

const sends =
  /(subscribeMessage|templateMessage|uniformMessage|customerServiceMessage|updatableMessage)\.send$|^(send(Template|Subscribe|Uniform|Service|Customer)?Message|sendMsg)$/i;

/** A message that is kept to be sent later, with WeChat's own names for receiver and template. */
function judgeQueuedReceiver(trace: Trace, collect: Collect): void {
  for (const access of trace.accesses) {
    const props = access.data?.shape?.props;
    const receiver = props?.get('touser') ?? props?.get('toUser');
    if (access.operation !== 'create' || !receiver || !(props?.has('templateId') || props?.has('template_id'))) continue;
    if (!has(receiver, origin.client) || trusted(receiver) || guardFacts(access).role) continue;
    const place = access.data?.shape?.places?.get('touser') ?? access.place;
    const spot = spotOf(access, place);
    collect({
      rule: 'MP-CLD-002',
      key: `MP-CLD-002|${frameKey(spot.frame)}|send|${access.branch?.label ?? ''}`,
      place: spot.place,
      message: {
        zh: `待发送消息的接收人取自请求：任何用户都能以商家名义向任意用户发消息`,
        en: `The receiver of a message that waits to be sent is taken from the request: any user can send to anybody in the operator's name`,
      },
      steps: [entryStep(trace.entry), accessStep(access)],
      severity: 'high',
      confidence: 'medium',
    });
  }
}

/** A message in the operator's name to whoever the caller says. */
function judgeReceiver(trace: Trace, collect: Collect): void {
  judgeQueuedReceiver(trace, collect);
  for (const effect of trace.effects) {
    const isSend = sends.test(effect.name);
    const isUnknownSend = /^new .*Message$/.test(effect.name);
    if (!isSend && !isUnknownSend) continue;
    if (guardFacts(effect).role) continue;
    for (const arg of effect.args) {
      for (const [name, value] of arg.shape?.props ?? []) {
        if (!/^(touser|to_?user|open_?id|receiver|to)$/i.test(name) || !has(value, origin.client) || trusted(value)) continue;
        const keys = [...deepKeys(value)];
        if (keys.length > 0 && keys.every((key) => /^FromUserName$/.test(key))) continue;
        const place = arg.shape?.places?.get(name) ?? effect.place;
        const spot = spotOfValue(effect, place, value);
        collect({
          rule: 'MP-CLD-002',
          key: `MP-CLD-002|${frameKey(spot.frame)}|send|${effect.branch?.label ?? ''}`,
          place: spot.place,
          message: {
            zh: `消息的接收人 ${keys.join(', ') || name} 取自请求：任何用户都能以商家名义向任意用户发消息`,
            en: `The receiver ${keys.join(', ') || name} of the message is taken from the request: any user can send to anybody in the operator's name`,
          },
          steps: [
            entryStep(trace.entry),
            stepAt(value.from ?? place, `接收人取自请求`, `The receiver is taken from the request`),
            stepAt(effect.place, `${effect.name} 发送消息`, `${effect.name} sends the message`),
          ],
          severity: 'high',
        });
      }
    }
  }
}
