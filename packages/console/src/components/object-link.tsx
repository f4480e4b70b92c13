import { Link } from '@tanstack/react-router';

interface ObjectLinkProps {
  /** Cedar type; null where a backend named the object without one. */
  readonly objectType: string | null;
  readonly object: string;
}

/** The object of an event, leading to every entry about it. */
export function ObjectLink({ objectType, object }: ObjectLinkProps) {
  return (
    <Link
      to="/audit"
      search={{ object, objectType: objectType ?? undefined }}
      title={objectType === null ? object : `${objectType} ${object}`}
    >
      <code>{object}</code>
    </Link>
  );
}
