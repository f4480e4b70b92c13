import { type Attention, measureLine, riskClassOf } from '@menshen/contract';
import type { Measure } from './model.ts';

const soonMs = 15 * 60_000;
const action = { to: '/containment', label: { zh: '查看措施', en: 'See the measures' } } as const;

/** Measures that keep honest people out, and those that end before somebody may have thought of it. */
export function containmentAttention(measures: readonly Measure[], now: number): Attention[] {
  const found: Attention[] = [];
  for (const measure of measures) {
    const { id, since, until, by, reason } = measure;
    const { zh, en } = measureLine(measure);
    const soon = until - now < soonMs && until - since > soonMs;
    if (!soon && riskClassOf(measure) !== 'high') continue;
    found.push({
      id: `measure-${id}`,
      severity: soon ? 'high' : 'medium',
      title: soon
        ? { zh: `遏制措施即将到期：${zh}`, en: `A measure ends soon: ${en}` }
        : { zh: `遏制措施生效中：${zh}`, en: `A measure is in force: ${en}` },
      detail: soon
        ? {
            zh: '到期后自动解除。若仍有危险，请在此之前重新采取措施。',
            en: 'It ends by itself. If the danger stands, take it again before.',
          }
        : { zh: `${by} 采取，理由：${reason}`, en: `Taken by ${by}, because: ${reason}` },
      since,
      action: { ...action, label: { ...action.label } },
    });
  }
  return found;
}
