import { bearer, clientEndpoints, identityHeader, sessionTokenPrefix } from '@menshen/wire';
import { tamperedCampaign } from '../backend/tampering.ts';
import { demoCast } from '../company/cast.ts';
import { demoAccounts } from '../credentials.ts';
import { oldScriptId, storedScript } from '../stories/stored-script.ts';
import { attackerAddress, type Visitor } from './crowd.ts';
import { drawInjections } from './injections.ts';
import { handIn, poisonedPapers } from './papers.ts';
import type { Scene } from './scenes.ts';
import type { Outsider, Stage } from './stage.ts';

const scanners = ['curl/8.5.0', 'python-requests/2.32.3', 'Go-http-client/1.1'];
const hugeBytes = 10 * 1024 * 1024;
const burstRequests = 7;

/** Spellings by which a server or framework somewhere might take a header for the identity header. */
export const forgedSpellings: readonly string[] = [
  identityHeader,
  'x_menshen_identity',
  'X-Menshen_Identity',
  'X_MENSHEN-Identity',
  'X-MENSHEN--identity',
  'x-menshen-identity-',
];

const undeclared = [
  '/portal/api/slow?ms=5000',
  '/portal/api/debug/employees',
  '/portal/.env',
  '/portal/api/admin',
  '/coupon/api/campaigns',
];

const holes = [
  '/.git/config',
  '/.env',
  '/portal/.env',
  '/wp-login.php',
  '/actuator/env',
  '/nacos/v1/auth/users',
  '/phpmyadmin/index.php',
  '/server-status',
  '/druid/index.html',
  '/backup.sql',
];

function outsider(stage: Stage): Outsider {
  return { address: attackerAddress(stage.random), userAgent: stage.random.pick(scanners) };
}

/** An employee who is in, and about to try something. */
async function intruder(stage: Stage): Promise<Visitor | null> {
  const visitor = stage.random.pick(stage.crowd.intruders);
  return (await stage.enter(visitor)) ? visitor : null;
}

/** A customer, but for the last: who bursts is held up by the limit of a person, and would be refused for that whatever they tried. */
async function customer(stage: Stage): Promise<Visitor | null> {
  const visitor = stage.random.pick(stage.crowd.customers.slice(0, -1));
  return (await stage.enter(visitor)) ? visitor : null;
}

