import { getRouteApi, Link } from '@tanstack/react-router';
import { classNames } from '../../ds/class-names.ts';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './risk.module.css';

const route = getRouteApi('/shell/risk');
const grades = [1, 2, 3, 4, 5] as const;
const looks = [undefined, styles.level1, styles.level2, styles.level3, styles.level4, styles.level5];

/** The 5 × 5 matrix. It is a table, so that it can be read out; each figure opens its risks. */
export function Matrix({ matrix }: { readonly matrix: readonly (readonly number[])[] }) {
  const { t, format } = useLanguage();
  const chosen = route.useSearch();
  return (
    <table className={styles.matrix}>
      <caption className="visually-hidden">{t('risks.matrixCaption')}</caption>
      <tbody>
        {matrix.map((row, at) => {
          const loss = 5 - at;
          return (
            <tr key={loss}>
              <th scope="row">
                <span className="visually-hidden">{t('risks.loss')} </span>
                {loss}
              </th>
              {grades.map((likelihood) => {
                const count = row[likelihood - 1] ?? 0;
                const level = Math.min(5, Math.max(1, Math.ceil((likelihood * loss) / 5)));
                const isChosen = chosen.likelihood === likelihood && chosen.loss === loss;
                return (
                  <td key={likelihood} className={classNames(styles.cell, looks[level], isChosen && styles.chosen)}>
                    {count === 0 ? (
                      <span className="quiet" aria-hidden="true">
                        ·
                      </span>
                    ) : (
                      <Link
                        from="/risk"
                        to="/risk"
                        search={(now) =>
                          isChosen ? { ...now, likelihood: undefined, loss: undefined } : { ...now, likelihood, loss }
                        }
                        aria-label={t('risks.cellOf', { count, likelihood, loss })}
                        aria-current={isChosen ? 'true' : undefined}
                      >
                        {format.number(count)}
                      </Link>
                    )}
                  </td>
                );
              })}
            </tr>
          );
        })}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">
            <span className="visually-hidden">{t('risks.likelihood')}</span>
          </th>
          {grades.map((likelihood) => (
            <th key={likelihood} scope="col">
              {likelihood}
            </th>
          ))}
        </tr>
      </tfoot>
    </table>
  );
}
