import type { AdministratorPower } from '@menshen/contract';
import type { ConsoleBrowser } from './console.ts';

export type Parts = Parameters<ConsoleBrowser['call']>[1] & {};

/** One call of an operation: by whom, with what, and the code of the refusal that is all a test can get where it lacks a device or a provider. */
export interface ControlPlaneCall {
  readonly id: string;
  readonly who: AdministratorPower | 'nobody';
  readonly code: string | null;
  readonly parts: () => Parts | Promise<Parts>;
}

/** Makes a call of its parts, or of what gives them once the calls before it were answered. */
export type DeclareCall = (
  id: string,
  who: ControlPlaneCall['who'],
  parts?: ControlPlaneCall['parts'] | Parts,
  code?: string | null,
) => ControlPlaneCall;

/** Gives parts the approval of another administrator. */
export type WithApproval = (
  id: string,
  who: AdministratorPower,
  by: AdministratorPower,
  parts: ControlPlaneCall['parts'],
) => ControlPlaneCall['parts'];

/** Reads a text from the answer to an earlier call. */
export type AnsweredText = (id: string, ...path: string[]) => string;

/** Of every act that takes one. */
export const reason = 'a reason for the test';
