import { type ActionKind, type IncidentPaper, MenshenError } from '@menshen/contract';
import type { IncidentService } from '../incidents/service.ts';
import type { PaperStore, StoredAction } from './store.ts';
import { paperLabels } from './words.ts';

export interface PaperParts {
  readonly store: PaperStore;
  readonly incidents: Pick<IncidentService, 'find' | 'write'>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

export interface NewAction {
  readonly kind: ActionKind;
  readonly text: string;
  readonly owner: string;
  readonly due: number;
}

export interface PaperService {
  paper: PaperStore['paper'];
  /** Resolves to the new version. Throws `not_found`, `conflict`, `audit_unwritable`. */
  save(incident: string, paper: IncidentPaper, version: number, by: string): Promise<number>;
  actions: PaperStore['actions'];
  addAction(incident: string, action: NewAction, by: string): Promise<StoredAction>;
  /** Throws `not_found`, `conflict`. */
  finish(incident: string, action: string, note: string, by: string): Promise<void>;
}

/** Facts for reports, and action items. They may come after an incident has ended: that is when most is learned. */
export function createPaperService({ store, incidents, clock, random }: PaperParts): PaperService {
  return {
    paper: store.paper,
    actions: store.actions,
    async save(id, paper, version, by) {
      await incidents.find(id);
      const { paper: before } = await store.paper(id);
      const changed = (Object.keys(paper) as (keyof IncidentPaper)[]).filter((field) => paper[field] !== before[field]);
      if (changed.length === 0) return version;
      const names = (language: 'zh' | 'en'): string =>
        changed.map((field) => paperLabels[field][language]).join({ zh: '、', en: ', ' }[language]);
      await incidents.write(
        id,
        {
          ...{ kind: 'postmortem', by, facts: { fields: changed.join(' '), version: version + 1 } },
          text: { zh: `更新报告内容：${names('zh')}`, en: `Facts for reports changed: ${names('en')}` },
        },
        () => ({ more: (tx) => store.putPaper(tx, { incident: id, paper, version, by, at: clock() }) }),
      );
      return version + 1;
    },
    async addAction(id, action, by) {
      await incidents.find(id);
      const made: StoredAction = {
        ...{ id: `ia_${Buffer.from(random(12)).toString('base64url')}`, incident: id, ...action, created: clock() },
        ...{ createdBy: by, done: null, doneBy: null },
      };
      await incidents.write(
        id,
        {
          ...{ kind: 'action', by, facts: { action: made.id, act: 'add', kind_of_action: action.kind, due: action.due } },
          text: { zh: `改进项（${action.owner}）：${action.text}`, en: `Action item (${action.owner}): ${action.text}` },
        },
        () => ({ more: (tx) => store.addAction(tx, made) }),
      );
      return made;
    },
    async finish(id, action, note, by) {
      const found = (await store.actions(id)).find((one) => one.id === action);
      if (found === undefined) throw new MenshenError('not_found');
      const end = note === '' ? { zh: '', en: '' } : { zh: `。${note}`, en: `. ${note}` };
      await incidents.write(
        id,
        {
          ...{ kind: 'action', by, facts: { action, act: 'done' } },
          text: { zh: `改进项已办结：${found.text}${end.zh}`, en: `Action item done: ${found.text}${end.en}` },
        },
        () => ({ more: (tx) => store.finish(tx, action, by, clock()) }),
      );
    },
  };
}
