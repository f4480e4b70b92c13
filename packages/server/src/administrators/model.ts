import { type AdministratorPower, administratorPowers, MenshenError } from '@menshen/contract';
import * as z from 'zod';

/** What the store holds of an account's power: one of the three, or `all` in single-operator mode. No value stands for two. */
export const heldPower = z.enum([...administratorPowers, 'all']);
export type HeldPower = z.output<typeof heldPower>;

export interface Account {
  readonly id: string;
  readonly username: string;
  readonly passwordHash: string;
  readonly power: HeldPower;
  readonly status: 'active' | 'disabled';
  /** CIDR ranges that it may come from; anywhere when empty. */
  readonly addresses: readonly string[];
  readonly created: number;
  readonly lastLogin: number | null;
}

/** An account without its secrets. */
export type AccountRef = Pick<Account, 'id' | 'username' | 'power'>;

export function powersOf(power: HeldPower): AdministratorPower[] {
  return power === 'all' ? [...administratorPowers] : [power];
}

/** Who may act on other accounts at all. */
export function keepsAdministrators(power: HeldPower): boolean {
  return power === 'all' || power === 'system' || power === 'security';
}

/** Whether one account may act on another: not itself, and none of its own power. */
export function mayActOn(actor: AccountRef, target: AccountRef): boolean {
  return actor.id !== target.id && actor.power !== 'all' && actor.power !== target.power && keepsAdministrators(actor.power);
}

/** Throws MenshenError `own_account` or `power_conflict`. */
export function assertMayActOn(actor: AccountRef, target: AccountRef): void {
  if (actor.id === target.id) throw new MenshenError('own_account');
  if (!mayActOn(actor, target)) throw new MenshenError('power_conflict');
}
