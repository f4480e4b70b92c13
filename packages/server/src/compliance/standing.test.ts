import { describe, expect, it } from 'vitest';
import type { Subject } from '../risk/subjects.ts';
import { seenOf } from '../risk/testing-seen.ts';
import { requirementOf } from './frameworks/index.ts';
import { type ComplianceFacts, countsOf, type Decisions, proofsFor, standingOf } from './standing.ts';
import { complianceFactsOf, quiet } from './testing.ts';

const day = 86_400_000;
const routes = [
  { match: 'GET /orders', action: 'o.read' },
  { match: 'POST /orders', action: 'o.create' },
];
const app = (id: string) => ({
  id,
  basePath: `/${id}`,
  audience: ['customer' as const],
  upstream: 'http://10.0.0.8:8080',
  routes,
});
const undecided: Decisions = { attestedUntil: null, excludedUntil: null };

function standing(id: string, facts: ComplianceFacts, subject: Subject = 'all', decisions = undecided) {
  const requirement = requirementOf(id);
  if (requirement === null) throw new Error(`no ${id}`);
  return standingOf(requirement, subject, proofsFor(facts, subject), decisions);
}

const drilled = (at: number) => ({
  drills: [{ at, ok: true, backupAt: at, rpoSeconds: 60, rtoSeconds: 30 }],
});

describe('states of requirements', () => {
  const seen = seenOf([app('shop')]);
  const { at } = seen;

  it('are met while the evidence is fresh, and turn stale by the clock alone', () => {
    const facts = complianceFactsOf(seenOf([app('shop')], drilled(at - 89 * day)));
    const now = standing('mlps:8.1.4.9.a', facts);
    expect(now).toMatchObject({ state: 'met', seen: at - 89 * day, until: at + day, step: null });
    const later = standing('mlps:8.1.4.9.a', { ...facts, at: at + 2 * day });
    expect(later.state).toBe('stale');
    expect(later.step).toMatchObject({ path: '/recovery' });
  });

  it('are a gap with the shortest way, named by the weakness that breaks them', () => {
    const { state, step, proofs } = standing('mlps:8.1.2.2.a', complianceFactsOf(seen));
    expect(state).toBe('gap');
    // Neither the gateway nor the backend speaks TLS here.
    expect(proofs.map((one) => [one.proof, one.state])).toEqual([
      ['gateway_tls', 'off'],
      ['backend_tls', 'off'],
    ]);
    expect(step?.path).toBe('/system');
    expect(step?.text.zh).not.toBe('');
  });

  it('do not take the evidence of one app for another', () => {
    const two = seenOf([app('shop'), app('desk')]);
    const quietDesk = {
      ...two,
      apps: two.apps.map((one) =>
        one.config.id === 'desk' ? { ...one, routes: one.routes.map((route) => ({ ...route, use: null })) } : one,
      ),
    };
    const facts = complianceFactsOf(quietDesk);
    expect(standing('mlps:8.1.3.5.b', facts, 'app:shop').state).toBe('met');
    expect(standing('mlps:8.1.3.5.b', facts, 'app:desk').state).toBe('stale');
    expect(standing('mlps:8.1.3.5.b', facts, 'all').state).toBe('stale');
  });

  it('hold Menshen itself to proofs of its own', () => {
    const facts = complianceFactsOf(seen);
    const itself = standing('mlps:8.1.4.3.b', facts, 'platform');
    expect(itself.proofs.map(({ proof }) => proof)).toEqual(['administrator_record']);
    expect(itself.state).toBe('met');
    // What stands before an app proves nothing of the console.
    expect(standing('mlps:8.1.3.2.e', facts, 'platform').state).toBe('gap');
  });

  it('are attested by hand until the end, and never over what the product sees broken', () => {
    const facts = complianceFactsOf(seen);
    const attested = { ...undecided, attestedUntil: at + day };
    expect(standing('mlps:8.1.2.1.c', facts).state).toBe('gap');
    expect(standing('mlps:8.1.2.1.c', facts, 'all', attested)).toMatchObject({ state: 'manual', until: at + day });
    // TLS is seen to be missing: a paper does not change that.
    expect(standing('mlps:8.1.2.2.a', facts, 'all', attested).state).toBe('gap');
    // An auditor's report stands in where the product merely sees nothing.
    expect(standing('mlps:8.1.4.9.b', facts, 'all', attested).state).toBe('gap');
    expect(standing('mlps:8.1.4.4.c', facts, 'all', attested).state).toBe('manual');
  });

  it('never call cryptography of this software certified, but take a certificate', () => {
    const facts = complianceFactsOf(seenOf([app('shop')], {}));
    const { state, proofs } = standing('gbt39786:8.3.c', facts);
    expect(proofs.find(({ proof }) => proof === 'audit_log')?.state).toBe('fresh');
    expect(state).toBe('gap');
    expect(standing('gbt39786:8.3.c', facts, 'all', { ...undecided, attestedUntil: at + day }).state).toBe('manual');
  });

  it('do not count evidence from the future, nor what is configured and never seen', () => {
    const future = complianceFactsOf(seenOf([app('shop')], drilled(at + 10 * day)));
    expect(standing('mlps:8.1.4.9.a', future).state).toBe('stale');
    const shipping = complianceFactsOf(seen, { ...quiet, exports: [] });
    expect(standing('asvs:16.4.3', shipping).state).toBe('gap');
  });

  it('do not ask for checks of uploads where nothing is uploaded, but to say so', () => {
    const { state, step } = standing('mlps:8.1.3.4.a', complianceFactsOf(seen));
    expect(state).toBe('gap');
    expect(step).toMatchObject({ path: '/compliance/mlps:8.1.3.4.a', text: { en: expect.stringContaining('does not apply') } });
    const uploading = seenOf([
      { ...app('shop'), routes: [{ match: 'POST /files', action: 'f.add', uploads: { types: ['png' as const] } }] },
    ]);
    expect(standing('mlps:8.1.3.4.a', complianceFactsOf(uploading)).step?.path).toBe('/uploads');
    // Where there is no app yet, nothing is absent.
    expect(standing('mlps:8.1.3.4.a', complianceFactsOf(seenOf([]))).step?.path).toBe('/uploads');
  });

  it('are counted by state, and give no share', () => {
    const facts = complianceFactsOf(seen);
    const counts = countsOf([standing('mlps:8.1.2.1.c', facts), standing('mlps:8.1.3.5.b', facts)]);
    expect(counts).toEqual({ total: 2, provable: 1, met: 1, stale: 0, gap: 1, manual: 0, not_applicable: 0 });
  });

  it('are not applicable while two people say so', () => {
    const facts = complianceFactsOf(seen);
    const excluded = { ...undecided, excludedUntil: at + day };
    expect(standing('mlps:8.1.2.2.a', facts, 'all', excluded)).toMatchObject({ state: 'not_applicable', until: at + day });
  });
});
