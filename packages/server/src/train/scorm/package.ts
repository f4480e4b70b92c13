import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { escapeText } from '../../documents/xml.ts';
import { writeZip, type ZipFile } from '../../privacy/zip.ts';
import { shippedCourses } from '../courses/library.ts';
import { type Course, type CourseLanguage, questionText } from '../courses/model.ts';
import { blocksHtml } from './course-html.ts';

const words = {
  zh: {
    ...{
      back: '上一页',
      next: '下一页',
      quiz: '测验',
      submit: '交卷',
      again: '再测一次',
      sources: '来源',
      several: '可能不止一个答案。',
    },
    ...{ right: '✓ 正确。', wrong: '✗ 不对。', score: '得分 {score}。', passed: '已通过。', failed: '未通过，需要 {pass} 分。' },
    offline: '没有连上学习系统，本次成绩不会记录。',
    noScript: '本课程需要 JavaScript。',
  },
  en: {
    ...{ back: 'Back', next: 'Next', quiz: 'Test', submit: 'Hand in', again: 'Try again', sources: 'Sources' },
    ...{ several: 'More than one may be right.', right: '✓ Right.', wrong: '✗ Not right.', score: 'Score: {score}.' },
    ...{ passed: 'Passed.', failed: 'Not passed; {pass} are needed.' },
    offline: 'There is no connection to the learning system: this result will not be recorded.',
    noScript: 'This course needs JavaScript.',
  },
} as const;

/** Everything in it is older than any course, so that the same course makes the same bytes. */
const zipTime = Date.UTC(2020, 0, 1);

/**
 * A course as a SCORM 1.2 package (ADL SCORM Content Aggregation Model 1.2): one SCO that reports place, score, answers and `passed` or `failed`. Its test
 * runs in the learner's browser, as SCORM has it: whoever opens the package finds the right answers in it.
 */
export function scormPackage(course: Course, language: CourseLanguage, pictures: ReadonlyMap<string, string>): Uint8Array {
  const text = course.text[language];
  const player = (name: string): Buffer => readFileSync(join(shippedCourses, 'player', name));
  const used = new Set(
    text.cards.flatMap(({ blocks }) => blocks.flatMap((block) => (block.kind === 'picture' ? [block.name] : []))),
  );
  const files: ZipFile[] = [
    { name: 'index.html', bytes: Buffer.from(page(course, language)) },
    { name: 'course.js', bytes: Buffer.from(data(course, language)) },
    { name: 'player.js', bytes: player('player.js') },
    { name: 'player.css', bytes: player('player.css') },
    ...[...used].sort().flatMap((name) => {
      const svg = pictures.get(name);
      return svg === undefined ? [] : [{ name: `pictures/${name}`, bytes: Buffer.from(svg) }];
    }),
  ];
  const names = files.map(({ name }) => name);
  return writeZip([{ name: 'imsmanifest.xml', bytes: Buffer.from(manifest(course, language, names)) }, ...files], zipTime);
}

function manifest(course: Course, language: CourseLanguage, files: readonly string[]): string {
  const id = `menshen-${course.id}-${language}-${course.version}`;
  const title = escapeText(course.text[language].title);
  return `<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="${id}" version="1.0" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.imsproject.org/xsd/imscp_rootv1p1p2 imscp_rootv1p1p2.xsd http://www.adlnet.org/xsd/adlcp_rootv1p2 adlcp_rootv1p2.xsd">
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>1.2</schemaversion>
  </metadata>
  <organizations default="organization">
    <organization identifier="organization">
      <title>${title}</title>
      <item identifier="item" identifierref="resource" isvisible="true">
        <title>${title}</title>
        <adlcp:masteryscore>${course.pass}</adlcp:masteryscore>
      </item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="resource" type="webcontent" adlcp:scormtype="sco" href="index.html">
${files.map((name) => `      <file href="${escapeText(name)}"/>`).join('\n')}
    </resource>
  </resources>
</manifest>
`;
}

/** What the player needs, as a script: read from a file where pages may not fetch. `<` stands escaped, so that no text ends the script. */
function data(course: Course, language: CourseLanguage): string {
  const questions = course.bank.map(({ id, right }) => {
    const { ask, options, because } = questionText(course, id, language);
    return { id, ask, because, options: options.map((option, at) => ({ text: option, right: right[at] === true })) };
  });
  const value = { draw: course.draw, pass: course.pass, words: words[language], questions };
  return `window.menshenCourse = ${JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')};\n`;
}

function page(course: Course, language: CourseLanguage): string {
  const said = words[language];
  const text = course.text[language];
  const cards = text.cards.map(
    ({ title, blocks }, at) =>
      `<section class="card"${at === 0 ? '' : ' hidden'}><h2 tabindex="-1">${escapeText(title)}</h2>\n${blocksHtml(blocks)}\n</section>`,
  );
  const sources = text.sources.map(({ title, url }) =>
    url === null
      ? `<li>${escapeText(title)}</li>`
      : `<li><a href="${escapeText(url)}" rel="noopener noreferrer" target="_blank">${escapeText(title)}</a></li>`,
  );
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(text.title)}</title>
<link rel="stylesheet" href="player.css">
</head>
<body>
<main>
<h1>${escapeText(text.title)}</h1>
<noscript>${said.noScript}</noscript>
<p id="offline" class="quiet" hidden>${said.offline}</p>
${cards.join('\n')}
<section class="card" hidden><h2 tabindex="-1">${said.quiz}</h2>
<div id="quiz"></div>
<p id="result" role="status" tabindex="-1"></p>
<p><button type="button" id="submit" class="first">${said.submit}</button> <button type="button" id="again" hidden>${said.again}</button></p>
${sources.length === 0 ? '' : `<h3>${said.sources}</h3><ul>${sources.join('')}</ul>`}
</section>
</main>
<nav><div><button type="button" id="back">${said.back}</button><span id="place"></span><button type="button" id="next" class="first">${said.next}</button></div></nav>
<script src="course.js"></script>
<script src="player.js"></script>
</body>
</html>
`;
}
