import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFiles } from '../files.ts';
import { ownHolder, readLiving } from '../lock.ts';

const NAME = /^([1-9][0-9]{0,7})\.json$/;

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Writes down that this process takes part in a log, under its number. Returns the function that takes it back. */
export function joinMembers(directory: string, member: number): () => void {
  const folder = join(directory, 'members');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${member}.json`);
  nodeFiles.create(path, `${JSON.stringify(ownHolder())}\n`);
  return () => nodeFiles.remove(path);
}

/** Whether a process that takes part lives. */
export function isMemberAlive(directory: string, member: number): boolean {
  return readLiving(readText(join(directory, 'members', `${member}.json`))) !== null;
}

/** The numbers of all processes that take part and live; the names of dead ones are removed. */
export function liveMembers(directory: string): Set<number> {
  const folder = join(directory, 'members');
  const alive = new Set<number>();
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    return alive;
  }
  for (const name of names) {
    const member = Number(NAME.exec(name)?.[1] ?? 0);
    if (member === 0) continue;
    if (isMemberAlive(directory, member)) alive.add(member);
    else nodeFiles.remove(join(folder, name));
  }
  return alive;
}
