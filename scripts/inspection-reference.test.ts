import { readFileSync } from 'node:fs';
import { attackClasses, detectors, type FeatureFacts, fileFeatures } from '@menshen/inspect';
import { describe, expect, it } from 'vitest';
import { inspectionReference, inspectionReferenceFile } from './inspection-reference.ts';

const features: [string, FeatureFacts][] = [
  ...detectors.flatMap((detector) => Object.entries(detector.features)),
  ...Object.entries(fileFeatures),
];

describe('docs/reference/inspection.md', () => {
  it('is generated from the detectors as they are', () =>
    expect(readFileSync(inspectionReferenceFile, 'utf8')).toBe(inspectionReference()));

  it('names every feature once, and every class has some', () => {
    const page = inspectionReference();
    for (const [name] of features) expect(page.split(`| \`${name}\` |`)).toHaveLength(2);
    for (const kind of attackClasses) expect([kind, features.some(([, facts]) => facts.class === kind)]).toEqual([kind, true]);
  });

  it.each(features)('%s has a weight and a sentence in both languages', (name, { weight, zh, en }) => {
    expect(name).toMatch(/^[a-z][a-z-]*\.[a-z][a-z0-9_]*$/);
    expect(weight).toBeGreaterThan(0);
    expect(weight).toBeLessThanOrEqual(6);
    expect(zh).toMatch(/\p{Script=Han}/u);
    expect(en).toMatch(/^[\x20-\x7e…]+$/);
    expect(`${zh}${en}`).not.toMatch(/\n/);
  });
});
