import { useRouterState } from '@tanstack/react-router';
import { Button, Input, Modal } from 'antd';
import { type FormEvent, useState } from 'react';
import { Field } from '../../ds/field.tsx';
import { useFocusReturn } from '../../ds/focus-return.ts';
import { DeleteIcon, SavedIcon } from '../../ds/icon.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { PathLink } from '../path-link.tsx';
import styles from './saved-views.module.css';
import { addView, pageOf, readViews, type SavedView, writeViews } from './saved-views.ts';

/** Keeps the filters of a page under a name, in this browser. */
export function SavedViewsButton() {
  const { t } = useLanguage();
  const [open, setOpen] = useState(false);
  useFocusReturn(open);
  return (
    <>
      <Button icon={<SavedIcon />} onClick={() => setOpen(true)}>
        {t('views.title')}
      </Button>
      <Modal open={open} title={t('views.title')} footer={null} onCancel={() => setOpen(false)} destroyOnHidden>
        <SavedViewsDialog close={() => setOpen(false)} />
      </Modal>
    </>
  );
}

function SavedViewsDialog({ close }: { readonly close: () => void }) {
  const { t } = useLanguage();
  const here = useRouterState({ select: (state) => state.location.href });
  const [views, setViews] = useState(() => readViews(localStorage));
  const [name, setName] = useState('');
  const keep = (next: readonly SavedView[]): void => {
    writeViews(localStorage, next);
    setViews(next);
  };
  const save = (event: FormEvent): void => {
    event.preventDefault();
    const given = name.trim();
    if (given === '') return;
    keep(addView(views, { name: given, path: here }));
    setName('');
  };
  const mine = views.filter((view) => pageOf(view.path) === pageOf(here));
  return (
    <>
      {mine.length === 0 ? <p className="quiet">{t('views.none')}</p> : null}
      <ul className={styles.list}>
        {mine.map((view) => (
          <li key={view.name} className={styles.view}>
            {/* biome-ignore lint/a11y/noStaticElementInteractions: closes the dialog after the link inside has been followed */}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: a link's Enter is a click too */}
            <span className={styles.name} onClick={close}>
              <PathLink to={view.path}>{view.name}</PathLink>
            </span>
            <Button
              type="text"
              icon={<DeleteIcon />}
              aria-label={t('views.remove', { name: view.name })}
              onClick={() => keep(views.filter((other) => other !== view))}
            />
          </li>
        ))}
      </ul>
      <form className={styles.form} onSubmit={save}>
        <Field label={t('views.name')} hint={t('views.hint')}>
          {(wiring) => <Input {...wiring} maxLength={40} value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Button htmlType="submit" type="primary" disabled={name.trim() === ''}>
          {t('views.save')}
        </Button>
      </form>
    </>
  );
}
