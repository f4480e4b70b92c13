import type { Detector, ScanContext } from '../../../detector.ts';
import { walk } from '../../../parse/walk.ts';
import type { SourceFile } from '../../../project/source-file.ts';
import { severityAt } from '../../secrets/severity.ts';
import { cookieRules } from './cookies.ts';
import { corsRules } from './cors.ts';
import { hardCodedKeys } from './hard-coded-keys.ts';
import { passwordHash } from './password-hash.ts';
import type { ScriptRule, ScriptScope } from './script-rule.ts';
import { signatureComparison } from './signature-comparison.ts';
import { tokenRules } from './tokens.ts';
import { weakRandom } from './weak-random.ts';

const rules: readonly ScriptRule[] = [
  passwordHash,
  hardCodedKeys,
  weakRandom,
  signatureComparison,
  ...tokenRules,
  ...cookieRules,
  ...corsRules,
];

/** Faults that one place of a script shows. */
export const scriptPatterns: Detector = {
  id: 'patterns/script',
  rules: [...new Set(rules.map(({ rule }) => rule))],
  run(context) {
    for (const file of context.project.files) {
      if (file.language !== 'javascript' && file.language !== 'typescript' && file.language !== 'vue') continue;
      const { marks } = file;
      if (marks.has('vendored') || marks.has('minified') || marks.has('generated') || marks.has('test')) continue;
      const wanted = rules.filter((rule) => rule.hint.test(file.text) && rule.skips?.(file) !== true);
      if (wanted.length > 0) search(context, file, wanted);
    }
  },
};

function search(context: ScanContext, file: SourceFile, wanted: readonly ScriptRule[]): void {
  for (const { program } of context.scripts(file)) {
    const scopes = wanted.map(
      (rule): ScriptScope => ({
        context,
        file,
        program,
        report({ start, end }, message, weight = {}) {
          context.report({
            rule: weight.rule ?? rule.rule,
            file: file.path,
            start,
            end,
            message,
            severity: severityAt(file, weight.severity ?? rule.severity),
            confidence: weight.confidence ?? 'high',
          });
        },
      }),
    );
    walk(program, (node, ancestors) => {
      for (let at = 0; at < wanted.length; at += 1) {
        const scope = scopes[at];
        if (scope !== undefined) wanted[at]?.visit(node, ancestors, scope);
      }
    });
  }
}
