import { type DataKind, type MaskConfig, type PersonalKind, personalKinds } from '@menshen/contract';
import type { DisclosureRules } from '../disclosure/rules.ts';
import { isMaskedBy, maskPathOf } from './masked-path.ts';

const isPersonal = (kind: DataKind): kind is PersonalKind => (personalKinds as readonly string[]).includes(kind);

/** Whether the configuration hides a field of a kind from everybody. */
export function isMasked(field: string, kind: DataKind, rules: DisclosureRules): boolean {
  return rules.masks.some((mask) => isMaskedBy(field, mask.field)) || (isPersonal(kind) && rules.personal[kind] === 'mask');
}

/**
 * Lines for `menshen.yaml` by which a field is masked in its form: the route's `mask` with what stands there already, or, where a mask cannot name
 * the field, masking by the form of the value. Null where neither can be.
 */
export function maskLines(match: string, field: string, kind: DataKind, { masks }: DisclosureRules): string | null {
  const path = maskPathOf(field);
  const route = `- match: ${JSON.stringify(match)}`;
  if (path === null) return isPersonal(kind) ? [route, '  disclosure:', `    ${kind}: mask`].join('\n') : null;
  return [route, '  mask:', ...[...masks, { field: path, as: kind }].flatMap(linesOf)].join('\n');
}

function linesOf({ field, as, reveal }: MaskConfig): string[] {
  const lines = [`    - field: ${field}`, `      as: ${as}`];
  if (reveal === undefined) return lines;
  return [...lines, '      reveal:', `        action: ${reveal.action}`, `        maxAgeSeconds: ${reveal.maxAgeSeconds}`];
}
