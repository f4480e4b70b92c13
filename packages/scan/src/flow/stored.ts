import { type Node, propertyOf } from '../parse/ast.ts';
import type { Codebase } from './codebase.ts';
import { unitOf } from './links.ts';
import type { Resolver } from './resolve-value.ts';

/** The calls that read local storage: which of them see what is written under a key. */
export interface StorageReads {
  /** Reads of the same key in the program that `at` belongs to; each mini program has a storage of its own. */
  of(at: Node, key: string): readonly StorageRead[];
}

export interface StorageRead {
  readonly call: Extract<Node, { type: 'CallExpression' }>;
  /** `getStorage`, which answers with `{ data }`, instead of `getStorageSync`. */
  readonly wrapped: boolean;
}

export function storageReads(codebase: Codebase, resolver: Resolver): StorageReads {
  let byPlace: Map<string, StorageRead[]> | undefined;
  const placeOf = (node: Node, key: string): string => {
    const path = unitOf(node)?.file.path ?? '';
    return `${codebase.project.partOf(path)?.root ?? ''}\0${key}`;
  };
  const all = (): Map<string, StorageRead[]> => {
    const found = new Map<string, StorageRead[]>();
    for (const name of ['getStorageSync', 'getStorage'])
      for (const call of codebase.callsNamed(name)) {
        const key = call.type === 'CallExpression' ? storageKey(resolver, call.arguments[0]) : undefined;
        if (key === undefined || call.type !== 'CallExpression') continue;
        const place = placeOf(call, key);
        const list = found.get(place);
        const read = { call, wrapped: name === 'getStorage' };
        if (list === undefined) found.set(place, [read]);
        else list.push(read);
      }
    return found;
  };
  return {
    of(at, key) {
      byPlace ??= all();
      return byPlace.get(placeOf(at, key)) ?? [];
    },
  };
}

/** The constant key of a storage call: its first argument, or `key` in the object that it is. */
export function storageKey(resolver: Resolver, argument: Node | undefined): string | undefined {
  const key = argument?.type === 'ObjectExpression' ? propertyOf(argument, 'key')?.value : argument;
  return key === undefined ? undefined : resolver.constant(key);
}
