import { describe, expect, it } from 'vitest';
import { filesOf } from '../project/files.ts';
import { authzRules } from '../rules/authz/catalogue.ts';
import { scanProject } from '../scan.ts';
import { backendCases } from './cases/backend.ts';
import { cloudCases } from './cases/cloud.ts';
import { gatheredCases } from './cases/gathered.ts';
import { helperCases } from './cases/helpers.ts';
import { holdingCases } from './cases/holdings.ts';
import { identityCases } from './cases/identity.ts';
import { middlewareCases } from './cases/middleware.ts';
import { nextCases } from './cases/next.ts';
import { objectCases } from './cases/objects.ts';
import { officeCases } from './cases/office.ts';
import { paymentCases } from './cases/payment.ts';
import { platformCases } from './cases/platforms.ts';
import { roleCases } from './cases/roles.ts';
import { siblingCases } from './cases/siblings.ts';
import { unseenCases } from './cases/unseen.ts';
import { wayCases } from './cases/ways.ts';
import { authorizationDetector } from './detector.ts';

const all = [
  ...cloudCases,
  ...backendCases,
  ...identityCases,
  ...paymentCases,
  ...middlewareCases,
  ...nextCases,
  ...unseenCases,
  ...platformCases,
  ...holdingCases,
  ...officeCases,
  ...objectCases,
  ...gatheredCases,
  ...helperCases,
  ...siblingCases,
  ...roleCases,
  ...wayCases,
];

describe('the authorization engine', () => {
  for (const { name, files, expect: expected } of all) {
    it(name, () => {
      const { findings } = scanProject(filesOf(files), { detectors: [authorizationDetector] });
      const found = findings.filter((one) => one.confidence !== 'low').map((one) => `${one.rule} ${one.file}:${one.line}`);
      expect(found.sort()).toEqual([...expected].sort());
    });
  }

  it('has a case for every rule of its catalogue', () => {
    const held = new Set(all.flatMap((one) => one.expect.map((text) => text.split(' ')[0])));
    expect(authzRules.map((rule) => rule.id).filter((id) => !held.has(id))).toEqual([]);
    expect([...authorizationDetector.rules].sort()).toEqual(authzRules.map((rule) => rule.id).sort());
  });

  it('has a case in which it stays silent for every three in which it speaks', () => {
    expect(all.filter((one) => one.expect.length === 0).length * 3).toBeGreaterThan(
      all.filter((one) => one.expect.length > 0).length,
    );
  });
});
