/**
 * Elements that the `rich-text` component of WeChat shows (developers.weixin.qq.com/miniprogram/dev/component/rich-text.html), each with its own
 * attributes; `class` and `style` are taken everywhere, `id` and handlers nowhere. `href` is ours: the component ignores it, a web page needs it.
 */
export const elements: ReadonlyMap<string, readonly string[]> = new Map(
  (
    'abbr address article aside b big blockquote br caption center cite code dd del div dl dt em fieldset font footer h1 h2 h3 h4 h5 h6 header hr i ' +
    'ins label legend li mark nav p pre q rt ruby s section small span strong sub sup tbody tfoot thead tt u ul ' +
    'a:href bdi bdo:dir col:span,width colgroup:span,width img:alt,src,height,width ol:start,type table:width ' +
    'td:colspan,height,rowspan,width th:colspan,height,rowspan,width tr:colspan,height,rowspan,width'
  )
    .split(' ')
    .map((entry) => {
      const [name = '', attributes = ''] = entry.split(':');
      return [name, attributes === '' ? [] : attributes.split(',')] as const;
    }),
);

/** Elements whose text is not for reading, or is read by other rules than text: it goes with them. */
export const withoutText: readonly string[] = (
  'script style textarea option noscript title xmp iframe noembed noframes plaintext template svg math select object embed applet audio video ' +
  'canvas head frameset xml'
).split(' ');

/** Other names that a record of what was removed may name; anything else is `unknown`, because it is the client's own text. */
const known: ReadonlySet<string> = new Set([
  ...withoutText,
  ...'html body form input button link meta base frame details summary dialog picture source track map area main figure figcaption marquee animate set use foreignobject portal fencedframe isindex keygen menu time var kbd samp data output progress meter slot wbr strike'.split(
    ' ',
  ),
]);

/** The name under which a removed element is recorded. */
export function recordedName(name: string): string {
  return known.has(name) ? name : 'unknown';
}
