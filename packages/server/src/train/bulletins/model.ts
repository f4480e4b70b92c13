import type { Bilingual, BulletinDraft, BulletinKind } from '@menshen/contract';
import type { DeliveryState } from '../../notify/model.ts';

export type BulletinState = 'draft' | 'scheduled' | 'sent' | 'stopped';

/** A message of the security team to employees, once or again and again. */
export interface Bulletin {
  readonly id: string;
  readonly draft: BulletinDraft;
  readonly state: BulletinState;
  /** When it is sent next, epoch ms. */
  readonly next: number | null;
  readonly created: number;
  readonly createdBy: string;
  readonly scheduledBy: string | null;
}

export interface Issue {
  readonly id: string;
  readonly bulletin: string;
  readonly kind: BulletinKind;
  readonly planned: number;
  readonly created: number;
  readonly title: Bilingual;
  readonly text: Bilingual;
  readonly course: string | null;
}

/** One issue to one person. */
export interface BulletinDelivery {
  readonly id: string;
  readonly issue: string;
  readonly bulletin: string;
  readonly uid: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly due: number;
  readonly sent: number | null;
  readonly way: 'wecom' | 'mail' | null;
  readonly problem: string | null;
  /** Enhanced status code of a report that came back later. */
  readonly status: string | null;
}

/** What a person gets: tips and digests are one choice, warnings another. */
export interface BulletinChoices {
  readonly bulletins: boolean;
  readonly warnings: boolean;
}

/** Whether a person's choice lets a kind through. A warning of what happens right now comes all the same, unless the company lets people choose. */
export function wants(kind: BulletinKind, choices: BulletinChoices, warningsOptional: boolean): boolean {
  return kind === 'warning' ? choices.warnings || !warningsOptional : choices.bulletins;
}

/** Whether a person may turn a kind off. */
export const isOptional = (kind: BulletinKind, warningsOptional: boolean): boolean => kind !== 'warning' || warningsOptional;
