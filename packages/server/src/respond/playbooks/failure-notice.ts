import { problemText } from '@menshen/contract';
import type { NewNotice } from '../../notify/model.ts';
import type { Playbook } from './model.ts';
import type { RunRecord } from './store.ts';

/** Tells people of a run that did not end well: what it had done was lifted, and the rest is theirs. */
export function playbookFailure(run: RunRecord, playbook: Playbook | null, problem: string): NewNotice {
  const name = playbook?.name ?? { zh: run.playbook, en: run.playbook };
  const text = problemText(problem);
  return {
    ...{ kind: 'incident', severity: 'high', app: null, matter: `playbook run ${run.id}`, path: `/playbooks/runs/${run.id}` },
    title: { zh: `剧本「${name.zh}」未能完成`, en: `The playbook "${name.en}" did not come to its end` },
    happened: { zh: `出错的步骤：${text.zh}。`, en: `What went wrong: ${text.en}.` },
    done: { zh: '已解除它采取的、能够解除的措施。', en: 'The measures that it had taken were lifted where they can be.' },
    asked: { zh: '请接手处置：查看哪些步骤没有完成。', en: 'Take it over: see which steps were not done.' },
  };
}
