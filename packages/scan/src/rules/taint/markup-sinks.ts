import { flag } from '../../flow/state.ts';
import type { BoundAttribute, BoundValue } from '../../model/attributes.ts';
import type { View } from '../../model/views.ts';
import type { SourceFile } from '../../project/source-file.ts';

export type MarkupSinkKind = 'web-view' | 'navigator' | 'rich-text';

export interface MarkupSink extends BoundAttribute {
  readonly sink: MarkupSinkKind;
  readonly file: SourceFile;
  /** What stands before a value in the attribute. */
  flagsOf(value: BoundValue): number;
}

const known = new WeakMap<View, readonly MarkupSink[]>();

/** The attributes of a view's markup that act on what they are given. */
export function markupSinks(view: View): readonly MarkupSink[] {
  const existing = known.get(view);
  if (existing !== undefined) return existing;
  const found = view.attributes.flatMap((bound): readonly MarkupSink[] => {
    const sink = kindOf(bound.element.name, bound.name);
    return sink === undefined ? [] : [{ ...bound, sink, flagsOf }];
  });
  known.set(view, found);
  return found;
}

function kindOf(element: string, attribute: string): MarkupSinkKind | undefined {
  if ((element === 'web-view' || element === 'iframe') && attribute === 'src') return 'web-view';
  if (element === 'navigator' && attribute === 'url') return 'navigator';
  if (attribute === 'v-html' || (element === 'rich-text' && attribute === 'nodes')) return 'rich-text';
  if (
    /^(?:mp-html|parser|jyf-parser|u-parse|towxml|wxparse|uv-parse)$/i.test(element) &&
    /^(?:content|html|nodes)$/.test(attribute)
  )
    return 'rich-text';
  return undefined;
}

function flagsOf({ prefix }: BoundValue): number {
  if (prefix === '') return 0;
  if (prefix === '\u0001') return flag.guarded;
  if (
    /^[a-z][a-z0-9+.-]*:\/\/[^/?#]+[/?#]/i.test(prefix) ||
    /^\/(?!\/)/.test(prefix) ||
    (prefix.startsWith('\u0000') && prefix.length > 1)
  )
    return flag.fixedStart | flag.fixedHost;
  return flag.fixedStart;
}
