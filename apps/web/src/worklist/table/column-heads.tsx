const HEADS = [
  { title: 'Severity' },
  { title: 'Due', className: 'text-right' },
  { title: 'Patient' },
  { title: 'Study' },
  { title: 'Site', className: 'col-site' },
  { title: 'Arrived', className: 'text-right' },
  { title: 'AI' },
  { title: 'Assigned', className: 'col-assigned' },
  { title: 'Status' },
] as const;

/** No sorting by click: the order of this list is the intervention, and every row says why it stands where it does. */
export function ColumnHeads() {
  return (
    <div role="row" className="list-cols sticky top-0 z-20 h-[28px] items-center border-b border-line bg-surface px-3 text-xs text-muted">
      {HEADS.map((head) => (
        <span key={head.title} role="columnheader" className={'className' in head ? head.className : undefined}>
          {head.title}
        </span>
      ))}
    </div>
  );
}
