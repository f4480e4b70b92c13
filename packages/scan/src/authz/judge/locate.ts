import type { Access, Effect, Frame } from '../machine/trace.ts';
import { deepFlags, origin, type Place, type Value } from '../machine/value.ts';

/** A framework that was copied into the project: what is built on it is to blame. */
const inFramework = /(?:^|\/)framework\//;

/** Where a finding belongs, and the function it is about. */
export interface Spot {
  readonly place: Place;
  readonly frame: Frame | undefined;
}

/** The caller's whole input, or its whole body, goes in: the function takes it apart itself. */
function takesRequest(frame: Frame): boolean {
  return frame.args.some(
    (arg) =>
      arg.handle?.kind === 'event' ||
      arg.handle?.kind === 'ctx' ||
      arg.handle?.kind === 'request' ||
      arg.handle?.kind === 'body' ||
      ((arg.shape?.rest?.flags ?? 0) & origin.client) !== 0,
  );
}

/**
 * The innermost function that could have known better: one that holds the caller's identity or takes the request apart. A
 * helper that only receives a key cannot check anything, so the finding stands at the call that hands it the key.
 */
export function spotOf(at: Access | Effect, place: Place): Spot {
  const frames = at.frames;
  for (let i = frames.length - 1; i >= 0; i--) {
    const frame = frames[i] as Frame;
    if (i > 0 && (inFramework.test(frame.file) || (!frame.identity && !frame.request && !takesRequest(frame)))) continue;
    const call = i === frames.length - 1 ? place : frames[i + 1]?.call;
    return { place: call ?? place, frame };
  }
  return { place, frame: frames[0] };
}

/** Up to the function in which the caller's value was taken from the request. */
export function spotOfValue(at: Access | Effect, place: Place, value: Value | undefined): Spot {
  const frames = at.frames;
  for (let i = frames.length - 1; i >= 0; i--) {
    const frame = frames[i] as Frame;
    const given =
      i > 0 &&
      frame.args.some((arg) => !arg.handle && (deepFlags(arg) & origin.client) !== 0) &&
      !takesRequest(frame) &&
      !frame.request;
    if (given) continue;
    if (
      value?.from &&
      frame.node &&
      value.from.file === frame.file &&
      value.from.start >= frame.node.start &&
      value.from.end <= frame.node.end
    )
      return { place: value.from, frame };
    const call = i === frames.length - 1 ? place : frames[i + 1]?.call;
    return { place: call ?? place, frame };
  }
  return { place, frame: frames[0] };
}

/** Up to the function that was not itself given a value of the caller's. */
export function spotOfGiver(at: Access | Effect, place: Place): Spot {
  const frames = at.frames;
  let i = frames.length - 1;
  while (i > 0 && frames[i]?.args.some((arg) => !arg.handle && (deepFlags(arg) & origin.client) !== 0)) i -= 1;
  return { place: i === frames.length - 1 ? place : (frames[i + 1]?.call ?? place), frame: frames[i] };
}

export function frameKey(frame: Frame | undefined): string {
  return frame?.node ? `${frame.file}:${frame.node.start}` : (frame?.file ?? '');
}