/** A JWT without signature (alg none) that claims to be the head of human resources. */
function forgedIdentity(): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part({ sub: demoCast.hrHead, aud: 'portal', roles: ['hr'], assurance: 2 })}.`;
}

/** What attackers try, by name; each is refused with its own code, or has no effect, and is on record either way. */
export const attackScenes = {
  'reused-code': async (stage) => {
    const visitor = { ...stage.random.pick(stage.crowd.customers), address: attackerAddress(stage.random), token: null };
    const code = await stage.phone.wechatCode(visitor.person);
    if (code === null) return;
    await stage.login(visitor, code);
    await stage.login(visitor, code);
  },

  'foreign-code': async (stage) => {
    const visitor = { ...stage.random.pick(stage.crowd.customers), address: attackerAddress(stage.random), token: null };
    const code = await stage.phone.wechatCode(visitor.person, demoAccounts.neighbour.appid);
    if (code !== null) await stage.login(visitor, code);
  },

  'forged-identity': async (stage) => {
    const forged = forgedIdentity();
    const spelling = stage.random.pick(forgedSpellings);
    const visitor = await intruder(stage);
    // With a session of one's own, the forged header is dropped and one is oneself; without a session, it is worth nothing.
    if (visitor !== null) await stage.call(visitor, 'GET', '/portal/api/me', undefined, { [spelling]: forged });
    await stage.send(outsider(stage), {
      method: 'GET',
      path: `/portal/api/employees/${demoCast.president}`,
      headers: { [spelling]: forged },
    });
    // Asks the next hop to drop the gateway's own header.
    await stage.send(outsider(stage), {
      method: 'GET',
      path: '/portal/api/me',
      headers: { connection: `keep-alive, ${identityHeader}` },
    });
  },

  'undeclared-route': async (stage) => {
    const from = outsider(stage);
    for (const path of undeclared) await stage.send(from, { method: 'GET', path });
  },

  // A tool that looks for holes by their names.
  scanner: async (stage) => {
    const from = { address: attackerAddress(stage.random), userAgent: 'nuclei/3.4.0' };
    for (const path of holes) await stage.send(from, { method: 'GET', path });
  },

  'colleague-record': async (stage) => {
    const visitor = await intruder(stage);
    if (visitor === null) return;
    const others = stage.crowd.userids.filter((uid) => uid !== visitor.person);
    for (const uid of [demoCast.president, demoCast.financeHead, stage.random.pick(others)]) {
      await stage.call(visitor, 'GET', `/portal/api/employees/${uid}`);
    }
    await stage.call(visitor, 'PUT', `/portal/api/employees/${demoCast.president}`, { bio: '到此一游' });
  },

  // Somebody with an account of their own looks for a field that ends in a query, a page, a shell or a template.
  injection: async (stage) => {
    const visitor = await intruder(stage);
    if (visitor === null) return;
    for (const { method, path, body } of drawInjections(stage.random)) {
      await stage.call(visitor, method, `/portal${path.replace('{uid}', visitor.person)}`, body);
    }
  },

  // Pictures and papers that are something else.
  'poisoned-papers': async (stage) => {
    const visitor = await intruder(stage);
    if (visitor === null) return;
    for (const paper of poisonedPapers) await handIn(stage, visitor, paper);
  },

  'huge-body': async (stage) => {
    const visitor = await intruder(stage);
    if (visitor === null || visitor.token === null) return;
    await stage.send(visitor, {
      method: 'POST',
      path: '/portal/api/leave',
      headers: { 'content-type': 'application/json', authorization: bearer(visitor.token) },
      body: { bytes: hugeBytes },
    });
  },

  'broken-utf8': async (stage) => {
    const visitor = await intruder(stage);
    if (visitor === null) return;
    // 0xC0 0xAF is an overlong slash, which UTF-8 forbids.
    const body = Buffer.concat([Buffer.from('{"bio":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]);
    await stage.call(visitor, 'PUT', `/portal/api/employees/${visitor.person}`, body);
  },

  'duplicate-keys': async (stage) => {
    const visitor = await customer(stage);
    if (visitor === null) return;
    // A checker that reads the first amount and a backend that reads the last would not see the same request.
    const body = '{"campaignId":"tea-2026","amountCents":500,"amountCents":99900,"shop":"SH001","qr":"DT:SH001:tea-2026"}';
    await stage.call(visitor, 'POST', '/coupon/api/claims', Buffer.from(body));
  },

  'tampered-amount': async (stage) => {
    const visitor = await customer(stage);
    if (visitor === null) return;
    for (const amountCents of [99_900, -500, 0.5]) {
      await stage.call(visitor, 'POST', '/coupon/api/claims', {
        campaignId: 'tea-2026',
        amountCents,
        shop: 'SH001',
        qr: 'DT:SH001:tea-2026',
      });
    }
  },

  // The backend's code was tampered with: coupons of 10 yuan come as 1,000. Then somebody tries to redeem one that was made past the gateway.
  'tampered-coupon': async (stage) => {
    const visitor = await customer(stage);
    if (visitor === null) return;
    stage.tamper(true);
    try {
      for (let tries = 0; tries < 3; tries += 1) {
        await stage.call(visitor, 'POST', '/coupon/api/claims', {
          campaignId: tamperedCampaign,
          amountCents: 1_000,
          shop: 'HZ001',
          qr: `DT:HZ001:${tamperedCampaign}`,
        });
      }
      await stage.call(visitor, 'GET', '/coupon/api/claims');
      await stage.call(visitor, 'POST', '/coupon/api/redemptions', {
        couponId: `C${900_000 + stage.random.int(99_999)}`,
        amountCents: 100_000,
      });
    } finally {
      stage.tamper(false);
    }
  },

  burst: async (stage) => {
    const visitor = stage.crowd.customers.at(-1);
    if (visitor === undefined || !(await stage.enter(visitor))) return;
    for (let count = 0; count < burstRequests; count += 1) {
      await stage.call(visitor, 'POST', '/coupon/api/claims', {
        campaignId: 'tea-2026',
        amountCents: 2_000,
        shop: 'GZ001',
        qr: 'DT:GZ001:tea-2026',
      });
    }
  },

  'guessed-token': async (stage) => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const from = outsider(stage);
    for (let count = 0; count < 3; count += 1) {
      const guess = Array.from({ length: 64 }, () => alphabet[stage.random.int(64)]).join('');
      await stage.send(from, {
        method: 'GET',
        path: '/portal/api/me',
        headers: { authorization: bearer(sessionTokenPrefix + guess) },
      });
    }
  },

  // Employees of the company help themselves to coupons that are meant for customers.
  'staff-coupon': async (stage) => {
    const member = stage.random.pick(stage.crowd.employees.filter((one) => one.channel === 'wechat'));
    // The portal comes first: it is where the gateway learns that this WeChat user is an employee.
    if (!(await stage.enter(member))) return;
    const visitor: Visitor = { ...member, app: 'coupon', token: null };
    if (!(await stage.enter(visitor))) return;
    await stage.call(visitor, 'POST', '/coupon/api/claims', {
      campaignId: 'tea-2026',
      amountCents: 2_000,
      shop: 'SZ001',
      qr: 'DT:SZ001:tea-2026',
    });
    await stage.call(visitor, 'POST', clientEndpoints.logout);
  },

  // Somebody has an employee's WeChat login: right code, another phone, 3,300 km away. They read, change, and try to enrol a second factor of their own.
  'stolen-login': async (stage) => {
    const member = stage.random.pick(stage.crowd.employees.filter((one) => one.channel === 'wechat'));
    if (!(await stage.enter(member))) return;
    const thief: Visitor = {
      ...member,
      address: attackerAddress(stage.random),
      device: { model: 'Redmi 9', system: 'Android 10', client: 'WeChat 8.0.2' },
      token: null,
    };
    if (!(await stage.enter(thief))) return;
    await stage.call(thief, 'GET', '/portal/api/me');
    await stage.call(thief, 'PUT', `/portal/api/employees/${thief.person}`, { phone: '13900000000' });
    await stage.call(thief, 'POST', clientEndpoints.mfaEnrol, { kind: 'totp' });
  },

  // A publisher's account in wrong hands: an announcement with a script. The gateway cleans it; an old one is cleaned as it is read.
  'stored-script': async (stage) => {
    const publisher = stage.random.pick(stage.crowd.humanResources);
    if (!(await stage.enter(publisher))) return;
    await stage.call(publisher, 'POST', '/portal/api/announcements', storedScript);
    await stage.call(publisher, 'GET', `/portal/api/announcements/${oldScriptId}`);
  },

  'barred-people': async (stage) => {
    await stage.enter(stage.crowd.disabled);
    await stage.enter(stage.crowd.blocked);
  },
} as const satisfies Record<string, Scene>;

export type AttackScene = keyof typeof attackScenes;
