import { decodeEntities } from '../decode/entities.ts';
import type { Detector, Signals, Subject } from '../model.ts';
import { characterBits } from '../prefilter.ts';
import { foldCase, isLetter } from '../text/characters.ts';
import { drawingAttributes, foreignElements, formElements, frameElements, isEvent, pageElements, players } from './elements.ts';
import { htmlFeatures } from './features.ts';
import { readTags } from './tags.ts';
import { addressKind } from './urls.ts';

type Feature = keyof typeof htmlFeatures;

const styleScript =
  /expression\s{0,8}\(|javascript\s{0,8}:|vbscript\s{0,8}:|behaviou?r\s{0,8}:|-moz-binding|-o-link|@import|data:text\/html|data:image\/svg/;
const cssNoise = /\/\*[^*]{0,200}\*\/|\\(?![0-9a-f])|[\x00-\x1f]/g;
const cssDisguise = /[&\\\x00-\x1f]|\/\*/;
const cssEscape = /\\0{0,4}([2-7][0-9a-f])\s?/g;
/** Hosts as one number, or with octal or hexadecimal parts. */
const obscuredHost =
  /^[\s\x00-\x1f]{0,4}(?:https?:)?[\\/]{2}(?:\d{8,12}|(?:0x[0-9a-f]+|0\d+|\d+)(?:\.(?:0x[0-9a-f]+|0\d+)){1,3}(?:\.\d+)?|[^/?#\s]{0,40}%[0-9a-f]{2}[^/?#\s]{0,80})(?:[/:?#]|$)/;
const webAddress = /^(?:https?:)?\/\/[a-z0-9]/i;
const breakoutMarks = /["'`]["'`]{0,3}(?:--!?>|\]\]>|["'`]>).{0,3}(?:--!?>|\]\]>)/;
const looseStyle = /(?:^|[\s"'/])style\s{0,4}=[^>]{0,72}$/;
const scriptContent = /[(=`;]|^\s*\/[/*]/;
const calledByAttackers = /alert|confirm|prompt|eval|document|window|location|fetch|top\b|self\b|import|\\|&/;
const joinedHandler = /^[^\s"'`]{0,80}[/\]\x00-\x1f]on([a-z]{3,24})[^a-z0-9"'\s]{0,6}=/i;
const handlerInJunk = /(?:^|[^a-z0-9_-])on([a-z]{3,24})/;

/** Finds HTML that runs script or takes over a page, in text, in attributes and after leaving one. Formatting elements are no finding. */
export const htmlDetector: Detector = {
  name: 'html',
  literals: [
    '<',
    '-->',
    ']]>',
    'onerror',
    'onload',
    'onfocus',
    'onmouse',
    'onclick',
    ' on',
    '"on',
    "'on",
    '/on',
    '+adw-',
    'style=',
    '`on',
    ';on',
    '*/on',
    'autofocus',
  ],
  passes: [['expression']],
  features: htmlFeatures,
  detect(subject: Subject, signals: Signals): void {
    const { text, marks } = subject;
    if (subject.place === 'xml' && subject.name === '') return;
    if (!signals.spend(stepsOfStart + text.length * 2)) return;
    const folded = foldCase(text);
    const opens = (marks & characterBits.less) !== 0;
    if (opens) readElements(text, folded, signals);
    if ((marks & characterBits.equals) !== 0 && !readLooseHandlers(folded, signals)) return;
    readMarks(folded, marks, (subject.passes & 1) !== 0, signals);
    if (opens && (marks & characterBits.greater) !== 0 && valueBreakout.test(text))
      signals.report('html.value_breakout', 0, Math.min(text.length, 20));
  },
};

/** `"><h1>`: ends the attribute and the tag that an application puts the value into. */
const valueBreakout =
  /^[\w ]{0,12}["'`]\s{0,2}\/?>\s{0,2}<(?:[a-z!]|\/(?:script|style|title|textarea|select|option|form|head|noscript)\b)/i;

/** What it costs to begin. */
const stepsOfStart = 600;
const stepsOfAttribute = 100;
/** The same where values overlap. */
const stepsOfOverlap = 600;
/** What it costs to ask what an address does, and what a script element holds. */
const stepsOfAddress = 800;
const stepsOfScript = 300;
/** Characters of an attribute's value that are looked at. */
const longestValue = 4_096;
/** The same where values overlap again and again. */
const shortestValue = 48;
/** How often the text's length is looked at in values. */
const textsOfValues = 1;

/** A value that is a page, or a part of one. */
const pageStart = /^\s{0,8}<(?:p|div|section|article|h[1-6]|ul|ol|table|blockquote|figure|pre)[\s>]/i;
/** What holds the words of a page. */
const flowElements = new Set(
  'p div span h1 h2 h3 h4 h5 h6 li ul ol td th tr strong em b i u a code pre blockquote section br'.split(' '),
);

function readElements(text: string, folded: string, signals: Signals): void {
  const nextOf = createNext(folded);
  const page = pageStart.test(text);
  const firstTag = text.indexOf('<');
  let element = '';
  let closing = false;
  let opened = 0;
  let attributes = 0;
  let handlers = 0;
  let valued = 0;
  let foreign = false;
  let allowance = textsOfValues * text.length + longestValue;
  const facts = { href: false, src: false, rel: '', equiv: false, target: false, known: false };
  const report = (feature: Feature, start: number, end: number): void => signals.report(feature, start, end);

  readTags(
    text,
    {
      tag(name, isClosing, start) {
        element = name;
        closing = isClosing;
        opened = start;
        attributes = 0;
        handlers = 0;
        valued = 0;
        facts.href = facts.src = facts.equiv = facts.target = facts.known = false;
        facts.rel = '';
        const before = text.charCodeAt(start - 1);
        // A sentence that ends in a quote, at the end of a page's paragraph.
        if (page && (isClosing || name === 'br') && flowElements.has(name)) return true;
        if (
          before === 0x22 ||
          before === 0x27 ||
          (before === 0x3e && start === firstTag && /["'][\s>)\]};/]{0,6}$/.test(text.slice(Math.max(0, start - 8), start)))
        )
          // What a program writes, `= '<p>`, opens a string; what leaves a value closes one.
          report(
            /(?:^|[\w>)\]}.!?%*;"'`\\-])["'][\s>)\]};/]{0,6}$/.test(text.slice(Math.max(0, start - 12), start))
              ? 'html.quote_breakout'
              : 'html.quoted_tag',
            start - 1,
            start + 8,
          );
        return true;
      },
      attribute(name, valueStart, valueEnd, start) {
        attributes += 1;
        signals.spend(allowance > 0 ? stepsOfAttribute : stepsOfOverlap);
        let attribute = foldCase(name);
        const colon = attribute.lastIndexOf(':');
        if (colon > 0) attribute = attribute.slice(colon + 1);
        const lead = attribute.charCodeAt(0);
        if (lead === 0x22 || lead === 0x27 || lead === 0x60) attribute = attribute.replace(/^["'`]+/, '');
        const length = valueEnd - valueStart;
        const event = attribute.includes('on') ? handlerInJunk.exec(attribute) : null;
        if (
          event !== null &&
          (length > 0 || event.index > 0) &&
          (isEvent(event[1] ?? '') || (element.length > 0 && event[0].length > 4 && length > 0))
        ) {
          // JSX writes handlers with a capital, and their values in braces: code that somebody shows, unless it calls what attackers call.
          if (
            /^on[A-Z]/.test(name) &&
            text.charCodeAt(valueStart) === 0x7b &&
            !calledByAttackers.test(foldCase(text.slice(valueStart, valueStart + 200)))
          )
            return;
          handlers += 1;
          report('html.event_handler', start, valueEnd);
          return;
        }
        if (length === 0) return;
        // `<use xlink:href="#play">` draws what stands elsewhere in the same drawing.
        const drawn = attribute === 'href' && element === 'use' && text.charCodeAt(valueStart) === 0x23;
        if (foreign && attribute === 'href' && colon > 0 && !drawn) report('html.foreign_attributes', start, valueEnd);
        if (!drawn && !drawingAttributes.has(attribute)) valued += 1;
        // Values of tags within values overlap: once they have been read a few times over, only what they begin with is.
        const value = text.slice(valueStart, Math.min(valueEnd, valueStart + (allowance > 0 ? longestValue : shortestValue)));
        allowance -= value.length;
        signals.spend(value.length * 4);
        if (value.includes('&{')) report('html.script_entity', valueStart, valueEnd);
        if (value.length > 6 && value.includes('=')) {
          const joined = joinedHandler.exec(value.slice(0, 200));
          if (joined !== null && isEvent(joined[1] ?? '')) report('html.event_handler', valueStart, valueEnd);
        }
        switch (attribute) {
          case 'style':
            if (isStyleScript(value)) report('html.style_script', start, valueEnd);
            return;
          case 'srcdoc':
            report('html.inline_document', start, valueEnd);
            return;
          case 'formaction':
            report('html.form_target', start, valueEnd);
            break;
          case 'type':
            if (element === 'style' && /script/i.test(value)) report('html.style_script', start, valueEnd);
            return;
          case 'charset':
            if (element === 'meta' && !/^(?:utf-?8|gb|[^a-z])/i.test(value)) report('html.charset_switch', start, valueEnd);
            return;
          case 'http-equiv':
            facts.equiv = !/^(?:content-type|content-language|x-ua-compatible)$/i.test(value);
            break;
          case 'rel':
            facts.rel = foldCase(value);
            break;
          case 'href':
            facts.href = true;
            break;
          case 'src':
          case 'data':
            facts.src = true;
            facts.known = players.test(value.toLowerCase());
            break;
          case 'datasrc':
          case 'lowsrc':
            // Pages that load their pictures later keep the addresses there.
            if (!webAddress.test(value)) report('html.legacy_binding', start, valueEnd);
            break;
          case 'datafld':
          case 'dataformatas':
          case 'dynsrc':
          case 'classid':
          case 'allowscriptaccess':
          case 'xmlns:t':
            report('html.legacy_binding', start, valueEnd);
            break;
          case 'attributename':
            report('html.animation_target', start, valueEnd);
            break;
          default:
        }
        // Images carry pictures in data: addresses; only SVG among them can carry script, and not in an img.
        const kind =
          !mayBeAddress(value) || !signals.spend(stepsOfAddress)
            ? null
            : addressKind(attribute === 'content' ? value.replace(/^[^=]{0,40}url\s{0,4}=\s{0,4}['"]?/i, '') : value);
        if (kind === 'script') report('html.script_url', start, valueEnd);
        else if (kind === 'data' && element !== 'img') report('html.data_url', start, valueEnd);
        else if (value.length < 2_048 && value.includes('//') && obscuredHost.test(value.toLowerCase()))
          report('html.obscured_host', start, valueEnd);
        if ((value.includes('<') || value.includes('&')) && signals.spend(value.length * 8)) {
          const inner = decodeEntities(value).toLowerCase();
          if (
            /<script|<iframe|<(?:img|svg|body|input|video)\b[^>]{0,80}\bon[a-z]{3,}/.test(inner) &&
            attribute !== 'alt' &&
            attribute !== 'title'
          )
            report('html.script_element', valueStart, valueEnd);
        }
      },
      end(position, odd) {
        if (closing) {
          if (element === 'script' && !inlineCode(opened, position)) report('html.script_close', opened, position);
          return;
        }
        if (odd && (handlers > 0 || element === 'script' || attributes > 0) && element.length < 12)
          report('html.odd_separator', opened, position);
        if (element === 'script') {
          if (!inlineCode(opened, position)) scriptElement(position);
        } else if (frameElements.has(element)) {
          // Mini programs load their templates so; no browser does.
          if (element === 'import' && facts.src) return;
          if (facts.known && element === 'iframe') report('html.known_player', opened, position);
          else if (valued > 0 || element === 'iframe' || element === 'frameset') report('html.frame_element', opened, position);
        } else if (
          element === 'meta'
            ? facts.equiv
            : element === 'base'
              ? facts.href
              : element === 'link' && facts.href && /stylesheet|import|prefetch|preload/.test(facts.rel)
        )
          report('html.document_element', opened, position);
        else if (isComponent()) return;
        // Mini programs write pictures as image; a drawing's image has an href.
        else if (element === 'image' && !facts.href) return;
        else if (foreignElements.has(element)) {
          report('html.foreign_element', opened, position);
          foreign = true;
          if (valued > 0) report('html.foreign_attributes', opened, position);
        } else if (formElements.has(element)) {
          report('html.form_element', opened, position);
          if (valued > 0) report('html.form_attributes', opened, position);
        } else if (pageElements.has(element)) report('html.page_element', opened, position);
        else if (element === 'style') {
          report('html.style_element', opened, position);
          const close = nextOf('</style', position);
          const style = text.slice(
            position,
            Math.min(close < 0 ? text.length : close, position + (allowance > 0 ? longestValue : shortestValue)),
          );
          allowance -= style.length;
          if (signals.spend(style.length * 8) && isStyleScript(style)) report('html.style_script', position, position + 40);
        }
      },
    },
    (steps) => signals.spend(steps),
  );

  /** `<Image`, `<MenuItem`: components of frameworks, which browsers never see. */
  function isComponent(): boolean {
    const first = text.charCodeAt(opened + 1);
    const second = text.charCodeAt(opened + 2);
    return first >= 0x41 && first <= 0x5a && second >= 0x61 && second <= 0x7a;
  }

  /** A tag that Markdown quotes in backticks is spoken of. */
  function inlineCode(start: number, position: number): boolean {
    return text.charCodeAt(start - 1) === 0x60 && (text.charCodeAt(position) === 0x60 || text.charCodeAt(position - 1) === 0x60);
  }

  function scriptElement(position: number): void {
    if (!signals.spend(stepsOfScript)) return;
    const close = nextOf('</', position);
    const content = text.slice(position, Math.min(close < 0 ? text.length : close, position + 400));
    const runs =
      attributes > 0 ||
      scriptContent.test(content) ||
      (close >= 0 && folded.startsWith('</script', close) && content.trim() !== '');
    signals.report(runs ? 'html.script_element' : 'html.script_mention', opened, position + 40);
  }
}

/** Looks a text up from growing positions; what was found once is not searched again. */
function createNext(folded: string): (wanted: string, from: number) => number {
  const known = new Map<string, number>();
  return (wanted, from) => {
    const last = known.get(wanted);
    if (last !== undefined && (last < 0 || last >= from)) return last;
    const found = folded.indexOf(wanted, from);
    known.set(wanted, found);
    return found;
  };
}

/** Without a colon, written or encoded, a value is no address that runs anything. */
function mayBeAddress(value: string): boolean {
  return value.includes(':') || value.includes('&');
}

function isStyleScript(style: string): boolean {
  // Nearly all styles are written as they are.
  if (!cssDisguise.test(style)) return styleScript.test(style.toLowerCase());
  const plain = decodeEntities(style)
    .toLowerCase()
    .replace(cssNoise, '')
    .replace(cssEscape, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return styleScript.test(plain);
}

const stepsOfHandler = 60;

/** `on…=` outside of a tag, as it stands in a value that an application puts into an attribute. */
function readLooseHandlers(folded: string, signals: Signals): boolean {
  let firstQuote: number | undefined;
  for (let at = folded.indexOf('on'); at >= 0; at = folded.indexOf('on', at + 2)) {
    const before = folded.charCodeAt(at - 1);
    if (isLetter(before) || (before >= 0x30 && before <= 0x39) || before === 0x5f || before === 0x2d || before === 0x2e) continue;
    if (!signals.spend(stepsOfHandler)) return false;
    let end = at + 2;
    while (end - at < 28 && isLetter(folded.charCodeAt(end))) end += 1;
    if (end - at < 5) continue;
    let equals = end;
    while (equals - end < 40 && /[\s/!#$%&()*~+\-_.,:;?@[|\]^`\\]/.test(folded.charAt(equals))) equals += 1;
    const behind = folded.charCodeAt(equals + 1);
    // A comparison, an arrow and the braces of JSX assign no handler.
    if (folded.charCodeAt(equals) !== 0x3d || behind === 0x3d || behind === 0x3e || behind === 0x7b) continue;
    if (!isEvent(folded.slice(at + 2, end))) continue;
    firstQuote ??= folded.search(/["'`]/);
    const broken =
      firstQuote >= 0 &&
      firstQuote < at &&
      /^[^=\n]*$/.test(folded.slice(Math.max(firstQuote + 1, at - 60), at)) &&
      folded.indexOf('<') < 0;
    const calls = /[(`]/.test(folded.slice(equals + 1, equals + 60));
    signals.report(broken && (calls || firstQuote < 40) ? 'html.breakout_handler' : 'html.loose_handler', at, equals + 20);
    return true;
  }
  return true;
}

/** Things that are no tags: comments, processing instructions, UTF-7. */
function readMarks(folded: string, marks: number, holdsExpression: boolean, signals: Signals): void {
  let broken = -1;
  for (const closer of (marks & characterBits.greater) === 0 ? [] : ['-->', ']]>']) {
    for (let at = folded.indexOf(closer); at >= 0 && broken < 0; at = folded.indexOf(closer, at + 1)) {
      if (breakoutMarks.test(folded.slice(Math.max(0, at - 12), at + 8))) broken = at;
    }
  }
  if (broken >= 0) signals.report('html.breakout_marks', broken, broken + 10);
  for (let at = holdsExpression ? folded.indexOf('expression') : -1; at >= 0; at = folded.indexOf('expression', at + 10)) {
    if (
      /^expression\s{0,4}(?:\(|\\0{0,4}28)/.test(folded.slice(at, at + 18)) &&
      looseStyle.test(folded.slice(Math.max(0, at - 80), at))
    ) {
      signals.report('html.style_script', at, at + 20);
      break;
    }
  }
  const locator = (marks & characterBits.brace) === 0 ? -1 : folded.indexOf('=&{(');
  if (locator >= 0) signals.report('html.script_entity', locator, locator + 6);
  const utf7 = (marks & characterBits.plus) === 0 ? -1 : folded.indexOf('+adw-');
  if (utf7 >= 0) signals.report('html.utf7', utf7, utf7 + 20);
  for (let at = folded.indexOf('<'); at >= 0; at = folded.indexOf('<', at + 1)) {
    const next = folded.charCodeAt(at + 1);
    if (next === 0x3f) {
      if (
        folded.startsWith('<?xml-stylesheet', at) ||
        folded.startsWith('<?import', at) ||
        folded.startsWith('<?xml:namespace', at) ||
        folded.startsWith('<?xbl', at)
      )
        signals.report('html.processing_instruction', at, at + 30);
    } else if (next === 0x21) {
      if (
        folded.startsWith('<![', at) ||
        folded.startsWith('<!--[if', at) ||
        /^<!(?!--|doctype)[^a-z[]/.test(folded.slice(at, at + 12))
      )
        signals.report('html.comment_trick', at, at + 20);
    }
  }
}
