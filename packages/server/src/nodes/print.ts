import { createHash, createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '@menshen/contract';
import { canonicalJson } from '../audit/canonical-json.ts';
import type { FolderPrint } from './folder-digests.ts';

/**
 * What a node runs with: a digest for each section of its configuration and `version` for that of the program. The digests are keyed with what only nodes
 * of this store have, so that nobody else can try values against them; a secret that was changed on one node alone is told all the same.
 */
export type ConfigurationPrint = Readonly<Record<string, string>>;

/** Digests of files that the configuration names; the files may lie elsewhere on every node. */
export interface FileDigests {
  readonly policies: string | null;
  /** By app. */
  readonly openapi: ReadonlyMap<string, string>;
  readonly addressPlaces: string;
}

const digestOf = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('base64url');

/** Digests of the policies and OpenAPI documents as they lie now. Throws where one cannot be read. */
export function digestFiles(config: Config, folder: string, addressPlaces: string): FileDigests {
  const at = (path: string): string => resolve(folder, path);
  const openapi = config.apps.flatMap(({ id, openapi }) =>
    openapi === undefined ? [] : [[id, digestOf(readFileSync(at(openapi)))] as const],
  );
  return {
    policies: config.policies === undefined ? null : digestPolicies(at(config.policies)),
    openapi: new Map(openapi),
    addressPlaces,
  };
}

/** Computes the digest of a large file; pauses may be made between its steps. */
export function* digestInSteps(file: Uint8Array): Generator<void, string> {
  const hash = createHash('sha256');
  for (let at = 0; at < file.length; at += digestStep) {
    hash.update(file.subarray(at, at + digestStep));
    yield;
  }
  return hash.digest('base64url');
}

/** Bytes; about a millisecond. */
const digestStep = 262_144;

function digestPolicies(folder: string): string {
  const names = readdirSync(folder).filter((name) => /\.cedar(schema)?$/.test(name));
  return digestOf(JSON.stringify(names.sort().map((name) => [name, digestOf(readFileSync(join(folder, name)))])));
}

/** Sections that are each node's own: where it keeps its data, and by which address it reaches what is shared. */
const own = new Set(['data', 'store', 'coordination', 'recovery']);

/** What each node may have its own way below the other sections: addresses that it listens at, its certificate, its log and its folders. */
const ownBelow: Readonly<Record<string, readonly string[]>> = {
  gateway: ['listen', 'tls'],
  console: ['listen', 'publicUrl'],
  audit: ['origin', 'directory', 'exports'],
  keys: ['master'],
  training: ['listen', 'bounces'],
  scans: ['root'],
};

/** Folders that are read from again and again; each node may keep them elsewhere: what lies in them is compared. */
const isFolder = (name: string): name is keyof FolderPrint => name === 'detections' || name === 'playbooks';

/** Computes what a node runs with. */
export function configurationPrint(
  config: Config,
  files: FileDigests,
  folders: FolderPrint,
  version: string,
  key: Uint8Array,
): ConfigurationPrint {
  const sections: Record<string, unknown> = { version };
  for (const [name, value] of Object.entries(config)) {
    if (own.has(name) || value === undefined) continue;
    sections[name] = isFolder(name) ? (folders[name] ?? '') : comparable(name, value);
  }
  if (files.policies !== null) sections['policies'] = files.policies;
  sections['apps'] = config.apps.map((app) => ({ ...app, openapi: files.openapi.get(app.id) }));
  if (config.addressPlaces !== undefined) sections['addressPlaces'] = files.addressPlaces;
  return Object.fromEntries(
    Object.entries(sections).map(([name, value]) => [
      name,
      createHmac('sha256', key)
        .update(`${name}\n${canonicalJson(value)}`)
        .digest('base64url'),
    ]),
  );
}

const comparable = (name: string, value: unknown): unknown => {
  const left = ownBelow[name];
  if (left === undefined || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([field]) => !left.includes(field)));
};

/**
 * The sections in which two nodes differ, in order of the alphabet. Programs of two versions have other defaults: of these only `version` is told.
 * Nothing where one of them does not say.
 */
export function differingSections(one: ConfigurationPrint | null, other: ConfigurationPrint | null): string[] {
  if (one === null || other === null) return [];
  if (one['version'] !== other['version']) return ['version'];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((name) => one[name] !== other[name]).sort();
}
