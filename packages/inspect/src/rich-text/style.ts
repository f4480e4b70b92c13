const properties: ReadonlySet<string> = new Set(
  (
    'color background-color background opacity font font-family font-size font-style font-variant font-weight line-height letter-spacing word-spacing ' +
    'word-break word-wrap overflow-wrap white-space text-align text-align-last text-decoration text-decoration-color text-decoration-line ' +
    'text-decoration-style text-indent text-justify text-overflow text-shadow text-transform vertical-align direction writing-mode width height ' +
    'max-width max-height min-width min-height margin margin-top margin-right margin-bottom margin-left padding padding-top padding-right ' +
    'padding-bottom padding-left border border-top border-right border-bottom border-left border-color border-style border-width border-radius ' +
    'border-top-color border-top-style border-top-width border-right-color border-right-style border-right-width border-bottom-color ' +
    'border-bottom-style border-bottom-width border-left-color border-left-style border-left-width border-top-left-radius border-top-right-radius ' +
    'border-bottom-left-radius border-bottom-right-radius border-collapse border-spacing box-sizing box-shadow caption-side empty-cells table-layout ' +
    'list-style-type list-style-position display float clear overflow flex flex-direction flex-wrap justify-content align-items align-self'
  ).split(' '),
);

const maxDeclarations = 60;
const maxValue = 200;
/** Functions that compute a colour or a length; `url()` fetches, `var()` and `attr()` reach elsewhere. */
const functions: ReadonlySet<string> = new Set(['rgb', 'rgba', 'hsl', 'hsla', 'calc', 'linear-gradient']);
const plainValue = /^[A-Za-z0-9 #%.,()+*/\-'"!\u4e00-\u9fff_]+$/;

function isHarmless(property: string, value: string): boolean {
  if (value.length > maxValue || !plainValue.test(value) || value.includes('/*') || value.includes('//')) return false;
  if ((value.match(/"/g)?.length ?? 0) % 2 !== 0 || (value.match(/'/g)?.length ?? 0) % 2 !== 0) return false;
  for (const [, name = ''] of value.matchAll(/([A-Za-z-]*)\(/g)) if (!functions.has(name.toLowerCase())) return false;
  // What is pulled out of its place can lie over what the page itself shows.
  if (property.startsWith('margin') && /(?:^|[\s(])-\.?\d/.test(value)) return false;
  return !/expression|javascript|behaviou?r|binding/i.test(value);
}

/**
 * The declarations of a style attribute that name a property of the list and hold a plain value, in their order; null when none is left. Linear in
 * the text: declarations end at every semicolon, so one with a semicolon inside quotes or brackets falls apart and goes.
 */
export function cleanStyle(style: string): string | null {
  const kept: string[] = [];
  for (const declaration of style.split(';', maxDeclarations)) {
    const colon = declaration.indexOf(':');
    if (colon < 0) continue;
    const property = declaration.slice(0, colon).trim().toLowerCase();
    const value = declaration.slice(colon + 1).trim();
    if (properties.has(property) && isHarmless(property, value)) kept.push(`${property}:${value}`);
  }
  return kept.length === 0 ? null : kept.join(';');
}

/** How many declarations a style attribute has. */
export function declarations(style: string): number {
  return style.split(';').filter((one) => one.trim() !== '').length;
}
