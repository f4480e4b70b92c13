/** The mark: two door leaves meeting in a line, each with its ring. */
export function Mark({ size = 24 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d="M2.6 5.4 11 2v20l-8.4-3.4Z" fill="var(--solid)" />
      <path d="M21.4 5.4 13 2v20l8.4-3.4Z" fill="var(--solid)" />
      <circle cx="8.6" cy="12" r="1.25" fill="none" stroke="var(--on-solid)" strokeWidth="1.1" />
      <circle cx="15.4" cy="12" r="1.25" fill="none" stroke="var(--on-solid)" strokeWidth="1.1" />
    </svg>
  );
}
