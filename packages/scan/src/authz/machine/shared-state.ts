import type { Node } from '../../parse/ast.ts';
import { type Machine, placeOf } from './machine.ts';
import { deepFlags, origin, type Value } from './value.ts';

/** A request wrote something that outlives it: the process object, a module variable. */
export function noteSharedWrite(m: Machine, name: string, value: Value, node: Node): void {
  if (!m.trace || m.frames.length === 0 || m.sharedWrites.length > 2_000) return;
  if ((deepFlags(value, 1) & (origin.identity | origin.client)) === 0) return;
  m.sharedWrites.push({ name, value, place: placeOf(m, node), entry: m.trace.entry, frames: [...m.frames] });
}

export function noteSharedRead(m: Machine, name: string, node: Node): void {
  if (!m.trace || m.frames.length === 0 || m.sharedReads.length > 4_000) return;
  if (!name.startsWith('think#') && !name.startsWith('global#') && !m.sharedWrites.some((write) => write.name === name)) return;
  m.sharedReads.push({ name, place: placeOf(m, node), entry: m.trace.entry, frames: [...m.frames], awaits: m.order });
}
