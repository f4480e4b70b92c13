import { Button } from 'antd';
import { useLanguage } from '../i18n/language.tsx';
import styles from './more-button.module.css';

interface MoreButtonProps {
  readonly query: { readonly hasNextPage: boolean; readonly isFetchingNextPage: boolean; readonly fetchNextPage: () => unknown };
  readonly shown: number;
}

/** The next page of a list, on demand. */
export function MoreButton({ query, shown }: MoreButtonProps) {
  const { t } = useLanguage();
  return (
    <div className={styles.more}>
      <span className="quiet">{t('list.shown', { count: shown })}</span>
      {query.hasNextPage ? (
        <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('list.more')}
        </Button>
      ) : null}
    </div>
  );
}
