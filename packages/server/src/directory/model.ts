import type { Audience } from '@menshen/contract';

export interface Department {
  readonly id: string;
  readonly name: string;
  readonly parent: string | null;
  readonly order: number;
}

export type PersonStatus = 'active' | 'disabled' | 'left';

/** A member of the company or of a partner, as the directory knows them. */
export interface Person {
  readonly uid: string;
  readonly name: string;
  readonly kind: Audience;
  /** Departments of membership, main department first. */
  readonly departments: readonly string[];
  /** Departments that this person leads. */
  readonly leads: readonly string[];
  readonly position: string | null;
  /** National number or E.164, as the source gives it; personal, never in an event. */
  readonly phone: string | null;
  readonly roles: readonly string[];
  readonly status: PersonStatus;
}
