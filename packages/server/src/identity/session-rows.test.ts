import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createKeys } from '../keys/master.ts';
import type { Session } from './model.ts';
import type { Risk } from './risk/model.ts';
import { toRow, toSession } from './session-rows.ts';

const keys = createKeys(new Uint8Array(32).fill(5), randomBytes);
const session = (risk: Risk): Session => ({
  sid: 's',
  secretHash: new Uint8Array(32),
  generation: 0,
  previous: null,
  binding: null,
  risk,
  app: 'portal',
  channel: 'wechat',
  person: { uid: 'guest', name: '', kind: 'customer' },
  assurance: 1,
  amr: ['wechat'],
  secondFactorAt: null,
  assuranceUntil: null,
  created: 1,
  lastSeen: 2,
  idleExpires: 3,
  idleMs: 4,
  absoluteExpires: 5,
  address: '192.0.2.1',
  device: null,
  build: null,
});

it.each<Risk>([
  { level: 0, reasons: [], at: 0 },
  { level: 0, reasons: [], at: 7, rank: 3 },
  { level: 4, reasons: ['wechat_risk', 'night'], at: 7, rank: 4 },
  { level: 1, reasons: ['night'], at: 7 },
])('a session comes back from its row with its risk: %j', (risk) => {
  expect(toSession(toRow(session(risk), keys), keys).risk).toEqual(risk);
});
