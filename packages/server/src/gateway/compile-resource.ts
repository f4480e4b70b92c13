import type { ResourceConfig, RouteConfig } from '@menshen/contract';
import { createInspector } from '@menshen/inspect';
import type { LookupLimits, Lookups } from './lookup.ts';
import { type AttributeSource, compileBackendSource, isBackendSource } from './resource-source.ts';
import { compileValueSource, type ValueSource } from './value-source.ts';

/** What a route's decision is about. */
export interface CompiledResource {
  readonly type: string;
  readonly id: ValueSource;
  readonly from: ResourceConfig['from'];
  readonly attributes: readonly (readonly [string, AttributeSource])[];
  readonly parents: readonly string[];
  /** Present with `lookup`. `pathOf` is null for an id that is no single segment of a path. */
  readonly lookup: {
    readonly objects: Lookups;
    readonly pathOf: (id: string) => string | null;
    readonly limits: LookupLimits;
  } | null;
}

const inspector = createInspector();
const maxId = 256;

/**
 * The id as one segment of a path, held to what clients' own paths are held to; null for one that would make another path of it. An id from a body may be
 * empty, `..` or hold a slash: what the gateway then asked the backend for, in its own name, would be another object than the one that the request is about.
 */
function segmentOf(id: string): string | null {
  if (id === '' || id.length > maxId || !id.isWellFormed()) return null;
  const segment = encodeURIComponent(id);
  const read = inspector.inspectHead({ method: 'GET', rawPath: `/${segment}`, rawQuery: '', headers: [] });
  return 'code' in read ? null : segment;
}

/** Compiles a route's resource. Throws RangeError, in words for people, where its parts do not fit together. */
export function compileResource(
  resource: ResourceConfig,
  route: Pick<RouteConfig, 'match'>,
  parts: { readonly lookups: Lookups; readonly timeoutMs: number },
): CompiledResource {
  const { from, lookup } = resource;
  const reads = /^(GET|HEAD) /.test(route.match);
  if (from === 'answer' && !reads) throw new RangeError('is decided on its answer, but changes something before it is decided');
  if ((from === 'lookup') !== (lookup !== undefined)) throw new RangeError('needs `lookup` with, and only with, `from: lookup`');
  const attributes = Object.entries(resource.attributes).map(([name, source]): readonly [string, AttributeSource] => {
    if (!isBackendSource(source)) return [name, compileValueSource(source)];
    if (!source.startsWith(`${from}.`)) throw new RangeError(`takes "${name}" from where it does not look`);
    return [name, compileBackendSource(source)];
  });
  for (const parent of resource.parents) {
    if (!attributes.some(([name]) => name === parent)) throw new RangeError(`has no attribute "${parent}" to be in`);
  }
  return {
    type: resource.type,
    id: compileValueSource(resource.id),
    from,
    attributes,
    parents: resource.parents,
    lookup:
      lookup === undefined
        ? null
        : {
            objects: parts.lookups,
            limits: { cacheMs: lookup.cacheSeconds * 1_000, timeoutMs: parts.timeoutMs },
            pathOf: (id) => {
              const segment = segmentOf(id);
              return segment === null ? null : lookup.path.replaceAll('{id}', segment);
            },
          },
  };
}
