import { type MeasureKindId, measureWords } from '@menshen/contract';
import { Panel } from '../../ds/panel.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './containment.module.css';

/** What can be done, by what it is done to. */
const groups = [
  { id: 'people', kinds: ['end_sessions', 'lock_accounts', 'force_step_up'] },
  { id: 'requests', kinds: ['block_addresses', 'stop_route', 'stop_campaign'] },
  { id: 'app', kinds: ['stop_version', 'read_only', 'stop_app'] },
  { id: 'backend', kinds: ['isolate_backend', 'rotate_keys', 'rotate_secret', 'revoke_tokens'] },
] as const satisfies readonly { readonly id: string; readonly kinds: readonly MeasureKindId[] }[];

/** Every measure as a button, with what it does in a sentence. */
export function KindBoard({ choose }: { readonly choose: (kind: MeasureKindId) => void }) {
  const { t, language } = useLanguage();
  return (
    <Panel title={t('containment.board')} note={t('containment.boardNote')}>
      <div className={styles.board}>
        {groups.map(({ id, kinds }) => (
          <section key={id} aria-label={t(`containment.group.${id}`)}>
            <h3 className={styles.sub}>{t(`containment.group.${id}`)}</h3>
            <ul className={styles.kinds}>
              {kinds.map((kind) => (
                <li key={kind}>
                  <button type="button" className={styles.kind} onClick={() => choose(kind)}>
                    <span className={styles.kindName}>{measureWords[kind].name[language]}</span>
                    <span className={styles.kindText}>{t(`containment.does.${kind}`)}</span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Panel>
  );
}
