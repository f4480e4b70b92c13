const set = (names: string): ReadonlySet<string> => new Set(names.split(' '));

/** Elements that load what stands at another address. */
export const frameElements = set(
  'iframe frame frameset object embed applet portal fencedframe layer ilayer bgsound xml webview import',
);
/** Elements of other languages inside HTML. */
export const foreignElements = set(
  'svg math foreignobject animate animatetransform animatemotion animatecolor set use image feimage maction annotation-xml handler listener script-data mtext mglyph marquee noscript xss isindex keygen menuitem xmp stylesheet plaintext listing noembed noframes',
);
export const formElements = set('form input button textarea select option');
export const pageElements = set('html body head title');

/** Stems of event names: enough to tell a handler from a word that begins with `on`. */
const eventStems =
  'error load unload beforeunload focus blur click dblclick auxclick contextmenu mouse pointer touch key drag drop copy cut paste before after animation transition webkit moz ms wheel scroll resize submit reset change input invalid select search toggle begin end repeat play playing pause progress ratechange seek stalled suspend timeupdate volumechange waiting canplay cuechange duration emptied ended loaded loadstart hashchange message online offline page popstate storage show close cancel activate deactivate bounce finish start filter data row cell property ready error help losecapture layoutcomplete move resizestart mediacomplete outofsync syncrestored trackchange urlflip zoom abort fullscreen gotpointer lostpointer form afterprint beforeprint visibility scrollend snap content unhandled rejection device security slotchange'.split(
    ' ',
  );

/** Attributes of drawings that nothing runs. */
export const drawingAttributes = set(
  'xmlns xlink viewbox width height class fill stroke stroke-width stroke-linecap stroke-linejoin fill-rule clip-rule d version role focusable x y cx cy r rx ry id transform points style aria-hidden aria-label preserveaspectratio space color title display xmlns:xlink enable-background data-icon',
);

/** Whether a name that follows `on` is an event's. */
export function isEvent(stem: string): boolean {
  return eventStems.some((known) => stem.startsWith(known));
}

/** Sites whose players honest articles embed. */
export const players =
  /^(?:https?:)?\/\/(?:v\.qq\.com|player\.bilibili\.com|player\.youku\.com|mp\.weixin\.qq\.com|open\.iqiyi\.com|www\.ixigua\.com|channels\.weixin\.qq\.com|www\.youtube(?:-nocookie)?\.com|player\.vimeo\.com|(?:www|geo)\.dailymotion\.com|live\.bilibili\.com|open\.douyin\.com|tv\.sohu\.com|player\.mgtv\.com|open\.spotify\.com|w\.soundcloud\.com|www\.ximalaya\.com|codepen\.io|codesandbox\.io|music\.163\.com)\//;
