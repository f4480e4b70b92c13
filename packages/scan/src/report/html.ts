import type { Finding } from '../finding.ts';
import type { Problem } from '../problem.ts';
import type { Project } from '../project/project.ts';
import { severities } from '../rule.ts';
import { catalogue } from '../rules/catalogue.ts';
import { type ExcerptLine, excerptOf, type SecretSpans, safeText, secretSpans } from './excerpt.ts';
import { htmlStyle, htmlStyleHash } from './html-style.ts';
import { type Language, severityNames } from './language.ts';
import { firstFindings } from './order.ts';
import { countBySeverity } from './summary.ts';

export interface HtmlInput {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  readonly project: Project;
  readonly language: Language;
  readonly title: string;
  readonly version: string;
  /** Shown as it stands, such as a date. */
  readonly made: string;
}

/** Findings drawn in full; further ones are a line each, so that the page stays readable and small. */
const mostDrawn = 500;

/**
 * The report as one page: no script, no address outside, a policy that allows nothing but its own style. Everything that comes from the source is
 * escaped; secrets are masked.
 */
export function toHtml(input: HtmlInput): string {
  const { findings, problems, language } = input;
  const zh = language === 'zh';
  const secrets = secretSpans(findings, input.project);
  const first = firstFindings(findings);
  const rest = findings.filter((finding) => !first.includes(finding));
  const counts = countBySeverity(findings);
  const tiles = severities
    .map((severity) => `<li class="${severity}"><b>${counts[severity]}</b> ${severityNames[severity][language]}</li>`)
    .join('');
  return `<!doctype html>
<html lang="${zh ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${htmlStyleHash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(input.title)}</title>
<style>${htmlStyle}</style>
</head>
<body>
<header><h1>${escapeHtml(input.title)}</h1><p>Menshen ${escapeHtml(input.version)} · ${escapeHtml(input.made)}</p><ul class="tiles">${tiles}</ul></header>
<main>
<section><h2>${zh ? '先看这几处' : 'Begin with these'}</h2>${first.length === 0 ? `<p>${zh ? '没有发现问题。' : 'Nothing was found.'}</p>` : first.map((finding) => card(finding, input, secrets)).join('\n')}</section>
${
  rest.length === 0
    ? ''
    : `<section><h2>${zh ? '其余' : 'The others'} (${rest.length})</h2>${rest
        .slice(0, mostDrawn)
        .map((finding) => card(finding, input, secrets))
        .join('\n')}${rest.length > mostDrawn ? lines(rest.slice(mostDrawn), language) : ''}</section>`
}
${
  problems.length === 0
    ? ''
    : `<section><h2>${zh ? '没有读全的文件' : 'Not fully read'} (${problems.length})</h2><ul>${problems
        .slice(0, 1000)
        .map(
          (problem) =>
            `<li><code>${escapeHtml(problem.file === '' ? '-' : problem.file)}${problem.line === undefined ? '' : `:${problem.line}`}</code> ${escapeHtml(problem.message[language])}</li>`,
        )
        .join('')}</ul></section>`
}
</main>
</body>
</html>
`;
}

function card(finding: Finding, { project, language }: HtmlInput, secrets: SecretSpans): string {
  const rule = catalogue.get(finding.rule);
  const zh = language === 'zh';
  const steps = finding.steps ?? [];
  const path =
    steps.length === 0
      ? code(excerptOf(project, finding, secrets))
      : `<ol class="path">${steps.map((step) => `<li><span>${escapeHtml(step.label[language])}</span> <code>${escapeHtml(step.file)}:${step.line}</code>${code(excerptOf(project, step, secrets, 0, 0))}</li>`).join('')}</ol>`;
  const evidence = finding.evidence;
  const siblings =
    evidence === undefined
      ? ''
      : `<p>${escapeHtml(evidence.text[language])}</p><ul>${evidence.places
          .slice(0, 10)
          .map((place) => `<li><code>${escapeHtml(place.file)}:${place.line}</code></li>`)
          .join('')}</ul>`;
  const example = rule === undefined ? undefined : Object.values(rule.examples)[0];
  return `<article class="${finding.severity}" id="f-${escapeHtml(finding.fingerprint)}">
<h3><span class="badge">${severityNames[finding.severity][language]}</span> ${escapeHtml(rule?.title[language] ?? finding.rule)} <small>${escapeHtml(finding.rule)} · ${(rule?.cwe ?? []).map((id) => `CWE-${id}`).join(' ')}</small></h3>
<p class="place"><code>${escapeHtml(finding.file)}:${finding.line}:${finding.column}</code></p>
<p>${escapeHtml(finding.message[language])}</p>
${path}${siblings}
<details><summary>${zh ? '为什么，以及怎么改' : 'Why, and how to mend it'}</summary><p>${escapeHtml(rule?.description[language] ?? '')}</p><p><b>${escapeHtml(rule?.fix[language] ?? '')}</b></p>${example === undefined ? '' : `<pre class="bad">${escapeHtml(example.bad)}</pre><pre class="good">${escapeHtml(example.good)}</pre>`}<p class="clauses">${escapeHtml([...(rule?.guide ?? []).map((chapter) => `小程序安全指引 ${chapter}`), ...(rule?.asvs ?? []), ...(rule?.mlps ?? []).map((clause) => `GB/T 22239-2019 ${clause}`)].join(' · '))}</p></details>
</article>`;
}

const code = (excerpt: readonly ExcerptLine[]): string =>
  excerpt.length === 0
    ? ''
    : `<pre>${excerpt.map(({ number, text, marked }) => `<span class="${marked ? 'line marked' : 'line'}"><i>${number}</i>${escapeHtml(text)}</span>`).join('\n')}</pre>`;

const lines = (findings: readonly Finding[], language: Language): string =>
  `<ul>${findings.map((finding) => `<li>${severityNames[finding.severity][language]} ${escapeHtml(finding.rule)} <code>${escapeHtml(finding.file)}:${finding.line}</code></li>`).join('')}</ul>`;

/** Text as text of an element or value of a quoted attribute; bidirectional and control characters are replaced. */
export function escapeHtml(text: string): string {
  return safeText(text.toWellFormed())
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
