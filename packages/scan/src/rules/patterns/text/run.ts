import type { Detector } from '../../../detector.ts';
import { severityAt } from '../../secrets/severity.ts';
import { forgetSources, sourceOf } from '../lexical/of-file.ts';
import { cryptoTextRules } from './crypto.ts';
import { plainPasswordRules } from './plain-passwords.ts';
import { settingTextRules } from './settings.ts';

const rules = [...cryptoTextRules, ...plainPasswordRules, ...settingTextRules];
/** Most matches of one rule that are looked at in one file. */
const mostMatches = 200;

/** Faults in the server languages that have no parser here: Java, PHP, Python, Go and settings. */
export const textPatterns: Detector = {
  id: 'patterns/text',
  rules: [...new Set(rules.map(({ rule }) => rule))],
  run(context) {
    for (const file of context.project.files) {
      if (file.marks.has('test') || file.marks.has('vendored')) continue;
      for (const rule of rules) {
        if (!rule.languages.includes(file.language) || !rule.hint.test(file.text)) continue;
        const code = sourceOf(file)?.code;
        if (code === undefined) break;
        rule.pattern.lastIndex = 0;
        for (
          let count = 0, match = rule.pattern.exec(code);
          match !== null && count < mostMatches;
          count += 1, match = rule.pattern.exec(code)
        ) {
          if (rule.holds?.(match, code, file) === false) continue;
          context.report({
            rule: rule.rule,
            file: file.path,
            start: match.index,
            end: match.index + match[0].length,
            message: rule.message,
            severity: severityAt(file, rule.severity),
          });
        }
      }
    }
    forgetSources(context.project.files);
  },
};
