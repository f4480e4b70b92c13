import type { AlertSeverity, Bilingual } from '@menshen/contract';
import { durationMs } from '../duration.ts';
import { type Filled, StepError } from '../ports.ts';

/** Parameters as the actions need them. Their types were checked before: what is missing here is a parameter that may be left out. */
export function textOf(filled: Filled, name: string): string | undefined {
  const value = filled[name];
  return typeof value === 'string' ? value : undefined;
}

export function neededText(filled: Filled, name: string): string {
  const value = textOf(filled, name);
  if (value === undefined) throw new StepError(`parameter_missing ${name}`, false);
  return value;
}

export function numberOf(filled: Filled, name: string): number | undefined {
  const value = filled[name];
  return typeof value === 'number' ? value : undefined;
}

export function wordsOf(filled: Filled, name: string): Bilingual | undefined {
  const value = filled[name];
  return typeof value === 'object' && 'zh' in value ? value : undefined;
}

export function neededWords(filled: Filled, name: string): Bilingual {
  const value = wordsOf(filled, name);
  if (value === undefined) throw new StepError(`parameter_missing ${name}`, false);
  return value;
}

export const durationOf = (filled: Filled, name: string): number | undefined => {
  const text = textOf(filled, name);
  return text === undefined ? undefined : (durationMs(text) ?? undefined);
};

const severities: readonly AlertSeverity[] = ['low', 'medium', 'high', 'critical'];

/** A severity, from the step or else from the alert. */
export const severityOf = (filled: Filled, alert: string | null): AlertSeverity =>
  severities.find((one) => one === textOf(filled, 'severity')) ?? severities.find((one) => one === alert) ?? 'medium';

/** A text of the alert's own may be long; what people are told has limits. */
export const cut = ({ zh, en }: Bilingual, length: number): Bilingual => ({ zh: zh.slice(0, length), en: en.slice(0, length) });
