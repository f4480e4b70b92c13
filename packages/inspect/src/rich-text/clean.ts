import sanitizeHtml, { type Attributes } from 'sanitize-html';
import { elements, recordedName, withoutText } from './allow-list.ts';
import { cleanAttribute } from './attributes.ts';
import { declarations } from './style.ts';

/** What was taken away, in counts and names of ours. */
export interface Removed {
  /** Elements by name; `unknown` for names that HTML does not have. */
  readonly elements: Readonly<Record<string, number>>;
  /** Attributes that would have run code (`onclick` ...). */
  readonly handlers: number;
  /** Addresses with a scheme that is not allowed, or none that can be told. */
  readonly addresses: number;
  /** Declarations of style attributes. */
  readonly styles: number;
  /** Attributes that the component does not know. */
  readonly attributes: number;
}

export type Cleaned =
  | { readonly kind: 'clean'; readonly html: string; readonly removed: Removed; readonly harmful: boolean }
  /** Longer or deeper than any article: not cleaned, not to be passed on. */
  | { readonly kind: 'too_large' };

const maxHtml = 262_144;
/** Angle brackets and ampersands together: what the time of cleaning follows. */
const maxMarks = 20_000;
const maxNesting = 100;

const allowed = Object.fromEntries([...elements].map(([name, attributes]) => [name, ['class', 'style', ...attributes]]));

/**
 * Reduces HTML to what WeChat's `rich-text` shows: its elements and attributes, links and pictures of known schemes, plain style. The result is
 * canonical: every element on the list, every other angle bracket and ampersand escaped, no comment, nothing of SVG, MathML or raw text, so that any
 * parser reads in it what stands there. Cleaning it again changes nothing. `harmful` tells scripts and handlers from what is merely unknown.
 */
export function cleanRichText(html: string): Cleaned {
  if (html.length > maxHtml || countMarks(html) > maxMarks) return { kind: 'too_large' };
  const found: Record<string, number> = {};
  const counts = { handlers: 0, addresses: 0, styles: 0, attributes: 0 };
  let scripts = 0;
  const result = sanitizeHtml(html, {
    allowedTags: [...elements.keys()],
    allowedAttributes: allowed,
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['http', 'https'] },
    allowedSchemesAppliedToAttributes: ['href', 'src'],
    allowProtocolRelative: true,
    disallowedTagsMode: 'discard',
    enforceHtmlBoundary: false,
    nonTextTags: withoutText,
    nestingLimit: maxNesting,
    parseStyleAttributes: false,
    allowVulnerableTags: false,
    onOpenTag(name, attributes) {
      if (elements.has(name)) return;
      const recorded = recordedName(name);
      found[recorded] = (found[recorded] ?? 0) + 1;
      if (name === 'script' || Object.keys(attributes).some(isHandler)) scripts += 1;
    },
    transformTags: { '*': (tagName, attribs) => ({ tagName, attribs: cleanAttributes(tagName, attribs, counts) }) },
  });
  return {
    kind: 'clean',
    html: result,
    removed: { elements: found, ...counts },
    harmful:
      scripts + counts.handlers > 0 ||
      counts.addresses > 0 ||
      ['iframe', 'object', 'embed', 'svg', 'math', 'base', 'meta', 'form'].some((name) => found[name] !== undefined),
  };
}

const isHandler = (name: string): boolean => /^on/i.test(name);

function countMarks(html: string): number {
  let count = 0;
  for (const mark of ['<', '&'])
    for (let at = html.indexOf(mark); at >= 0 && count <= maxMarks; at = html.indexOf(mark, at + 1)) count += 1;
  return count;
}

function cleanAttributes(
  tag: string,
  attributes: Attributes,
  counts: { handlers: number; addresses: number; styles: number; attributes: number },
): Attributes {
  const own = elements.get(tag);
  if (own === undefined) return {};
  const kept: Attributes = {};
  for (const [name, value] of Object.entries(attributes)) {
    const known = name === 'class' || name === 'style' || own.includes(name);
    const cleaned = known ? cleanAttribute(name, value) : null;
    if (cleaned !== null) kept[name] = cleaned;
    if (name === 'style') counts.styles += declarations(value) - declarations(cleaned ?? '');
    else if (cleaned !== null) continue;
    else if (isHandler(name)) counts.handlers += 1;
    else if (name === 'href' || name === 'src') counts.addresses += 1;
    else counts.attributes += 1;
  }
  return kept;
}
